import { describe, expect, test } from 'vitest';
import { exchanges } from '../../src/findings/exchange.js';
import type { Witness } from '../../src/findings/finding.js';
import { rules } from '../../src/generated/registries.js';
import { ABSENT, anyOf, complement, exact, NONE, type OriginSet, type RegexSet } from '../../src/origins/origin-set.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { runsIn, settingIsAbsent } from '../../src/values/fact.js';
import { cachesAndLayers } from './caches-and-layers.js';
import { listsAndNames } from './lists-and-names.js';
import { preflights } from './preflights.js';
import { always, answer, check, echo, forOrigins, place, policy, set, step, unread } from '../support/policy.js';

const A = 'https://app.example.com';
const only = (): OriginSet => exact(A, place());
const regex = (source: string): RegexSet => ({ s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: place() });
const glob = (text: string): OriginSet => ({ s: 'glob', text, star: 'labels', ignoreCase: false, ports: 'as-written', at: place() });
const present = complement(ABSENT);
const vary = (): ReturnType<typeof set> => set('vary', 'Origin', 'append');
const unset = settingIsAbsent('CORS_ORIGIN', place());
const environment = (value: ReturnType<typeof set>): Policy => policy([step({ g: 'fact', fact: unset }, value), step({ g: 'not', of: { g: 'fact', fact: unset } }, set('ACAO', unread())), always(set('ACAC', 'true'))]);

/** For every rule: policies that it speaks about, with the message and class, and policies that it is silent about. */
const cases: Readonly<Record<string, { readonly bad: readonly [string, Policy, string, string?][]; readonly ok: readonly [string, Policy][] }>> = {
  ...cachesAndLayers,
  ...listsAndNames,
  ...preflights,
  'no-reflected-origin': {
    bad: [
      ['echo with credentials', policy([always(set('ACAO', echo()), set('ACAC', 'true'), vary())]), 'credentialed', 'security-error'],
      ['echo by hand without', policy([always(set('ACAO', echo()), vary())]), 'open', 'hygiene'],
    ],
    ok: [
      ['an allowlist', policy([forOrigins(only(), set('ACAO', echo()), set('ACAC', 'true'), vary())])],
      ['a library that spells * as an echo', policy({ steps: [always(set('ACAO', echo()))], evidence: { handWritten: false } })],
      ['a list that is not in view', policy([forOrigins({ s: 'dynamic', why: unset, lower: NONE, upper: { s: 'any' }, exactTexts: true, at: place() }, set('ACAO', echo()), set('ACAC', 'true'))])],
      ['development only', policy([step({ g: 'fact', fact: runsIn('development', place()) }, set('ACAO', echo()), set('ACAC', 'true'))])],
      ['* with credentials', policy([always(set('ACAO', '*'), set('ACAC', 'true'))])],
    ],
  },
  'no-null-origin': {
    bad: [
      ['a list with null', policy([forOrigins(anyOf([only(), exact('null', place())]), set('ACAO', echo()), set('ACAC', 'true'), vary())]), 'credentialed', 'security-error'],
      ['the text null', policy([always(set('ACAO', 'null'))]), 'open', 'correctness-warning'],
    ],
    ok: [
      ['any origin', policy([always(set('ACAO', '*'))])],
      ['a list', policy([forOrigins(only(), set('ACAO', echo()))])],
    ],
  },
  'no-origin-anyone-can-host': {
    bad: [
      ['names below a suffix, with credentials', policy([forOrigins(glob('https://*.vercel.app'), set('ACAO', echo()), set('ACAC', 'true'))]), 'name', 'security-error'],
      ['names with a prefix', policy([forOrigins(regex('^https://my-app-[a-z0-9]+\\.netlify\\.app$'), set('ACAO', echo()))]), 'name', 'correctness-warning'],
      ['a sandbox', policy([forOrigins(exact('https://cdpn.io', place()), set('ACAO', echo()), set('ACAC', 'true'))]), 'sandbox', 'security-error'],
      ['behind a network', policy({ steps: [forOrigins(glob('https://*.vercel.app'), set('ACAO', echo()))], evidence: { networkProtected: place() } }), 'name', 'security-error'],
    ],
    ok: [
      ['one name', policy([forOrigins(exact('https://my-app.vercel.app', place()), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['names that are spelled out', policy([forOrigins(regex('^https://(app|docs)\\.pages\\.dev$'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['below a name of its own', policy([forOrigins(glob('https://*.my-org.github.io'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['below a domain', policy([forOrigins(glob('https://*.example.com'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['files for everybody', policy({ steps: [forOrigins(glob('https://*.vercel.app'), set('ACAO', echo()))], probes: [{ publicAsset: true }] })],
    ],
  },
  'no-broad-subdomain-trust': {
    bad: [['all below a domain', policy([forOrigins(glob('https://*.example.com'), set('ACAO', echo()), set('ACAC', 'true'))]), 'all', 'hygiene']],
    ok: [
      ['without credentials', policy([forOrigins(glob('https://*.example.com'), set('ACAO', echo()))])],
      ['below a host of the application', policy([forOrigins(glob('https://*.app.example.com'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['some', policy([forOrigins(regex('^https://(app|admin)\\.example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))])],
    ],
  },
  'no-insecure-origin': {
    bad: [
      ['over https', policy({ steps: [forOrigins(exact('http://app.example.com', place()), set('ACAO', echo()), set('ACAC', 'true'))], evidence: { https: 'yes' } }), 'http', 'security-error'],
      ['nobody knows over what', policy([forOrigins(exact('http://app.example.com', place()), set('ACAO', echo()), set('ACAC', 'true'))]), 'http', 'correctness-warning'],
      ['without credentials', policy([forOrigins(regex('^https?://app\\.example\\.com$'), set('ACAO', echo()))]), 'http', 'hygiene'],
      ['the text that is sent', policy([always(set('ACAO', 'http://app.example.com'), set('ACAC', 'true'))]), 'http', 'correctness-warning'],
    ],
    ok: [
      ['https', policy([forOrigins(only(), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['over http alone', policy({ steps: [forOrigins(exact('http://app.example.com', place()), set('ACAO', echo()), set('ACAC', 'true'))], evidence: { https: 'no' } })],
      ['loopback', policy([forOrigins(exact('http://localhost:3000', place()), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['on a machine alone', policy({ steps: [forOrigins(exact('http://app.example.com', place()), set('ACAO', echo()), set('ACAC', 'true'))], evidence: { localOnly: true } })],
      ['an app', policy([forOrigins(exact('capacitor://localhost', place()), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['any site', policy([always(set('ACAO', '*'))])],
    ],
  },
  'no-dev-origin': {
    bad: [
      ['loopback with credentials', policy([forOrigins(exact('http://localhost:3000', place()), set('ACAO', echo()), set('ACAC', 'true'))]), 'loopback', 'correctness-warning'],
      ['any port', policy([forOrigins(regex('^http://localhost(:\\d+)?$'), set('ACAO', echo()))]), 'loopback', 'hygiene'],
      ['a private address', policy([forOrigins(exact('http://192.168.1.20', place()), set('ACAO', echo()))]), 'network', 'hygiene'],
      ['a tunnel', policy([forOrigins(exact('https://x1.ngrok-free.app', place()), set('ACAO', echo()))]), 'tunnel', 'hygiene'],
    ],
    ok: [
      ['development only', policy([step({ g: 'and', of: [{ g: 'fact', fact: runsIn('development', place()) }, { g: 'origin', in: exact('http://localhost:3000', place()) }] }, set('ACAO', echo()))])],
      ['on a machine alone', policy({ steps: [forOrigins(exact('http://localhost:3000', place()), set('ACAO', echo()))], evidence: { localOnly: true } })],
      ['a private address in a closed network', policy({ steps: [forOrigins(exact('http://192.168.1.20', place()), set('ACAO', echo()))], evidence: { networkProtected: place() } })],
      ['a public name', policy([forOrigins(exact('https://localhost.example.com', place()), set('ACAO', echo()))])],
    ],
  },
  'glob-read-as-regex': {
    bad: [
      ['a foreign domain with credentials', policy([forOrigins(regex('^https://*.example.com$'), set('ACAO', echo()), set('ACAC', 'true'))]), 'foreign', 'security-error'],
      ['without', policy([forOrigins(regex('^https://*.example.com$'), set('ACAO', echo()))]), 'foreign', 'broken-in-browser'],
    ],
    ok: [
      ['a pattern', policy([forOrigins(regex('^https://.*\\.example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['a glob', policy([forOrigins(glob('https://*.example.com'), set('ACAO', echo()), set('ACAC', 'true'))])],
    ],
  },
  'regex-stateful': {
    bad: [['kept', policy([forOrigins({ ...regex('^https://app\\.example\\.com$'), flags: 'g', stateful: true }, set('ACAO', echo()))]), 'stateful', 'broken-in-browser']],
    ok: [
      ['made anew', policy([forOrigins({ ...regex('^https://app\\.example\\.com$'), flags: 'g' }, set('ACAO', echo()))])],
      ['in a list by its name too', policy([forOrigins(anyOf([only(), { ...regex('^https://app\\.example\\.com$'), flags: 'g', stateful: true }]), set('ACAO', echo()))])],
    ],
  },
  'no-permissive-fallback': {
    bad: [
      ['* when unset', environment(set('ACAO', '*')), 'missing', 'correctness-warning'],
      ['echo when unset', environment(set('ACAO', echo())), 'missing', 'security-error'],
      ['a refused value', policy({ steps: [always(set('ACAO', '*'))], notes: [{ id: 'invalid-value-opens', at: place(), related: [], path: '/data' }] }), 'invalid', 'correctness-warning'],
    ],
    ok: [
      ['one origin when unset', environment(set('ACAO', 'http://localhost:5173'))],
      ['always any', policy([always(set('ACAO', '*'))])],
    ],
  },
  'no-wildcard-with-credentials': {
    bad: [['* with credentials', policy([always(set('ACAO', '*'), set('ACAC', 'true'))]), 'refused', 'broken-in-browser']],
    ok: [
      ['one origin with credentials', policy([always(set('ACAO', A), set('ACAC', 'true'))])],
      ['a value that could not be read', policy([always(set('ACAO', unread()), set('ACAC', 'true'))])],
      ['credentials on another branch', policy([forOrigins(only(), set('ACAO', echo()), set('ACAC', 'true')), forOrigins(complement(only()), set('ACAO', '*'))])],
    ],
  },
  'credentials-value-not-true': {
    bad: [
      ['True', policy([always(set('ACAO', A), set('ACAC', 'True'))]), 'notTrue', 'broken-in-browser'],
      ['false', policy([always(set('ACAO', A), set('ACAC', 'false'))]), 'needless', 'hygiene'],
    ],
    ok: [
      ['true', policy([always(set('ACAO', A), set('ACAC', 'true'))])],
      ['none', policy([always(set('ACAO', A))])],
      ['not read', policy([always(set('ACAO', A), set('ACAC', unread()))])],
    ],
  },
  'preflight-unanswered': {
    bad: [
      ['PUT and a router that says 404', policy({ steps: [always(set('ACAO', A))], probes: [{ methods: ['GET', 'PUT'] }] }), 'status', 'broken-in-browser'],
      ['JSON and a router that says 405', policy({ steps: [always(set('ACAO', A))], options: 405, probes: [{ methods: ['POST'], requestHeaders: ['content-type'] }] }), 'status', 'broken-in-browser'],
    ],
    ok: [
      ['answered', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'GET, PUT')), always(set('ACAO', A))], probes: [{ methods: ['GET', 'PUT'] }] })],
      ['simple methods only', policy({ steps: [always(set('ACAO', A))], probes: [{ methods: ['GET', 'POST'] }] })],
      ['an upstream that may answer', policy({ steps: [always(set('ACAO', A))], options: null, probes: [{ methods: ['PUT'] }] })],
      ['a preflight that must log in', policy({ steps: [answer('OPTIONS', 401), always(set('ACAO', A))], probes: [{ methods: ['PUT'] }] })],
    ],
  },
  'vary-origin-missing': {
    bad: [
      ['an allowlist without Vary', policy([forOrigins(only(), set('ACAO', echo()))]), 'missing', 'correctness-warning'],
      ['Vary on granted responses only', policy([forOrigins(only(), set('ACAO', echo()), vary())]), 'onlyGranted', 'correctness-warning'],
      ['an echo for whoever asks', policy([forOrigins(present, set('ACAO', echo()))]), 'missing', 'correctness-warning'],
    ],
    ok: [
      ['one origin sent to everybody', policy([always(set('ACAO', A))])],
      ['any origin', policy([always(set('ACAO', '*'))])],
      ['an allowlist with Vary on every response', policy([always(vary()), forOrigins(only(), set('ACAO', echo()))])],
      ['nothing is stored', policy({ steps: [forOrigins(only(), set('ACAO', echo()))], evidence: { noStore: true } })],
      ['a product that cannot add it', policy({ steps: [forOrigins(only(), set('ACAO', echo()))], evidence: { canAddVary: false } })],
      ['refusal by a status that is not stored', policy([{ ...forOrigins(complement(only())), end: { to: 'answer', status: 403 } }, always(set('ACAO', echo()), vary())])],
    ],
  },
  'origin-never-matches': {
    bad: [
      ['a trailing slash', policy([always(set('ACAO', `${A}/`))]), 'meant', 'broken-in-browser'],
      ['no scheme in a list', policy([forOrigins(exact('app.example.com', place()), set('ACAO', echo()))]), 'meant', 'broken-in-browser'],
      ['one dead entry of two', policy([forOrigins(anyOf([only(), exact('https://B.example.com', place())]), set('ACAO', echo()))]), 'meant', 'correctness-warning'],
      ['* in an exact list', policy([forOrigins(exact('*', place()), set('ACAO', echo()))]), 'never', 'broken-in-browser'],
    ],
    ok: [
      ['an origin', policy([always(set('ACAO', A))])],
      ['a comparison that ignores the slash', policy([forOrigins(exact(`${A}/`, place(), ['strip-trailing-slash']), set('ACAO', echo()))])],
      ['a placeholder', policy([always(set('ACAO', 'https://${HOST}'))])],
    ],
  },
  'origin-multiple-values': {
    bad: [
      ['a list in one value', policy([always(set('ACAO', `${A}, https://b.example.com`))]), 'list', 'broken-in-browser'],
      ['two lines', policy([always(set('ACAO', A, 'append'), set('ACAO', A, 'append'))]), 'lines', 'broken-in-browser'],
    ],
    ok: [
      ['one', policy([always(set('ACAO', A))])],
      ['set twice', policy([always(set('ACAO', '*'), set('ACAO', A))])],
    ],
  },
  'origin-match-unanchored': {
    bad: [
      ['no end', policy([forOrigins(regex('^https:\\/\\/app\\.example\\.com'), set('ACAO', echo()), set('ACAC', 'true'))]), 'unanchored', 'security-error'],
      ['a suffix without its dot', policy([forOrigins({ s: 'suffix', text: 'example.com', subject: 'origin', ignoreCase: false, at: place() }, set('ACAO', echo()))]), 'unanchored', 'correctness-warning'],
    ],
    ok: [
      ['both ends', policy([forOrigins(regex('^https:\\/\\/app\\.example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['any site', policy([forOrigins(regex('.*'), set('ACAO', echo()), set('ACAC', 'true'))])],
      ['never reached', policy([forOrigins({ s: 'and', of: [regex('^https:\\/\\/app\\.example\\.com'), only()] }, set('ACAO', echo()))])],
    ],
  },
  'regex-unescaped-dot': {
    bad: [
      ['registrable', policy([forOrigins(regex('^https:\\/\\/app.example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))]), 'registrable', 'security-error'],
      ['inside the same domain', policy([forOrigins(regex('^https:\\/\\/a.b\\.example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))]), 'harmless', 'hygiene'],
    ],
    ok: [
      ['escaped', policy([forOrigins(regex('^https:\\/\\/app\\.example\\.com$'), set('ACAO', echo()))])],
      ['before a quantifier', policy([forOrigins(regex('^https:\\/\\/.+\\.example\\.com$'), set('ACAO', echo()))])],
    ],
  },
  'origin-match-too-broad': {
    bad: [['glued to the host', policy([forOrigins(regex('^https:\\/\\/.*example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))]), 'tooBroad', 'security-error']],
    ok: [['subdomains', policy([forOrigins(regex('^https:\\/\\/(.+\\.)?example\\.com$'), set('ACAO', echo()), set('ACAC', 'true'))])]],
  },
  'header-dropped-by-inheritance': {
    bad: [['a location of its own', policy({ steps: [step({ g: 'not', of: { g: 'path', in: exact('/fonts/', place()) } }, set('ACAO', '*'))], probes: [{ path: '/' }, { path: '/fonts/' }], notes: [{ id: 'headers-lost-by-inheritance', at: place(), related: [place()], path: '/fonts/' }] }), 'dropped', 'correctness-warning']],
    ok: [['the block repeats them', policy({ steps: [always(set('ACAO', '*'))], notes: [{ id: 'headers-lost-by-inheritance', at: place(), related: [], path: '/data' }] })]],
  },
};

describe.each(Object.entries(cases))('%s', (id, { bad, ok }) => {
  const rule = rules[id]!;

  test.each(bad)('speaks: %s', (_name, given, message, found) => {
    const reports = check(rule, given);
    expect(reports.map((report) => [report.message, report.class ?? rule.class])).toContainEqual([message, found]);
    for (const report of reports) expectReplays(given, report.witness);
  });

  test.each(ok)('is silent: %s', (_name, given) => {
    expect(check(rule, given)).toEqual([]);
  });
});

describe('duplicate-cors-layers', () => {
  const rule = rules['duplicate-cors-layers']!;
  const upstream = { host: 'localhost', port: 3000, request: [], at: place() };
  const proxy = (op: 'append' | 'set'): Policy => policy([{ ...always(set('ACAO', A, op)), end: { to: 'upstream', upstream } }]);
  const app = (value: string): Policy => policy([always(set('ACAO', value))]);
  const deployed = (outer: Policy, inner: Policy): Parameters<typeof check>[1] => ({ policy: outer, inner: [{ host: 'localhost', port: 3000, deployment: { policy: inner, inner: [] } }] });

  test('speaks of two layers that add', () => {
    expect(check(rule, deployed(proxy('append'), app(A))).map(({ message }) => message)).toEqual(['twice']);
  });

  test('is silent where the outer one sets', () => {
    expect(check(rule, deployed(proxy('set'), app('*')))).toEqual([]);
  });

  test('is silent where the inner one sends nothing', () => {
    expect(check(rule, deployed(proxy('append'), policy([])))).toEqual([]);
  });
});

describe('layer-overrides-policy', () => {
  const rule = rules['layer-overrides-policy']!;
  const upstream = { host: 'localhost', port: 3000, request: [], at: place() };
  const inner = policy([forOrigins(only(), set('ACAO', echo()), set('ACAC', 'true'))]);
  const inFront = (...effects: readonly ReturnType<typeof set>[]): Deployment => ({ policy: policy([{ ...always(...effects), end: { to: 'upstream', upstream } }]), inner: [{ host: 'localhost', port: 3000, deployment: { policy: inner, inner: [] } }] });

  test.each([
    ['* over a list', inFront(set('ACAO', '*'), set('ACAC', '', 'remove')), 'wider', 'correctness-warning'],
    ['an echo where credentials are allowed behind', { ...inFront(set('ACAO', echo())), inner: inFront().inner.map((one) => ({ ...one, deployment: { policy: policy([always(set('ACAC', 'true')), forOrigins(only(), set('ACAO', echo()))]), inner: [] } })) }, 'everybody', 'security-error'],
  ])('%s', (_name, deployment, message, found) => {
    expect(check(rule, deployment).map((report) => [report.message, report.class])).toEqual([[message, found]]);
  });

  test.each([
    ['the same', inFront(set('ACAO', A))],
    ['nothing of its own', inFront()],
    ['another port', { ...inFront(set('ACAO', '*')), inner: [] }],
    ['an echo with credentials, which is told of without the layer behind', inFront(set('ACAO', echo()), set('ACAC', 'true'))],
  ])('silent: %s', (_name, deployment) => {
    expect(check(rule, deployment)).toEqual([]);
  });
});

test('every rule has cases', () => {
  expect([...Object.keys(cases), 'duplicate-cors-layers', 'layer-overrides-policy'].sort()).toEqual(Object.keys(rules).sort());
});

/** The witness of a finding, put to the evaluator and the browser again, gives the same verdict. */
function expectReplays(given: Policy, witness: Witness): void {
  if (witness.stored !== undefined) {
    expect(witness.verdict.allowed).toBe(false);
    return;
  }
  const again = exchanges({ policy: given, inner: [] }, witness.request, 'production', witness.scenario).find((exchange) => exchange.assuming.join() === witness.assuming.join());
  expect(again?.verdict).toEqual(witness.verdict);
  expect(again?.response).toEqual(witness.response);
}
