import type { Guard } from '../../policy/program.js';
import { isFrom } from '../../middleware/version.js';
import { folderOf, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';

/** What is known of the release of Caddy that will read a file. */
export interface Release {
  /** `2.6.2 (Dockerfile)`; undefined when nothing says it. */
  readonly text: string | undefined;
  from(first: string): boolean | 'unknown';
  /** The fact that it is this release or a later one. */
  fact(first: string): Guard;
}

/** Files that name the image a server is started from. */
const BUILDS = ['Dockerfile', 'docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml'];

/** `FROM caddy:2.8.4-alpine`, `image: docker.io/library/caddy:2`, `xcaddy build v2.7.5`. */
const TAG = /(?:^|[\s"'/=])(?:docker\.io\/)?(?:library\/)?caddy:([\w.-]+)|\bxcaddy\s+build\s+v(2[\d.]*)/i;

/**
 * The release by the nearest image tag above a file. A tag without a minor version is the newest release; where nothing
 * says it, both the old behaviour and the new one are possible (Debian still ships 2.6.2).
 */
export function releaseFor(files: Files, path: string): Release {
  const at: Span = { file: path, start: 0, end: 0 };
  const found = tagAbove(files, path);
  const version = found === undefined ? undefined : /^(2\.\d+(?:\.\d+)?)/.exec(found.tag)?.[1];
  return {
    text: found === undefined ? undefined : `${version ?? 'the newest'} (${found.file})`,
    from: (first) => (found === undefined ? 'unknown' : isFrom(version, first)),
    fact: (first) => ({ g: 'fact', fact: { key: `caddy:${first}`, reason: 'unsupported-syntax', detail: `whether Caddy is ${first} or later`, at } }),
  };
}

function tagAbove(files: Files, path: string): { readonly tag: string; readonly file: string } | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    for (const name of BUILDS) {
      const file = folder === '' ? name : `${folder}/${name}`;
      const match = files.exists(file) ? TAG.exec(files.read(file) ?? '') : null;
      const tag = match?.[1] ?? match?.[2];
      if (tag !== undefined) return { tag, file };
    }
    if (folder === '') return undefined;
  }
}
