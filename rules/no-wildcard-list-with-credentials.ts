/**
 * In a list of methods or headers `*` stands for every name only while no credentials are sent. With credentials it is
 * the name of a method or header that is called `*`, so nothing that needs the list gets through.
 *
 * Frameworks that write the names out, or echo what the preflight asks for, are no finding. With
 * `Access-Control-Allow-Origin: *` no credentialed request works at all, which another rule says.
 */
import { linesOf, type Ask, type Client } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { isHidden, lists, spelled } from '../src/findings/lists.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { writtenText } from '../src/policy/views.js';
import { sameSpan } from '../src/text/span.js';

export default defineRule({
  title: '`*` in a list is a literal name for credentialed requests',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-preflight-fetch', 'https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    needed: '`*` in {list} allows nothing with credentials: the preflight of {what} for {path} fails.',
    open: '`*` in {list} allows nothing with credentials: no page that sends them can use {what}.',
    exposed: '`*` in Access-Control-Expose-Headers exposes nothing with credentials: pages that send them cannot read {what}.',
  },
  *check(policy, ask) {
    const reports = ask.probes.flatMap((probe) => [...reportsAt(policy, ask, probe)]);
    // What breaks today says it for the whole list.
    yield* reports.filter((report) => report.message !== 'open' || !reports.some((other) => other.message === 'needed' && sameSpan(other.at, report.at)));
  },
});

const METHODS = 'access-control-allow-methods';
const HEADERS = 'access-control-allow-headers';
const EXPOSED = 'access-control-expose-headers';

/** Methods that a `*` was to stand for where nobody says which are served. */
const ANY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const USUAL_HEADERS = ['Content-Type', 'Authorization'];

function* reportsAt(policy: Policy, ask: Ask, probe: Probe): Generator<Report<'needed' | 'open' | 'exposed'>> {
  const [origin] = ask.accepted(probe, { credentials: 'include' });
  if (origin === undefined) return;
  for (const { list, what, client, needed } of wanted(ask, probe, origin)) {
    const witness = ask.blocksWhere(probe, client, ({ verdict, preflight }) => preflight !== null && lists(preflight, list, '*') && /-not-(?:allowed|listed)$/.test(verdict.reason));
    const line = witness === undefined ? undefined : linesOf(witness.preflight!, list)[0];
    if (witness === undefined || line?.at === undefined || (!needed && writtenText(policy, line) === undefined)) continue;
    const add = list === METHODS ? methodsOf(ask) : headersOf(ask);
    yield {
      message: needed ? 'needed' : 'open',
      data: { list: spelled(list), what, path: probe.path },
      class: needed ? 'broken-in-browser' : 'correctness-warning',
      at: line.at,
      witness,
      proposals: [{ title: `Write the names: ${add.join(', ')}`, change: { kind: 'edit-list', at: line.at, remove: ['*'], add }, automatic: false }],
    };
  }
  yield* exposing(policy, ask, probe, origin);
}

/** Requests that need a name in a list: those that the place or a page of the repository is known to need, else one of each kind. */
function* wanted(ask: Ask, probe: Probe, origin: string): Generator<{ list: string; what: string; client: Client; needed: boolean }> {
  const calls = ask.calls(probe).filter(({ credentials }) => credentials === 'include');
  const methods = [...new Set([...(probe.methods ?? []), ...calls.map(({ method }) => method)])].filter((method) => /^(?:PUT|PATCH|DELETE)$/.test(method));
  for (const method of methods.length > 0 || probe.methods !== null ? methods : ['PUT']) {
    yield { list: METHODS, what: method, client: { origin, method, credentials: 'include' }, needed: methods.length > 0 };
  }
  const headers = [...new Set([...probe.requestHeaders, ...calls.flatMap((call) => call.headers)])];
  for (const name of headers.length > 0 ? headers : ['x-requested-with']) {
    const method = probe.methods === null || probe.methods.includes('POST') ? 'POST' : 'GET';
    yield { list: HEADERS, what: headers.length === 0 ? 'a header of their own' : `a request with ${spelled(name)}`, client: { origin, method, headers: [[name, name === 'content-type' ? 'application/json' : 'x']], credentials: 'include' }, needed: headers.length > 0 };
  }
}

/** A response that a page may read, but not its headers. */
function* exposing(policy: Policy, ask: Ask, probe: Probe, origin: string): Generator<Report<'exposed'>> {
  const witness = ask.allows(probe, { origin, credentials: 'include', ...(probe.methods?.includes('GET') === false ? {} : { method: 'GET' }) });
  const line = witness === undefined || !lists(witness.response, EXPOSED, '*') ? undefined : linesOf(witness.response, EXPOSED)[0];
  if (witness === undefined || line?.at === undefined || writtenText(policy, line) === undefined) return;
  const names = hiddenNames(witness);
  yield {
    message: 'exposed',
    data: { what: names.length === 0 ? 'any header of their own' : names.join(', ') },
    class: 'correctness-warning',
    at: line.at,
    witness,
    proposals: names.length === 0 ? [] : [{ title: `Write the names: ${names.join(', ')}`, change: { kind: 'edit-list', at: line.at, remove: ['*'], add: names }, automatic: false }],
  };
}

function hiddenNames({ request, response }: Exchange): readonly string[] {
  const names = response.headers.map(({ name }) => name).filter((name) => !/^(?:access-control-|vary$|set-cookie)/.test(name) && isHidden(response, name, request.credentials));
  return [...new Set(names)].map(spelled);
}

/** The methods that the policy's places are known to serve; any, where one of them does not say. */
function methodsOf(ask: Ask): readonly string[] {
  const known = ask.probes.flatMap(({ methods }) => methods ?? ANY_METHOD);
  return ANY_METHOD.filter((method) => known.includes(method));
}

function headersOf(ask: Ask): readonly string[] {
  const known = ask.probes.flatMap((probe) => [...probe.requestHeaders, ...ask.calls(probe).flatMap(({ headers }) => headers)]);
  return known.length === 0 ? USUAL_HEADERS : [...new Set(known)].map(spelled);
}
