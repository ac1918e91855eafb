import { exact } from '../../src/origins/origin-set.js';
import { unless, type Guard, type Policy } from '../../src/policy/program.js';
import type { Fact } from '../../src/values/fact.js';
import { always, answer, echo, forOrigins, place, policy, set, step, unread } from '../support/policy.js';

const A = 'https://app.example.com';
const EXPOSED = 'access-control-expose-headers';
const NETWORK = 'access-control-allow-private-network';

/** A preflight is answered with these headers, and every response has them. */
const both = (given: Partial<Parameters<typeof policy>[0]> & object, ...effects: readonly ReturnType<typeof set>[]): Policy => policy({ ...given, steps: [always(set('ACAO', A), ...effects), answer('OPTIONS', 204)] });
const credentialed = (...effects: readonly ReturnType<typeof set>[]): Policy => both({ probes: [{ methods: ['GET', 'PUT'] }] }, set('ACAC', 'true'), ...effects);
const byDefault = (header: string, text: string): ReturnType<typeof set> => set(header, { v: 'literal', text, at: place(), written: false });
const tokens = { probes: [{ methods: ['GET'], requestHeaders: ['authorization'] }] };

const office: Fact = { key: 'network:office', reason: 'database-or-io', detail: 'a client of 10.0.0.0/8', at: place(), network: true };
const inside: Guard = { g: 'fact', fact: office };
const refused: Policy['steps'][number] = { ...step(unless(inside)), end: { to: 'answer', status: 403 } };

type Cases = Readonly<Record<string, { readonly bad: readonly [string, Policy, string, string][]; readonly ok: readonly [string, Policy][] }>>;

export const listsAndNames: Cases = {
  'no-wildcard-list-with-credentials': {
    bad: [
      ['a method that is served', credentialed(set('ACAM', '*')), 'needed', 'broken-in-browser'],
      ['a header that is needed', both({ probes: [{ methods: ['POST'], requestHeaders: ['content-type'] }] }, set('ACAC', 'true'), set('ACAH', '*')), 'needed', 'broken-in-browser'],
      ['headers that nobody is known to need', credentialed(set('ACAH', '*')), 'open', 'correctness-warning'],
      ['exposed headers', credentialed(set(EXPOSED, '*')), 'exposed', 'correctness-warning'],
    ],
    ok: [
      ['no credentials', both({ probes: [{ methods: ['GET', 'PUT'] }] }, set('ACAM', '*'), set('ACAH', '*'))],
      ['* for the origin, where nothing works with credentials', policy([always(set('ACAO', '*'), set('ACAC', 'true'), set('ACAM', '*')), answer('OPTIONS', 204)])],
      ['names beside *', credentialed(set('ACAM', 'PUT, *'))],
      ['what is asked for', credentialed(set('ACAM', { v: 'request-header', name: 'access-control-request-method', at: place() }))],
      ['only methods that need no list', both({}, set('ACAC', 'true'), set('ACAM', '*'))],
      ['not read', credentialed(set('ACAM', unread()))],
      ['a default that nobody needs', credentialed(byDefault('ACAH', '*'))],
    ],
  },
  'authorization-not-covered-by-wildcard': {
    bad: [['a token is read', both(tokens, set('ACAH', '*')), 'needed', 'correctness-warning']],
    ok: [
      ['named', both(tokens, set('ACAH', '*, authorization'))],
      ['nobody reads one', both({}, set('ACAH', '*'))],
      ['a list without *', both(tokens, set('ACAH', 'x-token'))],
      ['not read', both(tokens, set('ACAH', unread()))],
    ],
  },
  'no-wildcard-on-network-protected': {
    bad: [
      ['* behind a list of addresses', policy([refused, always(set('ACAO', '*'))]), 'shared', 'security-error'],
      ['* behind a list of addresses', policy({ steps: [always(set('ACAO', '*'))], evidence: { networkProtected: place() } }), 'shared', 'security-error'],
      ['* on a private listener, which something may stand in front of', policy({ steps: [always(set('ACAO', '*'))], evidence: { privateListener: place() } }), 'private', 'correctness-warning'],
      ['an echo behind a list of addresses', policy({ steps: [always(set('ACAO', echo()))], evidence: { networkProtected: place() } }), 'shared', 'security-error'],
    ],
    ok: [
      ['* for everybody', policy([always(set('ACAO', '*'))])],
      ['one origin', policy([refused, always(set('ACAO', A))])],
      ['other networks are served as well', policy([step(inside, set('x-office', '1')), always(set('ACAO', '*'))])],
      ['everything is refused', policy([refused, always(set('ACAO', '*')), { ...always(), end: { to: 'answer', status: 403 } }])],
      ['an echo with credentials, which is worse', policy([refused, always(set('ACAO', echo()), set('ACAC', 'true'))])],
    ],
  },
  'no-wildcard-on-authenticated': {
    bad: [['* and a token', policy({ ...tokens, steps: [always(set('ACAO', '*'), set('ACAH', 'authorization')), answer('OPTIONS', 204)] }), 'open', 'hygiene']],
    ok: [
      ['no token is read', policy([always(set('ACAO', '*'), set('ACAH', 'authorization')), answer('OPTIONS', 204)])],
      ['no page can send one', policy({ ...tokens, steps: [always(set('ACAO', '*')), answer('OPTIONS', 204)] })],
      ['one origin', both(tokens, set('ACAH', 'authorization'))],
      ['files for everybody', policy({ probes: [{ ...tokens.probes[0]!, publicAsset: true }], steps: [always(set('ACAO', '*'), set('ACAH', 'authorization')), answer('OPTIONS', 204)] })],
    ],
  },
  'no-needless-credentials': {
    bad: [['tokens only', both({ ...tokens, evidence: { readsCookies: 'no' } }, set('ACAC', 'true'), set('ACAH', 'authorization')), 'needless', 'hygiene']],
    ok: [
      ['cookies', both({ ...tokens, evidence: { readsCookies: 'yes' } }, set('ACAC', 'true'))],
      ['nobody knows', both(tokens, set('ACAC', 'true'))],
      ['no token is read', both({ evidence: { readsCookies: 'no' } }, set('ACAC', 'true'))],
      ['a default', both({ ...tokens, evidence: { readsCookies: 'no' } }, byDefault('ACAC', 'true'))],
    ],
  },
  'list-header-invalid-token': {
    bad: [
      ['blanks for commas', both({}, set('ACAM', 'GET PUT')), 'invalid', 'broken-in-browser'],
      ['semicolons', both({}, set('ACAH', 'x-a; x-b')), 'invalid', 'broken-in-browser'],
      ['single quotes', both({ probes: [{ methods: ['PUT'] }] }, set('ACAM', "'GET', 'PUT'")), 'quoted', 'broken-in-browser'],
      ['exposed headers', both({}, set(EXPOSED, '["x-a"]')), 'exposed', 'correctness-warning'],
    ],
    ok: [
      ['empty items and blanks', both({}, set('ACAM', ' GET ,,PUT,'), set('ACAH', ''))],
      ['a word that is a token', both({}, set('ACAH', 'undefined'))],
      ['a default', both({}, byDefault(EXPOSED, '""'))],
      ['not read', both({}, set('ACAM', unread()))],
    ],
  },
  'forbidden-name-listed': {
    bad: [
      ['a method', both({}, set('ACAM', 'GET, TRACE')), 'method', 'hygiene'],
      ['a request header', both({}, set('ACAH', 'Cookie, Sec-Fetch-Mode')), 'request', 'hygiene'],
      ['a response header that is asked for', both({}, set('ACAH', 'Access-Control-Allow-Origin')), 'direction', 'hygiene'],
      ['a hidden header', both({}, set(EXPOSED, 'Set-Cookie')), 'response', 'hygiene'],
      ['a header of preflights', both({}, set(EXPOSED, 'Access-Control-Max-Age')), 'direction', 'hygiene'],
    ],
    ok: [
      ['what is allowed anyway', both({}, set('ACAM', 'GET, OPTIONS'), set('ACAH', 'Accept, User-Agent, X-Forwarded-Host'), set(EXPOSED, 'Content-Type'))],
      ['a default', both({}, byDefault('ACAM', 'GET, TRACE'))],
    ],
  },
  'unknown-cors-header': {
    bad: [
      ['the origin', policy([always(set('access-control-allow-origins', A))]), 'missing', 'broken-in-browser'],
      ['the methods', both({ probes: [{ methods: ['PUT'] }] }, set('access-control-allowed-methods', 'PUT')), 'missing', 'broken-in-browser'],
      ['the headers, as a request has them', both({}, set('access-control-request-headers', 'x-a')), 'missing', 'broken-in-browser'],
      ['credentials', both({}, set('access-control-allow-credential', 'true')), 'missing', 'broken-in-browser'],
      ['exposed headers', both({}, set('access-control-exposed-headers', 'x-a')), 'missing', 'broken-in-browser'],
      ['beside the right one', both({}, set('ACAM', 'PUT'), set('access-control-allow-method', 'PUT')), 'needless', 'hygiene'],
      ['nothing like it', both({}, set('access-control-anything-goes', '1')), 'unknown', 'hygiene'],
    ],
    ok: [
      ['all that there are', both({}, set('ACAC', 'true'), set('ACAM', 'PUT'), set('ACAH', 'x-a'), set(EXPOSED, 'x-a'), set('access-control-max-age', '60'), set(NETWORK, 'true'))],
      ['taken away', both({}, set('access-control-allow-origins', '', 'remove'))],
      ['another header', both({}, set('timing-allow-origin', '*'))],
    ],
  },
  'expose-headers-only-on-preflight': {
    bad: [['with OPTIONS', policy([always(set('ACAO', A)), answer('OPTIONS', 204, set(EXPOSED, 'x-a'))]), 'ignored', 'broken-in-browser']],
    ok: [
      ['with both', policy([always(set('ACAO', A), set(EXPOSED, 'x-a')), answer('OPTIONS', 204)])],
      ['with the response', policy([always(set('ACAO', A)), answer('OPTIONS', 204), always(set(EXPOSED, 'x-a'))])],
      ['nothing that is hidden', policy([always(set('ACAO', A)), answer('OPTIONS', 204, set(EXPOSED, 'content-type'))])],
      ['responses are not granted either', policy([answer('OPTIONS', 204, set('ACAO', A), set(EXPOSED, 'x-a'))])],
      ['a default', policy([always(set('ACAO', A)), answer('OPTIONS', 204, byDefault(EXPOSED, 'x-a'))])],
    ],
  },
  'no-obsolete-private-network-access': {
    bad: [['switched on', both({}, set(NETWORK, 'true')), 'obsolete', 'hygiene']],
    ok: [
      ['a default', both({}, byDefault(NETWORK, 'true'))],
      ['switched off', both({}, set(NETWORK, 'false'))],
      ['never sent', policy([forOrigins(exact(A, place()), set('ACAO', echo())), step({ g: 'never' }, set(NETWORK, 'true'))])],
    ],
  },
};
