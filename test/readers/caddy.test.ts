import { describe, expect, test } from 'vitest';
import caddy from '../../src/readers/caddy/index.js';
import { ABSENT, PRESENT } from '../../src/origins/origin-set.js';
import type { Assumptions, Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/caddy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

/**
 * The markers of the recordings show which directives ran, and what the upstream saw: they are given names that the
 * comparison looks at. A site that says nothing of CORS (2.6.2 drops what it does not understand) has no policy: each
 * gets a line about a path that nobody asks for.
 */
const asked = (text: string): string => text.replaceAll(/x-(mark|seen)/gi, 'access-control-$1');
const rows = observed('nginx')
  .filter(({ framework }) => framework.startsWith('cd-'))
  .map((row): ObservedRow => ({ ...row, config: asked(row.config!).replace('bind 127.0.0.1', '$&\n    header /nobody-asks Access-Control-Mark9 x'), response: { ...row.response, headers: row.response.headers.map(([name, text]) => [asked(name), text] as const) } }));

const contains = (text: string) => ({ g: 'path', in: { s: 'contains', text, subject: 'origin', ignoreCase: false, at: place() } }) as const;

/** The upstream of the recordings, on port 18090: answers by path, and tells the origin that it saw. */
const upstream: Policy = policy({
  steps: [
    step({ g: 'origin', in: PRESENT }, { ...set('ACAO', echo()), header: 'access-control-seen-origin' }),
    step({ g: 'origin', in: ABSENT }, { ...set('ACAO', '(none)'), header: 'access-control-seen-origin' }),
    step(contains('/star'), set('ACAO', '*')),
    step({ g: 'and', of: [contains('/reflect'), { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step(contains('/reflectv'), set('vary', 'Origin')),
    { ...step({ g: 'path', in: { s: 'suffix', text: '/status/404', subject: 'origin', ignoreCase: false, at: place() } }), end: { to: 'answer', status: 404 } },
    always(),
  ],
  options: 200,
});

function read(files: Readonly<Record<string, string>>, path = 'Caddyfile') {
  const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
  return { problems, readings: unit === undefined ? [] : [...caddy.read(unit)] };
}

function policiesOf(files: Readonly<Record<string, string>>, path?: string): readonly Policy[] {
  return read(files, path).readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

/** Whether the file that is asked for is there. */
function assumed(one: Policy, there: boolean): Assumptions {
  const facts = new Map<string, { fact: never; holds: boolean }>();
  JSON.stringify(one.steps, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'detail' in value && value.detail === 'whether the file is there') facts.set((value as { key: string } & object).key, { fact: value as never, holds: there });
    return value;
  });
  return facts;
}

describe('recorded answers of Caddy 2.6.2', () => {
  const deployments = new Map<string, Deployment>();
  const deployed = (config: string): Deployment => {
    const known = deployments.get(config);
    if (known !== undefined) return known;
    const [one] = policiesOf({ Caddyfile: config, Dockerfile: 'FROM caddy:2.6.2\n' });
    const made: Deployment = { policy: one!, inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
    deployments.set(config, made);
    return made;
  };

  test('all of them are held', () => {
    expect(rows.filter((row) => deployed(row.config!).policy === undefined)).toEqual([]);
    expect(rows.length).toBe(75);
  });

  test('every one is predicted', () => {
    const wrong = rows.flatMap((row) => {
      const deployment = deployed(row.config!);
      // Files that are not there, and an upstream that is down.
      const { status } = row.response;
      const scenario = status === 404 || status === 502 ? { scenario: { status } } : {};
      const found = differences(deployment, row, { ...scenario, assumed: assumed(deployment.policy, status !== 404) });
      return found.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers.filter(([name]) => name !== 'host'))}: ${found.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });
});
