/**
 * The origin `null` is accepted. It belongs to every sandboxed frame, so any page can take it: allowing it for local
 * files or redirects opens the policy to every website.
 */
import { admits } from '../src/origins/membership.js';
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import { classOfGrant } from '../src/findings/entry.js';
import { defineRule, type Proposal, type Report } from '../src/findings/rule.js';
import { opensWhenUnset } from '../src/findings/unset.js';
import type { Policy } from '../src/policy/program.js';
import { literalOrigins, originLeaves, writtenAt } from '../src/policy/views.js';

export default defineRule({
  title: 'The origin null is accepted',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'policy' },
  references: ['https://fetch.spec.whatwg.org/#origin-header', 'https://cwe.mitre.org/data/definitions/346.html'],
  messages: {
    credentialed: 'The origin `null` is accepted with credentials: a sandboxed frame on any website can read {path} as the signed-in user.',
    open: 'The origin `null` is accepted; every sandboxed frame has that origin, so this is as open as `*`.',
    unset: 'If {setting} is not set, the origin `null` is accepted{credentials}: every sandboxed frame has that origin.',
  },
  options: {
    allowInEnv: { description: 'Environments in which the origin `null` may be accepted, such as tests that run from files.', default: [] },
  },
  *check(policy, ask, { allowInEnv }) {
    if (allowInEnv.includes(ask.environmentName)) return;
    yield* whenUnset(policy, ask);
    const written = admittingNull(policy);
    if (written.length === 0) return;
    for (const probe of ask.probes) {
      if (ask.allowsStrangers(probe, 'omit')) continue;
      const credentialed = ask.letsIn(probe, { origin: 'null', credentials: 'include' });
      const witness = credentialed ?? (probe.publicAsset === true ? undefined : ask.letsIn(probe, { origin: 'null' }));
      if (witness === undefined) continue;
      const sent = linesOf(witness.response, 'access-control-allow-origin')[0];
      if (sent?.text !== 'null') continue;
      const entry = written.find((one) => 's' in one && one.s === 'exact') ?? written[0]!;
      const { at } = entry;
      yield {
        message: credentialed === undefined ? 'open' : 'credentialed',
        data: { path: probe.path },
        class: classOfGrant(policy, credentialed !== undefined),
        at,
        witness: { ...witness, attacker: 'sandboxed frame' },
        proposals: withoutNull(entry),
      };
    }
  },
});

type Admitting = ReturnType<typeof originLeaves>[number] | ReturnType<typeof literalOrigins>[number];

/** Entries that `null` passes, and texts that are sent and say it. */
function admittingNull(policy: Policy): readonly Admitting[] {
  return [
    ...originLeaves(policy).filter((leaf) => admits(leaf, 'null', () => undefined) === true),
    ...literalOrigins(policy).filter((value) => value.text.trim() === 'null'),
  ];
}

/** Nobody wrote the text: the language made it of a value that is missing. */
function isMade(entry: Admitting): boolean {
  return 's' in entry ? entry.s === 'exact' && entry.made === true : !entry.written;
}

/** What nobody meant is taken out without asking. */
function withoutNull(entry: Admitting): readonly Proposal[] {
  const { at } = entry;
  const automatic = isMade(entry);
  const removal: Proposal = { title: 'Take `null` out of the list', change: { kind: 'remove-entry', at }, automatic };
  return automatic ? [removal, { title: 'Fall back to the empty text, which is no origin', change: { kind: 'fail-closed', at }, automatic }] : [removal];
}

/** A setting that is missing leaves something behind that `null` equals: an empty text in a list, compared by its parts. */
function* whenUnset(policy: Policy, ask: Ask): Generator<Report> {
  for (const probe of ask.probes) {
    for (const credentials of ['include', 'omit'] as const) {
      const exchanges = ask.exchanges(probe, { origin: 'null', credentials });
      const setting = opensWhenUnset(exchanges);
      const witness = exchanges.find(({ verdict }) => verdict.allowed === true);
      const line = witness === undefined ? undefined : linesOf(witness.response, 'access-control-allow-origin')[0];
      if (setting === undefined || witness === undefined || line?.at === undefined || STRANGERS.some((origin) => opensWhenUnset(ask.exchanges(probe, { origin })) === setting)) continue;
      yield {
        message: 'unset',
        data: { setting, credentials: credentials === 'include' ? ' with credentials' : '' },
        class: classOfGrant(policy, credentials === 'include'),
        at: writtenAt(policy, 'access-control-allow-origin', { at: line.at, text: line.text }),
        witness: { ...witness, attacker: 'sandboxed frame' },
        proposals: admittingNull(policy).filter(isMade).flatMap(withoutNull),
      };
      break;
    }
  }
}
