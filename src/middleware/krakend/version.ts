import type { Files } from '../../text/files.js';
import { imageTag, versionOfTag } from '../image-tag.js';
import { releaseOf, type Release } from '../rs-cors/release.js';
import { isFrom } from '../version.js';

/** What a release of KrakenD makes of its CORS settings. */
export interface KrakenD {
  readonly text: string;
  readonly cors: Release;
  /** Since 2.7: `options_passthrough`, `options_success_status`, `allow_private_network`, and every request header without a list. */
  readonly isFrom27: boolean;
  /** The names of its component, the current one first. */
  readonly namespaces: readonly string[];
}

const OLD_NAMESPACE = 'github_com/devopsfaith/krakend-cors';

/** rs/cors in the builds of KrakenD (`go.mod` of its releases), the newest first. */
const RELEASES = [
  ['2.10.1', '1.11.1'],
  ['2.7', '1.11.0'],
  ['2.6.1', '1.10.1'],
  ['2.6', '1.9.0'],
  ['2.2', '1.8.2'],
  ['0', '1.6.0'],
] as const;

const IMAGE = /(?:devopsfaith\/krakend|krakend\/krakend(?:-ee)?|(?:^|[\s"'/=])krakend):(v?\d[\w.-]*)/m;

/**
 * The release that reads a file, by an image above it. `version: 2` is the format of KrakenD 1, which knows the old name
 * of the component only; `version: 3` that of KrakenD 2, which knows both.
 */
export function krakendFor(files: Files, path: string, format: number | undefined): KrakenD {
  if (format !== undefined && format < 3) return { text: 'KrakenD 1 (by the version of its configuration)', cors: releaseOf('1.6.0'), isFrom27: false, namespaces: [OLD_NAMESPACE] };
  const found = imageTag(files, path, IMAGE);
  const version = found === undefined ? undefined : versionOfTag(found.tag);
  const [, cors] = RELEASES.find(([first]) => isFrom(version, first))!;
  return {
    text: found === undefined ? 'KrakenD ≥ 2.10.1 assumed (no version found)' : `KrakenD ${version ?? 'in its newest release'} (${found.file})`,
    cors: releaseOf(cors),
    isFrom27: isFrom(version, '2.7'),
    namespaces: ['security/cors', OLD_NAMESPACE],
  };
}
