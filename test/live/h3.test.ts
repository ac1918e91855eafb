import h3 from '../../src/readers/h3/index.js';
import { h3OnePrograms, h3TwoPrograms } from '../support/h3-programs.js';
import { h3Source } from '../support/h3-sources.js';
import type { ObservedRow } from '../support/observed.js';
import { code, entry, generated, handlers, headerNames, methods, some } from './option-sets.js';
import { requestsTo } from './prediction.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('h3', 60);

const FUNCTIONS = [
  `(origin) => origin === 'https://app.example.com'`,
  `(origin) => /\\.example\\.com$/.test(origin)`,
  `(origin) => ['https://app.example.com', 'null'].includes(origin)`,
  `() => true`,
] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => '*', () => 'null', () => from.times(0, 3, () => entry(from)), () => from.times(1, 3, () => entry(from)), () => code(from.pick(FUNCTIONS))])()),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('methods', 0.4, () => (from.chance(0.3) ? '*' : methods(from))),
    ...set('allowHeaders', 0.4, () => (from.chance(0.3) ? '*' : headerNames(from))),
    ...set('exposeHeaders', 0.3, () => (from.chance(0.3) ? '*' : headerNames(from))),
    ...set('maxAge', 0.4, () => from.pick<unknown>(['600', false, '0'])),
    ...set('preflight', 0.3, () => ({ statusCode: from.pick([200, 204]) })),
  };
}

const WIRINGS = { 1: 'global handler: if(handleCors(event,o)) return', 2: 'global middleware: const r=handleCors(e,o); if(r!==false) return r' } as const;

for (const [major, version, folder, programs] of [[1, '1.15.11', 'h3-1', h3OnePrograms], [2, '2.0.8', 'javascript', h3TwoPrograms]] as const) {
  agree({
    title: `h3 ${major}`,
    folder,
    reader: h3,
    seed: random.seed,
    scenario: handlers,
    cases: [
      ...recorded((row) => /^h3/.test(row.framework) && row.version === `h3 ${version}`, h3Source),
      ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
        const row: ObservedRow = { framework: 'h3 handleCors', version: '', options: options(from), wiring: WIRINGS[major], request: null, response: { status: 0, headers: [] } };
        return { title: JSON.stringify(row.options), source: h3Source(row) };
      }),
    ],
  });

  agree({
    title: `h3 ${major}, as people write it`,
    folder,
    reader: h3,
    seed: random.seed,
    cases: programs.map(({ title, paths, source }) => ({ title, source, requests: paths.flatMap((path) => requestsTo(path, ['GET', 'PUT', 'HEAD', 'OPTIONS'])) })),
  });
}
