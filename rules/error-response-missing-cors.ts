/**
 * Errors carry no CORS headers, though successes do. The browser keeps such an answer from the page, which sees a network
 * failure instead of the 401, 404 or 500: nobody is sent to the login, and nobody can tell what went wrong.
 *
 * Speaks where a server or gateway in front of an application can be told to send the headers with every status (nginx and
 * Apache: `always`). Files have no errors that a page would read. What applications and products do to errors by
 * themselves is told under strict.
 */
import type { Ask, Carried, Client } from '../src/findings/ask.js';
import { linesOf, SIGNED, urlOf } from '../src/findings/ask.js';
import { serverRequest } from '../src/findings/exchange.js';
import type { Exchange } from '../src/findings/finding.js';
import { ASKED_FOR } from '../src/findings/preflighted.js';
import { defineRule } from '../src/findings/rule.js';
import { joined } from '../src/findings/words.js';
import type { Scenario } from '../src/policy/evaluate.js';
import { stepsAt } from '../src/policy/place.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { effectAt } from '../src/policy/views.js';

export default defineRule({
  title: 'Errors carry no CORS headers: pages see a network failure instead',
  class: 'correctness-warning',
  set: 'recommended',
  yieldsTo: { 'preflight-unanswered': 'place', 'header-dropped-by-inheritance': 'place' },
  references: ['https://fetch.spec.whatwg.org/#cors-check', 'https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header', 'https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header'],
  messages: {
    status: 'This header is not sent with errors: a page of {origin} sees a network failure instead of {statuses} from {path}.',
    unauthenticated: 'Who is not signed in gets {statuses} from here without CORS headers: a page of {origin} sees a network failure instead.',
    uncaught: 'This header is lost when a handler fails: a page of {origin} sees a network failure instead of {statuses} from {path}.',
  },
  *check(policy, ask) {
    if (!ask.strict && !(policy.evidence.handWritten && IN_FRONT.includes(policy.layer))) return;
    for (const probe of ask.probes) {
      const found = probe.publicAsset === true ? undefined : firstUnreadable(ask, probe);
      if (found === undefined) continue;
      const { message, statuses, witness, granted } = found;
      const allowed = linesOf(granted.response, 'access-control-allow-origin')[0]?.at ?? probe.at;
      const asked = message === 'unauthenticated' ? witness.response.unauthenticated : undefined;
      yield {
        message,
        data: { path: probe.path, origin: witness.request.origin, statuses: joined(statuses.map(String), 'or') },
        at: asked ?? allowed,
        related: asked === undefined ? [] : [{ at: allowed, message: 'Who is signed in gets the headers that are written here.' }],
        witness,
        proposals: [{ title: 'Send the header with errors too', change: { kind: 'send-with-every-status', at: allowed }, automatic: false }],
      };
    }
  },
});

/** Layers that decide by themselves which statuses carry their headers. */
const IN_FRONT: readonly Policy['layer'][] = ['proxy', 'gateway', 'static-host'];

/** What applications answer to those who may not, who ask for what is not there, and when they fail. */
const ERRORS = [401, 404, 500];

interface Found {
  readonly message: 'status' | 'unauthenticated' | 'uncaught';
  readonly statuses: readonly number[];
  readonly witness: Exchange;
  readonly granted: Exchange;
}

function firstUnreadable(ask: Ask, probe: Probe): Found | undefined {
  for (const carried of SIGNED) {
    for (const origin of ask.accepted(probe, carried)) {
      const granted = ask.exchanges(probe, { origin, ...carried })[0];
      const found = granted === undefined ? undefined : (behind(ask, probe, carried, granted) ?? before(ask, probe, granted));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Errors of the application behind. */
function behind(ask: Ask, probe: Probe, carried: Carried, granted: Exchange): Found | undefined {
  const { origin } = granted.request;
  const unreadable = (scenario: Scenario, status: number): readonly (readonly [number, Exchange])[] => {
    const witness = isApplication(ask, probe, { origin, ...carried }) ? ask.blocksWhere(probe, { origin, ...carried }, ({ verdict, response }) => verdict.reason === 'acao-missing' && isFromBehind(response, status), scenario) : undefined;
    return witness === undefined ? [] : [[status, witness]];
  };
  const limited = effectAt(ask.policy, linesOf(granted.response, 'access-control-allow-origin')[0]?.at)?.statuses !== 'all';
  const errors = limited ? ERRORS.flatMap((status) => unreadable({ status }, status)) : [];
  if (errors[0] !== undefined) return { message: 'status', statuses: errors.map(([status]) => status), witness: errors.at(-1)![1], granted };
  const [failed] = ask.strict ? unreadable({ uncaught: true }, 500) : [];
  return failed === undefined ? undefined : { message: 'uncaught', statuses: [failed[0]], witness: failed[1], granted };
}

/** Files are read, and nothing behind sends them: no page waits for an error of theirs. */
function isApplication(ask: Ask, probe: Probe, client: Client): boolean {
  const request = serverRequest({ url: urlOf(probe) }, 'POST', []);
  return (
    stepsAt(ask.policy, request).some(({ end }) => end?.to === 'upstream' || (end?.to === 'behind' && end.program === true)) &&
    ['POST', ...ASKED_FOR].some((method) => ask.exchanges(probe, { ...client, method }).every(({ response }) => response.answeredAt === undefined))
  );
}

/** What asks for credentials in front of the application, and answers by itself those who have none. */
function before(ask: Ask, probe: Probe, granted: Exchange): Found | undefined {
  if (!ask.strict) return undefined;
  const witness = ask.blocksWhere(probe, { origin: granted.request.origin }, ({ verdict, response }) => verdict.reason === 'acao-missing' && response.unauthenticated !== undefined);
  return witness === undefined ? undefined : { message: 'unauthenticated', statuses: witness.response.status === null ? [] : [witness.response.status], witness, granted };
}

function isFromBehind(response: Exchange['response'], status: number): boolean {
  return response.status === status && response.answeredAt === undefined;
}
