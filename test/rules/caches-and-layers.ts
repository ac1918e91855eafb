import { exact } from '../../src/origins/origin-set.js';
import type { Note, Policy } from '../../src/policy/program.js';
import { always, answer, echo, forOrigins, place, policy, set, step, type Given } from '../support/policy.js';

const A = 'https://app.example.com';
const PROBES: Given['probes'] = [{ methods: ['GET', 'PUT'] }];

/** Preflights are granted with these headers. */
const remembered = (...effects: readonly ReturnType<typeof set>[]): Policy => policy({ steps: [answer('OPTIONS', 204, set('ACAO', A), set('ACAM', 'PUT'), ...effects), always(set('ACAO', A))], probes: PROBES });
const maxAge = (text: string, op?: 'append'): ReturnType<typeof set> => set('access-control-max-age', text, op);

const vary = (text: string, op?: 'append'): ReturnType<typeof set> => set('vary', text, op);
const granted = (...effects: readonly ReturnType<typeof set>[]): Policy => policy([always(vary('Accept-Language')), forOrigins(exact(A, place()), set('ACAO', echo())), always(...effects)]);

/** A route that answers before CORS is registered, and others behind it. */
function late(before: string, behind: readonly string[] = []): Policy {
  const at = place();
  const route = { ...step({ g: 'path', in: exact(before, at) }), end: { to: 'answer', status: 200 } as const };
  const note: Note = { id: 'registered-too-late', at, related: [route.at], path: before };
  return policy({ steps: [route, always(set('ACAO', A))], probes: [before, ...behind].map((path) => ({ path })), notes: [note] });
}

type Cases = Readonly<Record<string, { readonly bad: readonly [string, Policy, string, string][]; readonly ok: readonly [string, Policy][] }>>;

export const cachesAndLayers: Cases = {
  'max-age-ineffective': {
    bad: [
      ['a unit', remembered(maxAge('10m')), 'invalid', 'correctness-warning'],
      ['less than nothing', remembered(maxAge('-1')), 'invalid', 'correctness-warning'],
      ['two lines', remembered(maxAge('600'), maxAge('600', 'append')), 'lines', 'correctness-warning'],
      ['an hour in milliseconds', remembered(maxAge('3600000')), 'milliseconds', 'hygiene'],
      ['a week', remembered(maxAge('604800')), 'cut', 'hygiene'],
      ['twenty days, which are no minutes in milliseconds', remembered(maxAge('1728000')), 'cut', 'hygiene'],
    ],
    ok: [
      ['a day', remembered(maxAge('86400'))],
      ['zero', remembered(maxAge('0'))],
      ['none', remembered()],
      ['a default of the product', remembered({ ...maxAge('31536000'), value: { v: 'literal', text: '31536000', at: place(), written: false } })],
      ['no preflight is granted', policy([always(maxAge('10m'))])],
    ],
  },
  'vary-overwritten': {
    bad: [['a language', granted(vary('Origin')), 'lost', 'correctness-warning']],
    ok: [
      ['added', granted(vary('Origin', 'append'))],
      ['said again', granted(vary('Origin, Accept-Language'))],
      ['the first writer', policy([always(vary('Origin')), forOrigins(exact(A, place()), set('ACAO', echo()))])],
      ['what only preflights depend on', policy([always(vary('Access-Control-Request-Headers')), forOrigins(exact(A, place()), set('ACAO', echo())), always(vary('Origin'))])],
      ['responses that are not stored', policy({ steps: [always(vary('Accept-Language')), always(set('ACAO', '*'), vary('Accept'))], evidence: { noStore: true } })],
    ],
  },
  'cors-registered-too-late': {
    bad: [['all routes', late('/data'), 'late', 'broken-in-browser']],
    ok: [
      ['one route of two', late('/healthz', ['/data'])],
      ['a route that CORS is not registered for', { ...late('/data'), steps: late('/data').steps.slice(0, 1) }],
    ],
  },
};
