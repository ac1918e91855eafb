/**
 * Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser
 * asks first, gets 404 or 405, and never sends the request.
 *
 * Speaks only where the router's own behaviour is known (Express answers OPTIONS on a known route by itself), for
 * origins that the policy serves, and not where an unknown layer behind may answer. A preflight that is asked for
 * credentials counts as one that nobody answers: browsers send none with it.
 */
import type { Ask, Client } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';

export default defineRule({
  title: 'Nobody answers OPTIONS: preflighted requests fail',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-preflight-fetch'],
  messages: {
    status: 'Nobody answers OPTIONS for {path}: the preflight of {what} gets {status} and the request is never sent.',
    unauthenticated: 'The preflight of {what} for {path} gets {status}: it is asked for credentials, and a browser never sends any with a preflight.',
    ungranted: 'The preflight of {what} for {path} is answered with {status} but without CORS headers, so the request is never sent.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      // There the answer is given, and a block of its own keeps the headers from it: the other rule says so.
      if (policy.notes.some((note) => (note.id === 'headers-lost-by-inheritance' || note.id === 'headers-undone') && note.path === probe.path)) continue;
      const found = firstUnanswered(ask, probe);
      if (found === undefined) continue;
      const { witness, what } = found;
      const at = linesOf(witness.response, 'access-control-allow-origin')[0]?.at ?? probe.at;
      const asked = witness.preflight?.unauthenticated;
      yield {
        message: asked !== undefined ? 'unauthenticated' : witness.verdict.reason === 'preflight-status-not-ok' ? 'status' : 'ungranted',
        data: { path: probe.path, what, status: String(witness.preflight?.status) },
        at,
        related: [{ at: probe.at, message: `${probe.path} is served here.` }, ...(asked === undefined ? [] : [{ at: asked, message: 'Credentials are asked for here, before anything answers the preflight.' }])],
        witness,
        proposals: [{ title: 'Answer OPTIONS with the same headers', change: { kind: 'answer-options', at: probe.at, path: probe.path }, automatic: false }],
      };
    }
  },
});

/** Statuses of servers and routers that have nobody for the method or the path. */
const NOBODY = [404, 405, 415, 501];
/** Statuses of routers that answer OPTIONS by themselves: Express 200, Next.js 204. */
const OK = [200, 204];

function firstUnanswered(ask: Ask, probe: Probe): { witness: Exchange; what: string } | undefined {
  for (const origin of ask.accepted(probe)) {
    const granted = ask.exchanges(probe, { origin })[0];
    if (granted === undefined) continue;
    const listed = advertised(ask, probe, granted);
    for (const { what, client } of wanted(probe, listed, origin)) {
      const all = ask.exchanges(probe, client);
      // Forbidden is an answer, but not to a method that the place itself says it grants.
      const nobody = client.method !== undefined && listed.includes(client.method) ? [...NOBODY, 403] : NOBODY;
      const unanswered = all.every(({ verdict, preflight }) => {
        if (preflight === null || verdict.allowed !== false) return false;
        if (preflight.unauthenticated !== undefined) return true;
        if (verdict.reason === 'preflight-status-not-ok' || (verdict.reason === 'preflight-acao-missing' && !OK.includes(preflight.status ?? 0))) return nobody.includes(preflight.status ?? 0);
        // 2xx from the router itself: nothing but the policy's own silence on OPTIONS.
        return verdict.reason === 'preflight-acao-missing' && preflight.headers.every((line) => !line.name.startsWith('access-control-')) && !isLookedAt(preflight.headers);
      });
      if (unanswered && all[0] !== undefined) return { witness: all[0], what };
    }
  }
  return undefined;
}

/** A preflight whose answer depends on what it asks for was answered by somebody, who refuses (rs/cors: 204 without a header). */
function isLookedAt(headers: Exchange['response']['headers']): boolean {
  return headers.some(({ name, text }) => name === 'vary' && /access-control-request-(?:method|headers)/i.test(text ?? ''));
}

/** What the place's own Allow-Methods lists: of the response, or of the preflight that would be sent if nobody asked it for credentials. */
function advertised(ask: Ask, probe: Probe, granted: Exchange): readonly string[] {
  const sent = linesOf(granted.response, 'access-control-allow-methods').map((line) => line.text ?? '');
  const written = ask.exchanges(probe, { origin: granted.request.origin, method: 'PUT' }).some(({ preflight }) => preflight?.unauthenticated !== undefined)
    ? ask.policy.steps.flatMap(({ effects }) => effects.flatMap(({ header, value }) => (header === 'access-control-allow-methods' && value.v === 'literal' && value.written ? [value.text] : [])))
    : [];
  return [...sent, ...written].flatMap((text) => text.split(',')).map((method) => method.trim());
}

/** Requests that need a preflight and that the place serves: by its routes, its handlers' needs, or its own Allow-Methods. */
function* wanted(probe: Probe, listed: readonly string[], origin: string): Generator<{ what: string; client: Client }> {
  const methods = probe.methods ?? listed;
  for (const method of methods) {
    if (/^(PUT|PATCH|DELETE)$/.test(method)) yield { what: method, client: { origin, method } };
  }
  for (const header of probe.requestHeaders) {
    const value = header === 'content-type' ? 'application/json' : 'x';
    const method = header === 'content-type' ? (methods.find((candidate) => /^(POST|PUT|PATCH)$/.test(candidate)) ?? 'POST') : methods.length === 0 || methods.includes('GET') ? 'GET' : methods[0]!;
    yield { what: `${method} with ${header === 'content-type' ? 'a JSON body' : header === 'authorization' ? 'an Authorization header' : header}`, client: { origin, method, headers: [[header, value]] } };
  }
}
