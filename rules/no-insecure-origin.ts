/**
 * An `http` origin is accepted: whoever controls a user's network (a café's, a hotel's) can answer for that origin and
 * read the service through its pages. The service's own https does not help.
 *
 * Loopback hosts and app schemes (`capacitor://localhost`) are not sent over a network. A service that is reached over
 * http alone has nothing left to lose.
 */
import { letIn, originsOf, type Entry } from '../src/findings/entry.js';
import type { FindingClass } from '../src/findings/finding.js';
import { defineRule, type Proposal } from '../src/findings/rule.js';
import { meantBy } from '../src/origins/admitted.js';
import { hostOf } from '../src/origins/hosts.js';
import { localKindOf } from '../src/origins/local-hosts.js';
import type { Policy } from '../src/policy/program.js';

export default defineRule({
  title: 'An http origin is accepted, for which a network attacker can speak',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'policy', 'no-dev-origin': 'place', 'no-origin-anyone-can-host': 'place', 'origin-match-unanchored': 'place', 'glob-read-as-regex': 'place', 'origin-match-too-broad': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/319.html', 'https://cwe.mitre.org/data/definitions/346.html', 'https://portswigger.net/web-security/cors#breaking-tls-with-poorly-configured-cors'],
  messages: {
    http: '`{origin}` is accepted{credentials}: whoever controls a user’s network can answer for it and read {path}{as}.',
    scheme: '`{origin}` is accepted{credentials}: an app of that scheme is let in.',
  },
  options: {
    schemes: { description: 'Schemes of apps and extensions that are told too, such as `capacitor`.', default: [] },
  },
  *check(policy, ask, { schemes }) {
    // A developer's own machine has no network in between.
    if (policy.evidence.https === 'no' || policy.evidence.localOnly === true) return;
    const isTold = (origin: string): boolean => (origin.startsWith('http://') ? localKindOf(hostOf(origin) ?? '') === undefined : schemes.includes(origin.replace(/:.*$/s, '')));
    const candidatesOf = (entry: Entry): readonly { readonly origin: string }[] => (entry.leaf === undefined ? originsOf(entry) : meantBy(entry.leaf)).filter(isTold).map((origin) => ({ origin }));
    let schemeless = false;
    for (const { entry, candidate, probe, credentialed, witness } of letIn(ask, candidatesOf)) {
      // A comparison that leaves the scheme out does so for all of its entries.
      if (looksAtHost(entry) && schemeless) continue;
      schemeless ||= looksAtHost(entry);
      const http = candidate.origin.startsWith('http://');
      yield {
        message: http ? 'http' : 'scheme',
        data: { origin: candidate.origin, path: probe.path, credentials: credentialed ? ' with credentials' : '', as: credentialed ? ' as the signed-in user' : '' },
        class: http ? gravity(policy, credentialed) : 'hygiene',
        at: entry.at,
        witness: { ...witness, attacker: http ? 'network attacker on http' : 'local program' },
        proposals: http ? repairs(entry, ask.accepted(probe)) : [],
      };
    }
  },
});

/** Where nobody knows whether the service itself is reached over https, its http pages may be all that there is. */
function gravity({ evidence }: Policy, credentialed: boolean): FindingClass {
  if (!credentialed && evidence.networkProtected === undefined) return 'hygiene';
  return evidence.https === 'yes' ? 'security-error' : 'correctness-warning';
}

function looksAtHost({ leaf }: Entry): boolean {
  return leaf !== undefined && 'subject' in leaf && leaf.subject !== undefined && leaf.subject !== 'origin';
}

/** The entry with https alone; a port of http is another one over https. */
function repairs(entry: Entry, accepted: readonly string[]): readonly Proposal[] {
  const { leaf, text, at } = entry;
  if (leaf?.s === 'regex') {
    const secure = text.replace(/https\?(?=:)|http(?=:)|\((?:\?:)?(?:https\?|https?\|https?)\)/, 'https');
    return secure === text ? [] : [{ title: `Let in https alone: ${secure}`, change: { kind: 'replace-pattern', at, source: secure }, automatic: false }];
  }
  const remove: Proposal = { title: 'Take the entry out', change: { kind: 'remove-entry', at }, automatic: false };
  const secure = looksAtHost(entry) && leaf?.s === 'exact' ? `https://${text}` : text.replace(/^(?:http|\*):\/\/(?!.*:\d+$)/, 'https://');
  if (secure === text) return text.startsWith('http://') ? [remove] : [];
  const replace: Proposal = { title: `Let in https alone: ${secure}`, change: { kind: 'replace-text', at, text: secure }, automatic: false };
  return accepted.includes(secure) && text.startsWith('http://') ? [remove] : text.startsWith('http://') ? [replace, remove] : [replace];
}
