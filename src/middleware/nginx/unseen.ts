import type { NginxFile } from '../../syntax/nginx/index.js';
import type { Reading } from '../../readers/reader.js';

/** Files that nginx brings, and what goes by their names in every distribution: none of them sends a header. */
const HARMLESS = /(?:^|\/)(?:mime\.types|(?:fastcgi|proxy|uwsgi|scgi)[_-]?params?(?:\.conf)?|fastcgi\.conf|fastcgi-php\.conf|(?:options-)?ssl[\w.-]*|modules-enabled\/.*|koi-(?:utf|win)|win-utf)$/;

/** What may send headers and is not seen: files that are not in view, directives of modules that are not known. */
export function* unseen({ missing, unknown }: NginxFile): Generator<Reading> {
  for (const { args, at } of missing) {
    const path = args[0]?.text ?? '';
    // A pattern may match nothing, and what it matches beside servers is servers.
    if (HARMLESS.test(path) || /[*?[]/.test(path)) continue;
    yield { kind: 'gap', gap: { at, reason: 'import-not-resolved', message: `${path} is not in view: what it says is not read` } };
  }
  const names = new Set<string>();
  for (const { name, at } of unknown) {
    if (names.has(name)) continue;
    names.add(name);
    yield { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: `the directive ${name} is of a module that is not known here: what it does to responses is not seen` } };
  }
}
