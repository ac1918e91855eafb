import { ABSENT, exact } from '../../src/origins/origin-set.js';
import type { Policy } from '../../src/policy/program.js';
import { always, answer, forOrigins, place, policy, set, step, type Given } from '../support/policy.js';

const A = 'https://app.example.com';
const upstream = { host: 'localhost', port: 3000, request: [], at: place() };

/** What asks for credentials where a request carries none. */
const signedOut: Policy['steps'][number] = { ...step({ g: 'header', name: 'authorization', in: ABSENT }), end: { to: 'answer', status: 401, unauthenticated: true } };

/** A preflight is answered with these headers, and every response has them. */
const listed = (given: Partial<Given>, ...effects: readonly ReturnType<typeof set>[]): Policy => policy({ ...given, steps: [always(set('ACAO', A), ...effects), answer('OPTIONS', 204)] });

/** A server in front of an application, which sends the header with these statuses. */
const inFront = (statuses: 'all' | readonly number[], probe: Given['probes'] = [{}]): Policy => ({ ...policy({ steps: [{ ...always({ ...set('ACAO', A), statuses }), end: { to: 'upstream', upstream } }], probes: probe }), layer: 'proxy' });

type Cases = Readonly<Record<string, { readonly bad: readonly [string, Policy, string, string][]; readonly ok: readonly [string, Policy][] }>>;

export const preflights: Cases = {
  'preflight-behind-auth': {
    bad: [
      ['PUT', policy({ steps: [always(set('ACAO', A)), signedOut], probes: [{ methods: ['GET', 'PUT'] }] }), 'asked', 'broken-in-browser'],
      ['CORS behind what asks', policy({ steps: [signedOut, always(set('ACAO', A))], probes: [{ methods: ['PUT'] }] }), 'asked', 'broken-in-browser'],
    ],
    ok: [
      ['answered before', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT')), signedOut, always(set('ACAO', A))], probes: [{ methods: ['PUT'] }] })],
      ['simple methods only', policy({ steps: [always(set('ACAO', A)), signedOut], probes: [{ methods: ['GET', 'POST'] }] })],
      ['an origin that is not served', policy({ steps: [signedOut], probes: [{ methods: ['PUT'] }] })],
    ],
  },
  'preflight-status-not-ok': {
    bad: [
      ['a redirect', policy({ steps: [always(set('ACAO', A), set('ACAM', 'PUT')), answer('OPTIONS', 301)], probes: [{ methods: ['PUT'] }] }), 'redirected', 'broken-in-browser'],
      ['400 with all headers', policy({ steps: [always(set('ACAO', A), set('ACAM', 'PUT')), answer('OPTIONS', 400)], probes: [{ methods: ['PUT'] }] }), 'status', 'broken-in-browser'],
    ],
    ok: [
      ['200', policy({ steps: [always(set('ACAO', A), set('ACAM', 'PUT')), answer('OPTIONS', 200)], probes: [{ methods: ['PUT'] }] })],
      ['a refusal of strangers', policy({ steps: [forOrigins(exact(A, place()), set('ACAO', A), set('ACAM', 'PUT')), { ...forOrigins(exact(A, place())), end: { to: 'answer', status: 204 } }, answer('OPTIONS', 400)], probes: [{ methods: ['PUT'] }] })],
      ['400 since the method is not listed', policy({ steps: [always(set('ACAO', A), set('ACAM', 'GET')), answer('OPTIONS', 400)], probes: [{ methods: ['PUT'] }] })],
      ['nobody there', policy({ steps: [always(set('ACAO', A), set('ACAM', 'PUT')), answer('OPTIONS', 405)], probes: [{ methods: ['PUT'] }] })],
    ],
  },
  'actual-response-missing-cors': {
    bad: [
      ['the handler in view', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT'))], probes: [{ methods: ['PUT'], inView: true }] }), 'missing', 'broken-in-browser'],
      ['answered by the layer itself', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT')), answer('PUT', 200)], probes: [{ methods: ['PUT'] }] }), 'missing', 'broken-in-browser'],
    ],
    ok: [
      ['a handler out of view', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT'))], probes: [{ methods: ['PUT'] }] })],
      ['both have them', listed({ probes: [{ methods: ['PUT'], inView: true }] }, set('ACAM', 'PUT'))],
      ['what is refused', policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT')), answer('PUT', 403)], probes: [{ methods: ['PUT'] }] })],
    ],
  },
  'error-response-missing-cors': {
    bad: [['successes alone', inFront([200, 201, 204, 301, 302, 304]), 'status', 'correctness-warning']],
    ok: [
      ['every status', inFront('all')],
      ['files', inFront([200], [{ publicAsset: true }])],
      ['an application by itself', policy({ steps: [always({ ...set('ACAO', A), statuses: [200] })] })],
      ['files that nothing passes on', { ...policy({ steps: [always({ ...set('ACAO', A), statuses: [200] })] }), layer: 'proxy' }],
    ],
  },
  'method-not-allowed': {
    bad: [
      ['a route', listed({ probes: [{ methods: ['GET', 'PUT'] }] }, set('ACAM', 'GET, POST')), 'missing', 'broken-in-browser'],
      ['small letters', listed({ probes: [{ methods: null }] }, set('ACAM', 'GET, put')), 'small', 'broken-in-browser'],
      ['small letters that change nothing', listed({ probes: [{ methods: ['GET'] }] }, set('ACAM', 'get, PUT')), 'safelisted', 'hygiene'],
    ],
    ok: [
      ['listed', listed({ probes: [{ methods: ['PUT'] }] }, set('ACAM', 'PUT'))],
      ['every method', listed({ probes: [{ methods: ['PUT'] }] }, set('ACAM', '*'))],
      ['simple methods', listed({ probes: [{ methods: ['GET', 'HEAD', 'POST'] }] }, set('ACAM', 'PUT'))],
      ['a default that nobody wrote', listed({ probes: [{ methods: ['PUT'] }] }, set('ACAM', { v: 'literal', text: 'GET', at: place(), written: false }))],
      ['preflights that nobody thought of', listed({ probes: [{ methods: ['PUT'] }] })],
    ],
  },
  'request-header-not-allowed': {
    bad: [
      ['a JSON body', listed({ probes: [{ methods: ['POST'], requestHeaders: ['content-type'] }] }, set('ACAH', 'Authorization')), 'missing', 'broken-in-browser'],
      ['a token', listed({ probes: [{ methods: ['GET'], requestHeaders: ['authorization'] }] }, set('ACAH', 'Content-Type')), 'missing', 'broken-in-browser'],
    ],
    ok: [
      ['listed in other letters', listed({ probes: [{ methods: ['POST'], requestHeaders: ['content-type'] }] }, set('ACAH', 'CONTENT-TYPE'))],
      ['every header', listed({ probes: [{ methods: ['POST'], requestHeaders: ['content-type'] }] }, set('ACAH', '*'))],
      ['a token beside `*`', listed({ probes: [{ methods: ['GET'], requestHeaders: ['authorization'] }] }, set('ACAH', '*'))],
      ['what a proxy adds', listed({ probes: [{ methods: ['GET'], requestHeaders: ['x-forwarded-for'] }] }, set('ACAH', 'Content-Type'))],
    ],
  },
};
