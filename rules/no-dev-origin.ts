/**
 * An origin of development is accepted in production: a page on the user's own machine, in their network or behind a
 * tunnel. Any program that a user runs can serve pages at `http://localhost:3000`, and a tunnel's name goes to
 * somebody else tomorrow.
 *
 * An entry that only development gets (`NODE_ENV !== 'production'`, a debug setting) is none in production.
 */
import { letIn, originsOf, type Entry } from '../src/findings/entry.js';
import { defineRule } from '../src/findings/rule.js';
import { hostOf } from '../src/origins/hosts.js';
import { localKindOf, type LocalKind } from '../src/origins/local-hosts.js';

export default defineRule({
  title: 'A development origin is accepted in production',
  class: 'correctness-warning',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'policy', 'no-origin-anyone-can-host': 'place', 'origin-match-unanchored': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/16.html', 'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/11-Client-side_Testing/07-Testing_Cross_Origin_Resource_Sharing'],
  messages: {
    loopback: 'The development origin `{origin}` is accepted in production{credentials}: any program on a user’s machine can serve pages there.',
    network: 'The development origin `{origin}` is accepted in production{credentials}: whoever has that address in a user’s network can serve pages there.',
    tunnel: 'The tunnel `{origin}` is accepted in production{credentials}: its name goes to whoever asks for it next.',
  },
  *check(policy, ask) {
    if (ask.environment !== 'production' || policy.evidence.localOnly === true) return;
    const closed = (policy.evidence.networkProtected ?? policy.evidence.privateListener) !== undefined;
    const candidatesOf = (entry: Entry): readonly DevOrigin[] => originsOf(entry).flatMap((origin) => devOrigin(origin) ?? []).filter(({ kind }) => kind === 'loopback' || kind === 'tunnel' || !closed);
    for (const { entry, candidate, credentialed, witness } of letIn(ask, candidatesOf)) {
      if (isReplaced(entry.at.file)) continue;
      yield {
        message: candidate.kind === 'loopback' || candidate.kind === 'tunnel' ? candidate.kind : 'network',
        data: { origin: candidate.origin, credentials: credentialed ? ' with credentials' : '' },
        class: credentialed ? 'correctness-warning' : 'hygiene',
        at: entry.at,
        witness: { ...witness, attacker: ATTACKERS[candidate.kind] },
        proposals: [
          { title: 'Keep it for development', change: { kind: 'only-in-development', at: entry.at }, automatic: false },
          { title: 'Take it out', change: { kind: 'remove-entry', at: entry.at }, automatic: false },
        ],
      };
    }
  },
});

const ATTACKERS: Readonly<Record<LocalKind, string>> = {
  loopback: 'local program',
  'private-address': 'network attacker on http',
  'local-name': 'network attacker on http',
  tunnel: 'host page at shared service',
};

/** Defaults of a chart and files of compose are what a deployment replaces. */
function isReplaced(file: string): boolean {
  return /(?:^|\/)(?:values|(?:docker-)?compose)\b[^/]*\.ya?ml$/i.test(file);
}

interface DevOrigin {
  readonly origin: string;
  readonly kind: LocalKind;
}

/** Pages of programs and browser extensions have other schemes; only what a web server serves is meant. */
function devOrigin(origin: string): DevOrigin | undefined {
  const kind = /^https?:/.test(origin) ? localKindOf(hostOf(origin) ?? '') : undefined;
  return kind === undefined ? undefined : { origin, kind };
}
