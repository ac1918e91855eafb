import { exact } from '../../origins/origin-set.js';
import { ALWAYS, type Guard, type Upstream } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** What a middleware does to the path of a request: the texts of its one setting, undefined where they are not known. */
export interface PathChanges {
  readonly kind: 'path';
  /** Name of the middleware, lower-case. */
  readonly by: string;
  readonly texts: readonly string[] | undefined;
}

/** The settings of middlewares that change the path as documented, lower-case. */
export const PATH_SETTINGS: Readonly<Record<string, string>> = { stripprefix: 'prefixes', addprefix: 'prefix', replacepath: 'path', stripprefixregex: 'regex', replacepathregex: 'regex' };

/** The path that the service gets, for some of a router's requests. */
export interface PathWay {
  readonly when: Guard;
  readonly path?: NonNullable<Upstream['path']> | null;
}

const UNKNOWN: readonly PathWay[] = [{ when: ALWAYS, path: null }];

/** What is left of the path behind several middlewares; two changes in a row are not followed. */
export function pathBehind(changes: readonly PathChanges[], at: Span): readonly PathWay[] {
  const [only, ...others] = changes;
  if (only === undefined) return [{ when: ALWAYS }];
  const { by, texts = [] } = only;
  const [text] = texts;
  if (others.length > 0 || text === undefined) return UNKNOWN;
  if (by === 'addprefix') return [{ when: ALWAYS, path: { prefix: '', by: text.replace(/\/$/, '') } }];
  if (by === 'replacepath') return [{ when: ALWAYS, path: { whole: text } }];
  if (by !== 'stripprefix') return UNKNOWN;
  // What is left begins with a slash.
  return [
    ...texts.map((prefix) => prefix.replace(/\/$/, '')).filter((prefix) => prefix !== '').flatMap((prefix): readonly PathWay[] => [
      { when: { g: 'path', in: exact(prefix, at) }, path: { whole: '/' } },
      { when: { g: 'path', in: { s: 'prefix', text: `${prefix}/`, subject: 'origin', ignoreCase: false, at } }, path: { prefix: `${prefix}/`, by: '/' } },
    ]),
    { when: ALWAYS },
  ];
}
