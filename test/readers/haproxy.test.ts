import { describe, expect, test } from 'vitest';
import haproxy from '../../src/readers/haproxy/index.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/haproxy/index.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

/** What rules do is seen by the headers `X-Mark…` too: under a name about CORS they are compared like the others. */
const marked = (name: string): string => name.replace(/x-mark/gi, (found) => (found.startsWith('X') ? 'Access-Control-Mark' : 'access-control-mark'));

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('hp-')).map((row): ObservedRow => ({ ...row, config: marked(row.config!), response: { ...row.response, headers: row.response.headers.map(([name, text]) => [marked(name), text] as const) } }));

/** Rows whose answers need what the model does not have, with the reason. */
const LEFT_OUT: readonly { readonly of: (row: ObservedRow) => boolean; readonly reason: string }[] = [
  { of: ({ framework, request }) => framework === 'hp-generated-errors' && request?.path === '/down', reason: 'a server that is not there' },
  { of: ({ framework }) => framework === 'hp-two-origins', reason: 'two origins in one request, which no browser sends' },
];

/** The upstream of the recordings, on port 18090: answers by path. */
const path = (s: 'contains' | 'suffix', text: string): Policy['steps'][number]['when'] => ({ g: 'path', in: { s, text, subject: 'origin', ignoreCase: false, at: place() } });
const upstream: Policy = policy({
  steps: [
    step(path('contains', '/star'), set('ACAO', '*')),
    step({ g: 'and', of: [path('contains', '/reflect'), { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step(path('suffix', '/reflectv'), set('vary', 'Origin')),
    ...[404, 500].map((status) => ({ ...step(path('suffix', `/status/${status}`)), end: { to: 'answer', status } as const })),
    always(),
  ],
  options: 200,
});

/** The recorded texts stand behind `defaults` with `mode http`. */
const DEFAULTS = 'defaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 1s\n';

function read(text: string, files: Readonly<Record<string, string>> = {}): { readonly policies: readonly Policy[]; readonly gaps: readonly string[]; readonly problems: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText('haproxy.cfg', text), filesFrom(files));
  const readings = [...haproxy.read(unit!)];
  return {
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : [])),
    problems: problems.map(({ message }) => message),
  };
}

function deploymentOf(config: string): Deployment | undefined {
  const { policies, problems } = read(`${DEFAULTS}${config}`);
  // What only never matches does load.
  return policies[0] === undefined || problems.some((message) => !message.includes('will never match')) ? undefined : { policy: policies[0], inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
}

describe('recorded answers', () => {
  const requests = rows.filter(({ request, response }) => request !== null && response.configError === undefined);
  const about = requests.filter((row) => !LEFT_OUT.some((one) => one.of(row)));
  const deployments = new Map(about.map(({ config }) => [config!, deploymentOf(config!)]));

  test('what is held, and what is left out for which reason', () => {
    const held = about.filter(({ config }) => deployments.get(config!) !== undefined);
    expect({ rows: rows.length, requests: requests.length, leftOut: LEFT_OUT.map((one) => requests.filter(one.of).length), held: held.length }).toEqual({ rows: 54, requests: 53, leftOut: [1, 3], held: 49 });
  });

  test('every one is predicted', () => {
    const wrong = about.flatMap((row) => {
      const deployment = deployments.get(row.config!);
      const found = deployment === undefined ? [] : differences(deployment, row);
      return found.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });

  test('what it refused to load is a problem at the same word', () => {
    const [refused] = rows.filter(({ response }) => response.configError !== undefined);
    const { unit, problems } = language.parse(new SourceText('haproxy.cfg', refused!.config!), filesFrom({}));
    expect(refused!.response.configError).toContain('sample fetch <req.hdr(origin)]> may not be reliably used here');
    expect(problems.map(({ at, message }) => [unit!.source.text.slice(at.start, at.end), message])).toEqual([['req.hdr(origin)', "sample fetch <req.hdr(origin)> may not be reliably used here because it needs 'HTTP request headers' which is not available here"]]);
  });
});
