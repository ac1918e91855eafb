import { describe, expect, test } from 'vitest';
import varnish from '../../src/readers/varnish/index.js';
import { evaluate, type Deployment, type Outcome } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import language from '../../src/syntax/vcl/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('vn-'));

/** The upstream of the recordings, on port 18090: answers by path. */
const upstream: Policy = policy({
  steps: [
    step({ g: 'path', in: { s: 'exact', text: '/star', comparison: [], at: place() } }, set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'path', in: { s: 'prefix', text: '/reflect', subject: 'origin', ignoreCase: false, at: place() } }, { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    { ...step({ g: 'path', in: { s: 'exact', text: '/status/404', comparison: [], at: place() } }), end: { to: 'answer', status: 404 } },
    always(),
  ],
  options: 200,
});

function readingsOf(files: Readonly<Record<string, string>>, path: string): { readonly policies: readonly Policy[]; readonly told: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
  const readings = unit === undefined ? [] : [...varnish.read(unit)];
  return {
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    told: [...problems.map(({ message }) => message), ...readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : reading.kind === 'covers' ? [`covers ${reading.file}`] : [`policy at ${reading.policy.at.file}`]))],
  };
}

describe('recorded answers', () => {
  /** The configuration says nothing of CORS: what is sent comes from behind, and out of the cache. */
  const WITHOUT_CORS = 'vn-cache-vary';

  test('what is held, and what is left out for which reason', () => {
    const [held, left] = [rows.filter(({ framework }) => framework !== WITHOUT_CORS), rows.filter(({ framework }) => framework === WITHOUT_CORS)];
    expect({ rows: rows.length, held: held.length, withoutCorsHeaders: left.length }).toEqual({ rows: 22, held: 16, withoutCorsHeaders: 6 });
    expect(readingsOf({ 'a.vcl': left[0]!.config! }, 'a.vcl')).toEqual({ policies: [], told: [] });
  });

  test.each(rows.filter(({ framework }) => framework !== WITHOUT_CORS).map((row) => [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}`, row] as const))('%s', (_name, row) => {
    const { policies, told } = readingsOf({ 'a.vcl': row.config! }, 'a.vcl');
    expect(told).toEqual(['policy at a.vcl']);
    const behind: Deployment = { policy: upstream, inner: [] };
    // Out of the cache comes what the first request for the path got: none of these answers says Vary.
    const stored = rows.find((other) => other.config === row.config && other.request!.method === 'GET' && other.request!.path === row.request!.path && row.request!.method === 'GET');
    const [{ response }] = evaluate(behind, stored?.request ?? row.request!) as [Outcome];
    const scenario = { status: response.status!, headers: response.headers.map(({ name, text }) => [name, text!] as const) };
    expect(differences({ policy: policies[0]!, inner: stored === undefined ? [{ host: '127.0.0.1', port: 18090, deployment: behind }] : [] }, row, stored === undefined ? {} : { scenario })).toEqual([]);
  });
});
