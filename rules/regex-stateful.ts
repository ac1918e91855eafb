/**
 * A JavaScript pattern with the flag `g` or `y` remembers where it stopped: `test` and `exec` begin there the next time.
 * One that is kept from request to request therefore refuses every second request of the same page.
 *
 * `match`, `replace` and `search` begin at the front, and so does a pattern that is made anew for each request.
 */
import { defineRule } from '../src/findings/rule.js';
import { meantBy } from '../src/origins/admitted.js';
import { anchorsOf, treeOf } from '../src/origins/pattern.js';
import type { RegexSet } from '../src/origins/origin-set.js';
import { originLeaves } from '../src/policy/views.js';

export default defineRule({
  title: 'A pattern keeps its position: every second request is refused',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://tc39.es/ecma262/#sec-regexpbuiltinexec', 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/RegExp/lastIndex'],
  messages: {
    stateful: 'The flag `{flag}` makes this pattern begin where it stopped before: every second request from `{origin}` is refused.',
  },
  *check(policy, ask) {
    for (const leaf of originLeaves(policy)) {
      if (leaf.s !== 'regex' || leaf.stateful !== true || !isHeld(leaf)) continue;
      const flag = leaf.flags.replace(/[^gy]/g, '');
      for (const probe of ask.probes) {
        const origin = meantBy(leaf).find((candidate) => ask.allows(probe, { origin: candidate }) !== undefined && ask.blocks(probe, { origin: candidate }, { again: true }) !== undefined);
        const witness = origin === undefined ? undefined : ask.blocks(probe, { origin }, { again: true });
        if (origin === undefined || witness === undefined) continue;
        yield {
          message: 'stateful',
          data: { flag, origin },
          at: leaf.at,
          witness,
          proposals: [{ title: `Take away the flag \`${flag}\``, change: { kind: 'remove-flag', at: leaf.at, flag }, automatic: true }],
        };
        break;
      }
    }
  },
});

/** Anchored at either end, the pattern surely finds nothing behind its own match. */
function isHeld(leaf: RegexSet): boolean {
  const tree = treeOf(leaf);
  if (tree === undefined) return false;
  const { start, end } = anchorsOf(leaf, tree);
  return start || end;
}
