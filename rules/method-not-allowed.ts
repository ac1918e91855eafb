/**
 * A method is served and `Access-Control-Allow-Methods` does not list it: the preflight succeeds and the browser still does
 * not send the request. Methods are compared byte by byte, so `put` lets nobody send `PUT`.
 *
 * Speaks of routes where the author wrote the lists for preflights, and of requests that pages of the repository make.
 * GET, HEAD and POST need not be listed.
 */
import type { Ask, Client } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { ASKED_FOR, itemsOf, listsByHand, methodsAllowedBy, refusalOf, writtenList, type Refusal } from '../src/findings/preflighted.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import { joined } from '../src/findings/words.js';
import type { Probe } from '../src/policy/program.js';
import { spanKey, type Span } from '../src/text/span.js';

type Message = 'missing' | 'small' | 'called' | 'safelisted';

export default defineRule<Message>({
  title: 'A method is served but not in Access-Control-Allow-Methods',
  class: 'broken-in-browser',
  set: 'recommended',
  yieldsTo: { 'list-header-invalid-token': 'place', 'unknown-cors-header': 'policy', 'preflight-unanswered': 'place', 'preflight-behind-auth': 'place', 'preflight-status-not-ok': 'place' },
  references: ['https://fetch.spec.whatwg.org/#http-access-control-allow-methods', 'https://fetch.spec.whatwg.org/#concept-method-normalize'],
  messages: {
    missing: '{path} is served for {methods}, which `Access-Control-Allow-Methods` does not list: browsers do not send such a request.',
    small: '{entries} lets nobody send {methods}: methods are compared byte by byte, and browsers send these in capitals.',
    called: 'This page sends `{method}` in small letters, and {path} allows `{listed}`: methods are compared byte by byte, so the browser does not send the request.',
    safelisted: '{entries} says nothing: methods are compared byte by byte, and browsers send {methods} without asking.',
  },
  *check(_policy, ask) {
    const missing = new Map<string, Missing>();
    for (const probe of ask.probes) {
      const [origin] = servedOrTurnedAway(ask, probe);
      if (origin === undefined) continue;
      const small = inSmallLetters(ask, probe, origin);
      if (small !== undefined) yield small;
      yield* calledInSmallLetters(ask, probe, origin);
      for (const { method, calledAt } of served(ask, probe)) {
        const refused = refusal(ask, probe, { origin, method });
        if (refused === undefined || (calledAt === undefined && !listsByHand(ask, refused.shown))) continue;
        const list = writtenList(ask, refused.shown, 'access-control-allow-methods');
        if (list !== undefined && itemsOf(list.text ?? '').some((entry) => entry.toUpperCase() === method)) continue;
        const at = list?.at ?? ['access-control-allow-headers', 'access-control-allow-origin'].flatMap((name) => linesOf(refused.shown, name)).find((line) => line.at !== undefined)?.at;
        if (at === undefined) continue;
        const known = missing.get(spanKey(at)) ?? { at, listed: list !== undefined, path: probe.path, related: calledAt === undefined ? { at: probe.at, message: `${probe.path} is served here.` } : { at: calledAt, message: 'A page sends it here.' }, witness: refused.witness, methods: [] };
        missing.set(spanKey(at), { ...known, methods: [...new Set([...known.methods, method])] });
      }
    }
    for (const { at, listed, path, related, witness, methods } of missing.values()) {
      yield {
        message: 'missing',
        data: { path, methods: joined(methods) },
        at,
        related: [related],
        witness,
        proposals: listed ? [{ title: `Allow ${joined(methods)}`, change: { kind: 'edit-list', at, remove: [], add: methods }, automatic: false }] : [],
      };
    }
  },
});

/** What one list lacks. */
interface Missing extends Pick<Report, 'at' | 'witness'> {
  /** Is there a list to add to? */
  readonly listed: boolean;
  readonly path: string;
  readonly related: { readonly at: Span; readonly message: string };
  readonly methods: readonly string[];
}

/** Methods that pages may send without being told that they may. */
const SAFELISTED = ['GET', 'HEAD', 'POST'];

/** Origins that the place serves, or would serve if the policy did not turn away the method itself (Ktor: 403). */
function servedOrTurnedAway(ask: Ask, probe: Probe): readonly string[] {
  const served = ask.accepted(probe);
  const isTurnedAway = ({ response: { status, answeredAt, unauthenticated } }: Exchange): boolean => status === 403 && answeredAt !== undefined && unauthenticated === undefined;
  return served.length > 0 ? served : ask.accepted({ ...probe, methods: null }).filter((origin) => ask.exchanges(probe, { origin }).every(isTurnedAway));
}

/** Methods that the place serves and that browsers ask about, with the page that sends them. */
function served(ask: Ask, probe: Probe): readonly { readonly method: string; readonly calledAt?: Span }[] {
  const calls = ask.calls(probe).map(({ method, at }) => ({ method, calledAt: at }));
  return [...calls, ...(probe.methods ?? []).map((method) => ({ method }))].filter(({ method }) => ASKED_FOR.includes(method));
}

function refusal(ask: Ask, probe: Probe, client: Client): Refusal | undefined {
  const others = ASKED_FOR.filter((method) => method !== client.method).map((method) => ({ ...client, method }));
  const simple = SAFELISTED.map((method): Client => ({ ...client, method, headers: [['x-requested-with', 'XMLHttpRequest']] }));
  return refusalOf(ask, probe, client, 'preflight-method-not-allowed', [...others, ...simple, { ...client, method: 'POST', headers: [['content-type', 'application/json']] }]);
}

/** Entries of the list that equal no method as browsers send it. */
function inSmallLetters(ask: Ask, probe: Probe, origin: string): Report<Message> | undefined {
  const asked = ask.exchanges(probe, { origin, method: 'PUT' })[0];
  const list = asked?.preflight ? writtenList(ask, asked.preflight, 'access-control-allow-methods') : undefined;
  if (asked === undefined || list === undefined) return undefined;
  const entries = itemsOf(list.text ?? '');
  const small = entries.filter((entry) => [...SAFELISTED, ...ASKED_FOR].includes(entry.toUpperCase()) && !entries.includes(entry.toUpperCase()));
  const capitals = small.map((entry) => entry.toUpperCase());
  const refused = capitals.flatMap((method) => (ASKED_FOR.includes(method) ? (refusal(ask, probe, { origin, method })?.witness ?? []) : []));
  const witness: Exchange = refused[0] ?? asked;
  const told = refused.length > 0 ? refused.map(({ request }) => request.method) : capitals;
  // What is in small letters and is let in all the same was put into capitals on the way.
  if (told.length === 0 || (refused.length === 0 && !capitals.every((method) => SAFELISTED.includes(method)))) return undefined;
  return {
    message: refused.length > 0 ? 'small' : 'safelisted',
    data: { entries: joined(small.filter((entry) => told.includes(entry.toUpperCase())).map((entry) => `\`${entry}\``)), methods: joined(told) },
    class: refused.length > 0 ? 'broken-in-browser' : 'hygiene',
    at: list.at,
    witness,
    proposals: [{ title: 'Write methods in capitals', change: { kind: 'edit-list', at: list.at, remove: small, add: capitals }, automatic: refused.length === 0 }],
  };
}

/** `fetch` writes most methods in capitals, but not `patch`: it is sent as it stands. */
function* calledInSmallLetters(ask: Ask, probe: Probe, origin: string): Generator<Report<Message>> {
  for (const { method, at } of ask.calls(probe)) {
    const refused = method === method.toUpperCase() ? undefined : refusal(ask, probe, { origin, method });
    const listed = refused === undefined ? undefined : methodsAllowedBy(refused.shown).find((name) => name === method.toUpperCase());
    if (refused !== undefined && listed !== undefined) yield { message: 'called', data: { method, listed, path: probe.path }, at, witness: refused.witness };
  }
}
