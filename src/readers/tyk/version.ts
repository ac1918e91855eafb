import { imageTag, versionOfTag } from '../../middleware/image-tag.js';
import { releaseOf, type Release } from '../../middleware/rs-cors/release.js';
import { isFrom } from '../../middleware/version.js';
import { ALWAYS, NEVER, type Guard } from '../../policy/program.js';
import type { Files } from '../../text/files.js';

/** What a release of Tyk makes of its CORS settings. */
export interface Tyk {
  readonly text: string;
  readonly cors: Release;
  /** Since 5.10, and in 5.8 since 5.8.6, the handler is one of the API's own middlewares: it answers every OPTIONS, and passes by those that are let through. */
  readonly own: Guard;
}

/** rs/cors in the releases of Tyk (`go.mod`), the newest first. */
const RELEASES = [
  ['5.6', '1.11.1'],
  ['5.5', '1.11.0'],
  ['5.3', '1.10.1'],
  ['0', '1.7.0'],
] as const;

const IMAGE = /tyk-gateway(?:-ee)?:(v?\d[\w.-]*)/;

/** The release of the gateway by an image above a file; where none is in view, the newest but for what passes OPTIONS. */
export function tykFor(files: Files, path: string): Tyk {
  const found = imageTag(files, path, IMAGE);
  const version = found === undefined ? undefined : versionOfTag(found.tag);
  const [, cors] = RELEASES.find(([first]) => isFrom(version, first))!;
  const either: Guard = { g: 'fact', fact: { key: 'tyk:5.10', reason: 'unsupported-syntax', detail: 'whether Tyk is 5.10 or later', at: { file: path, start: 0, end: 0 } } };
  return {
    text: found === undefined ? 'Tyk ≥ 5.6 assumed (no version found)' : `Tyk ${version ?? 'in its newest release'} (${found.file})`,
    cors: releaseOf(cors),
    own: found === undefined ? either : isFrom(version, '5.10') || (isFrom(version, '5.8.6') && !isFrom(version, '5.9')) ? ALWAYS : NEVER,
  };
}
