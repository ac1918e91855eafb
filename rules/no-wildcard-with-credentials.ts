/**
 * A literal `*` and credentials cancel out: the browser refuses to hand a credentialed response to the page, so the
 * cookies that the author wanted never work.
 *
 * Requests without credentials pass, so nothing leaks: this is a failure, not a hole. Whoever needs the cookies must
 * list origins, and only a person knows which. Echoing the origin instead would open the resource to every site.
 */
import { onlyNamed, onlyPlaceholder } from '../src/findings/allow-list.js';
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import { defineRule, type Proposal, type Report } from '../src/findings/rule.js';
import type { HttpResponse } from '../src/policy/evaluate.js';
import type { Probe } from '../src/policy/program.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: '`*` with credentials: browsers refuse every credentialed request',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    refused: '`*` with credentials: browsers refuse every credentialed request to {path}.',
    preflight: '`*` with credentials: browsers refuse the preflight of every credentialed request to {path} that needs one.',
    either: '`*` with credentials: which of two things the product sends is not known; browsers refuse credentialed requests to {path}, or every website can read it as the signed-in user.',
    fails: '`*` with credentials: {fault}.',
    called: '`*` is sent for {path}, which a page calls with credentials: browsers refuse that.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      const origin = ask.accepted(probe).find((candidate) => ask.blocks(probe, { origin: candidate, credentials: 'include' })) ?? STRANGERS[0];
      const simple = ask.blocks(probe, { origin, credentials: 'include' });
      const fault = simple?.response.fault;
      const failing = fault !== undefined && /credentials/i.test(fault) && /\*|wildcard/i.test(fault);
      const worlds = ask.exchanges(probe, { origin, credentials: 'include' });
      const refusing = worlds.filter(({ verdict, response }) => verdict.reason === 'acao-wildcard-credentials' && allowsCredentials(response));
      const refused = refusing.length === worlds.length;
      // Versions differ, or nobody says: every one of them is wrong.
      const either = !refused && !failing && refusing.length > 0 && STRANGERS.every((stranger) => ask.exchanges(probe, { origin: stranger, credentials: 'include' }).every(({ verdict, response }) => verdict.allowed === true || (verdict.reason === 'acao-wildcard-credentials' && allowsCredentials(response))));
      // What answers preflights may leave the rest to somebody who is not in view.
      const asked = { origin, credentials: 'include', headers: [['content-type', 'application/json']] } as const;
      const unasked = !refused && !failing && !either && ask.allows(probe, { origin, credentials: 'include' }) === undefined && ask.exchanges(probe, asked).every(({ verdict, preflight }) => verdict.reason === 'preflight-acao-wildcard-credentials' && preflight !== null && allowsCredentials(preflight));
      const witness = unasked ? ask.blocks(probe, asked) : either ? refusing[0] : simple;
      if (witness === undefined || (!refused && !failing && !unasked && !either)) continue;
      const response = unasked ? (witness.preflight ?? witness.response) : witness.response;
      const credentials = linesOf(response, 'access-control-allow-credentials')[0]?.at;
      yield {
        message: failing ? 'fails' : unasked ? 'preflight' : either ? 'either' : 'refused',
        data: { path: probe.path, fault: fault ?? '' },
        at: linesOf(response, 'access-control-allow-origin')[0]?.at ?? policy.at,
        related: credentials === undefined ? [] : [{ at: credentials, message: 'Credentials are allowed here.' }],
        witness,
        proposals: [
          ...(credentials === undefined ? [] : [{ title: 'Stop allowing credentials', change: { kind: 'remove-header', at: credentials }, automatic: policy.evidence.readsCookies === 'no' } as const]),
          ...lists(ask, probe, linesOf(response, 'access-control-allow-origin')[0]?.at),
        ],
      };
    }
    yield* called(ask);
  },
});

/** Pages of the repository that send credentials to a place that answers `*` and does not allow any. */
function* called(ask: Ask): Generator<Report<'called'>> {
  for (const probe of ask.probes) {
    for (const call of ask.calls(probe).filter(({ credentials }) => credentials === 'include')) {
      const client = { origin: ask.accepted(probe)[0] ?? STRANGERS[0], method: call.method, headers: call.headers.map((name) => [name, 'x'] as const), credentials: call.credentials };
      const witness = ask.blocksWhere(probe, client, ({ verdict, response, preflight }) => /acao-wildcard-credentials$/.test(verdict.reason) && !allowsCredentials(preflight ?? response));
      const at = witness === undefined ? undefined : linesOf(witness.preflight ?? witness.response, 'access-control-allow-origin')[0]?.at;
      if (witness === undefined || at === undefined) continue;
      yield { message: 'called', data: { path: probe.path }, at, related: [{ at: call.at, message: 'It is called with credentials here.' }], witness, proposals: lists(ask, probe, at) };
      break;
    }
  }
}

function lists(ask: Ask, probe: Probe, at: Span | undefined): readonly Proposal[] {
  return at === undefined ? [] : [...onlyNamed(ask, probe, at), ...onlyPlaceholder(ask, probe, at)];
}

function allowsCredentials(response: HttpResponse): boolean {
  return linesOf(response, 'access-control-allow-credentials').some((line) => line.text === 'true');
}
