/**
 * Accepted origins include hosts that anybody can obtain: a project at a hosting service, a tunnel, a page in an online
 * sandbox. Whoever takes such a name reads the responses as if they were the author.
 *
 * All names below a public suffix count (`*.github.io`, `*.vercel.app`, `*.com`), and names with a prefix too
 * (`my-app-*.vercel.app`): they are given to whoever asks first. One name that is spelled out belongs to its owner.
 */
import type { Ask } from '../src/findings/ask.js';
import { classOfGrant, letIn, originsOf, type Entry } from '../src/findings/entry.js';
import { defineRule } from '../src/findings/rule.js';
import { trustedSet } from '../src/findings/trusted.js';
import { weaknessOf } from '../src/origins/attacker.js';
import { admits } from '../src/origins/membership.js';
import { sharedOrigins, sharedSandbox, type SharedOrigin } from '../src/origins/shared-hosts.js';

export default defineRule({
  title: 'Accepted origins include hosts that anybody can obtain',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'policy', 'no-null-origin': 'place' },
  references: ['https://publicsuffix.org/', 'https://cwe.mitre.org/data/definitions/942.html'],
  messages: {
    name: 'Anybody can get a name at `{suffix}`: `{origin}` is accepted{credentials}.',
    sandbox: '`{origin}` runs code that anybody may write there, and is accepted{credentials}.',
  },
  options: {
    reserved: { description: 'Origins, with `*` for a part of the host, that a service gives to nobody but you, such as `https://*-my-team.vercel.app`.', default: [] },
  },
  *check(policy, ask, { reserved }) {
    const own = trustedSet(reserved);
    const candidatesOf = (entry: Entry): readonly SharedOrigin[] => sharedBy(entry, ask).filter(({ origin }) => admits(own, origin, () => undefined) !== true);
    for (const { entry, candidate, credentialed, witness } of letIn(ask, candidatesOf)) {
      const exact = entry.leaf === undefined || entry.leaf.s === 'exact';
      yield {
        message: sharedSandbox(candidate.origin) === undefined ? 'name' : 'sandbox',
        data: { suffix: candidate.suffix, origin: candidate.origin, credentials: credentialed ? ' with credentials' : '' },
        class: classOfGrant(policy, credentialed),
        at: entry.at,
        witness: { ...witness, attacker: candidate.how === 'register domain' ? `register domain ${new URL(candidate.origin).hostname}` : candidate.how },
        proposals: [
          ...(exact ? [] : [{ title: `Let in one deployment, such as \`https://my-app.${candidate.suffix}\` (a placeholder)`, change: { kind: 'allow-only', at: entry.at, origins: [`https://my-app.${candidate.suffix}`] }, automatic: false } as const]),
          { title: 'Take the entry out', change: { kind: 'remove-entry', at: entry.at }, automatic: false },
        ],
      };
    }
  },
});

/** What a pattern lets in by its weakness is that weakness's matter. */
function sharedBy(entry: Entry, ask: Ask): readonly SharedOrigin[] {
  const { leaf } = entry;
  if (leaf === undefined) return originsOf(entry).flatMap((origin) => sharedSandbox(origin) ?? []);
  const weakness = leaf.s === 'exact' ? undefined : weaknessOf(leaf, ask.trusted);
  return weakness !== undefined && weakness.harmless !== true ? [] : [...sharedOrigins(leaf)];
}
