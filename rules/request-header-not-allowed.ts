/**
 * A handler needs a request header that `Access-Control-Allow-Headers` does not list: browsers ask before they send a JSON
 * body, an `Authorization` header or one of the application's own, and do not send the request when it is not among those
 * allowed.
 *
 * Speaks where a handler surely reads the header and the author wrote the lists for preflights, and of requests that pages of
 * the repository make. Headers that proxies add, and those that no page may set, need no permission.
 */
import type { Ask, Client } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import { spelled } from '../src/findings/lists.js';
import { ASKED_FOR, itemsOf, listsByHand, namesWritten, refusalOf, requestWith, writtenList, type Refusal } from '../src/findings/preflighted.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import { joined } from '../src/findings/words.js';
import type { Probe } from '../src/policy/program.js';
import { spanKey, type Span } from '../src/text/span.js';

export default defineRule({
  title: 'A request header is needed but not in Access-Control-Allow-Headers',
  class: 'broken-in-browser',
  set: 'recommended',
  yieldsTo: { 'list-header-invalid-token': 'place', 'unknown-cors-header': 'policy', 'preflight-unanswered': 'place', 'preflight-behind-auth': 'place', 'preflight-status-not-ok': 'place' },
  references: ['https://fetch.spec.whatwg.org/#http-access-control-allow-headers', 'https://fetch.spec.whatwg.org/#cors-safelisted-request-header'],
  messages: {
    missing: '{path} needs {headers}, which `Access-Control-Allow-Headers` does not list: browsers do not send such a request.',
  },
  *check(_policy, ask) {
    const missing = new Map<string, Missing>();
    for (const probe of ask.probes) {
      const [origin] = ask.accepted(probe);
      if (origin === undefined) continue;
      for (const { header, client, calledAt } of needed(ask, probe, origin)) {
        const refused = refusal(ask, probe, client, header);
        if (refused === undefined || (calledAt === undefined && !listsByHand(ask, refused.shown))) continue;
        const list = writtenList(ask, refused.shown, NAMES);
        const at = list?.at ?? [NAMES, 'access-control-allow-methods', 'access-control-allow-origin'].flatMap((name) => linesOf(refused.shown, name)).find((line) => line.at !== undefined)?.at;
        if (at === undefined) continue;
        const known = missing.get(spanKey(at)) ?? { at, listed: list !== undefined, path: probe.path, related: calledAt === undefined ? { at: probe.at, message: `${probe.path} is served here.` } : { at: calledAt, message: 'A page sends it here.' }, witness: refused.witness, headers: [] };
        missing.set(spanKey(at), { ...known, headers: [...new Set([...known.headers, spelled(header)])] });
      }
    }
    for (const { at, listed, path, related, witness, headers } of missing.values()) {
      yield {
        message: 'missing',
        data: { path, headers: joined(headers.map((name) => `\`${name}\``)) },
        at,
        related: [related],
        witness,
        proposals: listed ? [{ title: `Allow ${joined(headers)}`, change: { kind: 'edit-list', at, remove: [], add: headers }, automatic: false }] : [],
      };
    }
  },
});

const NAMES = 'access-control-allow-headers';

/** What one list lacks. */
interface Missing extends Pick<Report, 'at' | 'witness'> {
  /** Is there a list to add to? */
  readonly listed: boolean;
  readonly path: string;
  readonly related: { readonly at: Span; readonly message: string };
  readonly headers: readonly string[];
}

/** Headers that proxies and platforms add on the way: a handler that reads them asks no page for them. */
const ADDED_ON_THE_WAY = /^(?:x-forwarded-|x-real-ip$|x-original-|x-request-id$|x-correlation-id$|x-amzn?-|x-cloud-trace-|x-envoy-|x-b3-|x-vercel-|x-appengine-|x-nf-|cf-|fly-|true-client-ip$|forwarded$|via$|traceparent$|tracestate$|x-hub-signature|x-github-|stripe-signature$)/;

/** Headers that no page may set, or that need no permission. */
const NOT_ASKED_FOR = /^(?:accept|accept-language|content-language|accept-charset|accept-encoding|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|user-agent|proxy-.*|sec-.*|access-control-.*)$/;

/** Requests with one header that handlers, or pages of the repository, need. */
function needed(ask: Ask, probe: Probe, origin: string): readonly { readonly header: string; readonly client: Client; readonly calledAt?: Span }[] {
  const own = probe.requestHeaders.filter((header) => !ADDED_ON_THE_WAY.test(header)).map((header) => ({ header, client: requestWith(header, probe.methods ?? [], origin).client }));
  const called = ask.calls(probe).flatMap(({ method, headers, at }) => headers.map((header) => ({ header, client: { origin, method, headers: [[header, valueOf(header)]] as const }, calledAt: at })));
  return [...called, ...own].filter(({ header }) => !NOT_ASKED_FOR.test(header));
}

function valueOf(header: string): string {
  return header === 'content-type' ? 'application/json' : 'x';
}

/** Where the list has `*`, what it does not cover is another rule's matter. */
function refusal(ask: Ask, probe: Probe, client: Client, header: string): Refusal | undefined {
  const named = namesWritten(ask, NAMES).map((name) => name.toLowerCase()).filter((name) => name !== header && name !== '*');
  const others: readonly Client[] = [...named.map((name) => ({ ...client, headers: [[name, valueOf(name)]] as const })), ...(ASKED_FOR.includes(client.method ?? '') ? [{ ...client, headers: [] }] : [])];
  const refused = refusalOf(ask, probe, client, header === 'authorization' ? 'preflight-authorization-not-listed' : 'preflight-header-not-allowed', others);
  const lists = refused === undefined ? [] : linesOf(refused.shown, NAMES).flatMap(({ text }) => itemsOf(text ?? ''));
  return lists.some((name) => name === '*' || name.toLowerCase() === header) ? undefined : refused;
}
