import { whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Word } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import { sectionHolds, type Scene } from './expressions.js';
import { aliasSet, patternPaths } from './paths.js';
import { inForce, isOfServer, type Sections, type Stage } from './sections.js';
import { pathGuard } from './text.js';

const WORDS: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 };

/** `Redirect` and its kin: those of the server are looked at before the disk, those of sections after everything else. */
export function redirects(sections: Sections, ofServer: boolean, stage: Stage, scene: Scene): readonly { readonly when: Guard; readonly status: number; readonly at: Span }[] {
  const found = sections.all('redirect', 'redirectmatch', 'redirectpermanent', 'redirecttemp').filter((scoped) => isOfServer(scoped) === ofServer).flatMap((scoped) => {
    const { directive } = scoped;
    const [first, ...rest] = directive.args;
    if (first === undefined) return [];
    const spelled = WORDS[first.text.toLowerCase()] ?? (/^\d{3}$/.test(first.text) ? Number(first.text) : undefined);
    const status = directive.name === 'redirectpermanent' ? 301 : (spelled ?? 302);
    const path: Word | undefined = spelled === undefined ? first : rest[0];
    const force = inForce(scoped, stage, scene.pass, (expression) => sectionHolds(expression, scene));
    // In a Location the path may be left out.
    const bare = path === undefined || /^[a-z]+:/i.test(path.text);
    return [{ when: whenAll(force, ...(bare ? [] : [pathGuard(directive.name === 'redirectmatch' ? patternPaths(path) : aliasSet(path), scene.pass)])), status, at: directive.at }];
  });
  // Sites hold hundreds in a row that answer alike.
  return runs(found.slice(0, MAX_REDIRECTS), ({ status }) => status).map((alike) => ({ ...alike[0]!, when: whenAny(...alike.map(({ when }) => when)) }));
}

/** Redirects past which the rest is not looked at: each takes a path of its own. */
const MAX_REDIRECTS = 2000;

function runs<T>(items: readonly T[], key: (item: T) => unknown): readonly (readonly T[])[] {
  const found: T[][] = [];
  for (const item of items) {
    const last = found.at(-1);
    if (last !== undefined && key(last[0]!) === key(item)) last.push(item);
    else found.push([item]);
  }
  return found;
}
