import type { Directive } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { toldOf } from './disk.js';
import { inherited, type Level } from './levels.js';
import { textOf } from './variables.js';
import type { Way } from './ways.js';

/** Was the last redirect from the same place, with nothing learned since? All that follow are, until nginx gives up: without an error page, its redirects are used up. */
export function comesBack({ seen, when }: Way, place: string): boolean {
  const last = seen.at(-1);
  return last?.place === place && last.when === when;
}

/** All that decides what becomes of a redirected way, its guard aside. */
export function placeOf({ path, status, asGet, paged, settled, fallback, noQuery, internal, variables }: Way, at: Span): string {
  return JSON.stringify([at.file, at.start, toldOf(path), status, asGet, paged, settled, fallback, noQuery, internal, [...variables].map(([name, parts]) => [name, textOf(parts) ?? parts])]);
}

/** The `error_page` for a status, where one is looked for. */
export function pageFor(way: Way, status: number): Directive | undefined {
  return way.paged ? undefined : inherited(way.level, 'error_page').find(({ args }) => args.slice(0, -1).some(({ text }) => text === String(status)));
}

/** The status that was fixed, as an end has it. */
export function statusOf({ status }: Way): { readonly status?: number } {
  return status === undefined ? {} : { status };
}

/** A target's path. */
export function withoutQuery(text: string): string {
  return text.replace(/\?.*$/s, '');
}

/** Where the configuration in force stands. */
export function atOf({ level, location }: Way): Span {
  let one: Level | undefined = level;
  while (one !== undefined && one.head === undefined) one = one.parent;
  return one?.head?.at ?? location?.level.head?.at ?? level.directives[0]?.at ?? { file: '', start: 0, end: 0 };
}
