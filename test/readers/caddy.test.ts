import { describe, expect, test } from 'vitest';
import caddy from '../../src/readers/caddy/index.js';
import { ABSENT, PRESENT } from '../../src/origins/origin-set.js';
import { evaluate, type Assumptions, type Deployment } from '../../src/policy/evaluate.js';
import type { Guard, Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/caddy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Fact } from '../../src/values/fact.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';
import { soon } from '../support/soon.js';

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

/** Facts about whether the file that is asked for is there. */
function* factsIn(guard: Guard): Generator<Fact> {
  if (guard.g === 'fact') yield guard.fact;
  else if (guard.g === 'not') yield* factsIn(guard.of);
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* factsIn(part);
}

function assumed({ steps }: Policy, there: boolean): Assumptions {
  const facts = steps.flatMap(({ when }) => [...factsIn(when)]).filter(({ detail }) => detail === 'whether the file is there');
  return new Map(facts.map((fact) => [fact.key, { fact, holds: there }]));
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

/** What one request gets from a site. */
function answered(files: Readonly<Record<string, string>>, method: string, origin: string | undefined, path = '/'): readonly string[] {
  const [one] = policiesOf(files);
  const headers = origin === undefined ? [] : [['origin', origin] as const];
  return evaluate({ policy: one!, inner: [] }, { method, path, headers }).map(({ response }) => `${response.status} ${response.headers.filter(({ name }) => /^access-control-|^vary$/.test(name)).map(({ name, text }) => `${name}: ${text}`).join('; ')}`);
}

const site = (text: string): string => `:80 {\n${text}\n}\n`;

describe('releases', () => {
  const deferred = site('header >Access-Control-Allow-Origin *\nheader /x Access-Control-Max-Age 5\nrespond ok');

  test.each([
    ['before 2.7 the mark `>` is a part of the name, and nothing is sent', 'FROM caddy:2.6.4\n', ['200 ']],
    ['since then the header is set last', 'FROM caddy:2.7.0-alpine\n', ['200 access-control-allow-origin: *']],
    ['a tag without a number is the newest release', 'FROM caddy:alpine\n', ['200 access-control-allow-origin: *']],
    ['built with xcaddy', 'RUN xcaddy build v2.6.1\n', ['200 ']],
  ])('%s', (_name, Dockerfile, expected) => {
    expect(answered({ Caddyfile: deferred, Dockerfile }, 'GET', 'https://a.example')).toEqual(expected);
  });

  test('without a release in view both are possible', () => {
    expect([...answered({ Caddyfile: deferred }, 'GET', 'https://a.example')].sort()).toEqual(['200 ', '200 access-control-allow-origin: *']);
  });

  test('the file server refuses OPTIONS since 2.7', () => {
    const Caddyfile = site('header Access-Control-Allow-Origin *\nfile_server');
    expect(answered({ Caddyfile, Dockerfile: 'FROM caddy:2.6\n' }, 'OPTIONS', 'https://a.example')).toEqual(['200 access-control-allow-origin: *']);
    expect(answered({ Caddyfile, 'compose.yaml': 'services:\n  web:\n    image: caddy:2.8.4\n' }, 'OPTIONS', 'https://a.example')).toEqual(['405 access-control-allow-origin: *']);
  });

  test('in a route handles exclude each other since 2.7', () => {
    const Caddyfile = site('route {\nhandle /a* {\nheader Access-Control-Allow-Origin one\n}\nhandle {\nheader Access-Control-Allow-Origin two\n}\nrespond ok\n}');
    expect(answered({ Caddyfile, Dockerfile: 'FROM caddy:2.6.2\n' }, 'GET', undefined, '/a')).toEqual(['200 access-control-allow-origin: two']);
    expect(answered({ Caddyfile, Dockerfile: 'FROM caddy:2.8\n' }, 'GET', undefined, '/a')).toEqual(['200 access-control-allow-origin: one']);
  });
});

describe('what a site depends on', () => {
  test('a variable with a fallback', () => {
    const Caddyfile = site('header Access-Control-Allow-Origin {$CORS_ORIGIN:https://app.example.com}\nrespond ok');
    expect([...answered({ Caddyfile }, 'GET', undefined)].sort()).toEqual(['200 access-control-allow-origin: https://app.example.com', '200 access-control-allow-origin: null']);
  });

  test('a variable as the origin that a matcher asks for is somebody’s list', () => {
    const Caddyfile = site('@a header Origin {$CORS_ORIGIN}\nheader @a Access-Control-Allow-Origin {header.Origin}\nrespond ok');
    expect(answered({ Caddyfile }, 'GET', undefined)).toEqual(['200 ']);
    expect(answered({ Caddyfile }, 'GET', 'https://a.example').length).toBe(2);
  });

  test('an import that is not in view, and a matcher that nobody gives', () => {
    const { readings } = read({ Caddyfile: site('import gone\nheader @nobody Access-Control-Allow-Origin *') });
    expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual(['the imported gone is not in view', 'there is no matcher @nobody']);
  });

  test('a snippet’s file is read in the Caddyfile that imports it', () => {
    const files = { 'web/Caddyfile': 'import snippets/*.caddy\na.example.com {\n\timport cors https://b.example.com\n}\n', 'web/snippets/cors.caddy': '(cors) {\n\theader Access-Control-Allow-Origin {args[0]}\n}\n' };
    const shown = read(files, 'web/snippets/cors.caddy').readings.map((reading) => (reading.kind === 'policy' ? `policy at ${reading.policy.at.file}` : reading.kind === 'covers' ? `covers ${reading.file}` : reading.kind === 'gap' ? reading.gap.message : reading.kind));
    expect(shown).toEqual(['covers web/snippets/cors.caddy', 'policy at web/Caddyfile']);
  });

  test('a Caddyfile of the first Caddy is a gap', () => {
    const { readings } = read({ Caddyfile: 'example.com {\n\tproxy / localhost:3000\n\theader / Access-Control-Allow-Origin *\n}\n' });
    expect(readings).toMatchObject([{ kind: 'gap', gap: { message: 'directives of Caddy 1 are not read' } }]);
  });

  test('addresses give the host that is asked for, and ports', () => {
    const [one] = policiesOf({ Caddyfile: 'https://api.example.com, http://api.example.com:8080, :9000 {\n\theader Access-Control-Allow-Origin *\n\thandle /v1/* {\n\t\trespond ok\n\t}\n\treverse_proxy app:3000\n}\n' });
    expect(one).toMatchObject({ title: 'Caddy site api.example.com', listens: [443, 8080, 9000], probes: [{ path: '/v1/x', host: 'api.example.com' }, { path: '/', host: 'api.example.com' }] });
  });
});

describe('heavy sites', () => {
  test.each([
    ['blocks in blocks', `${'handle {\n'.repeat(10_000)}header Access-Control-Allow-Origin *\n${'}\n'.repeat(10_000)}`],
    ['placeholders', `header Access-Control-Allow-Origin ${'{header.Origin}'.repeat(50_000)}`],
    ['handles', `${Array.from({ length: 8_000 }, (_unused, index) => `handle /a${index}/* {\nheader Access-Control-Allow-Origin *\nrespond x\n}\n`).join('')}`],
    ['rewrites', `${'rewrite /a /b\nuri strip_prefix /b\n'.repeat(2_000)}header Access-Control-Allow-Origin *`],
    ['matchers in matchers', `@m ${'not '.repeat(10_000)}header Origin x\nheader @m Access-Control-Allow-Origin *`],
    ['an expression', `@m expression ${'('.repeat(10_000)}{method} == 'x'${')'.repeat(10_000)}\nheader @m Access-Control-Allow-Origin *`],
  ])('%s', (_name, text) => {
    const { readings } = soon(2, () => read({ Caddyfile: site(text) }));
    expect(readings.length).toBeLessThan(5);
  });
});

describe('what Caddy 2.6.2 was seen to do', () => {
  const origin = 'header Access-Control-Allow-Origin';

  test.each([
    ['the longer of two paths is asked first', 'handle /a* {\nrespond x 201\n}\nhandle /a/b* {\nrespond x 202\n}\nheader Vary x', '/a/b', '202 vary: x'],
    ['what waits is done last first, so the first one stands', `header {\nAccess-Control-Allow-Origin one\ndefer\n}\nheader {\nAccess-Control-Allow-Origin two\ndefer\n}\nrespond x`, '/', '200 access-control-allow-origin: one'],
    ['neighbours with the same matcher both run', `handle {\n${origin} one\n}\nhandle {\nrespond x 201\n}`, '/', '201 access-control-allow-origin: one'],
    ['an error drops what waits', `${origin} one\nheader {\nVary x\ndefer\n}\nerror 403`, '/', '403 access-control-allow-origin: one'],
    ['error routes do what waits in them', `${origin} one\nerror 403\nhandle_errors {\nheader {\nVary x\ndefer\n}\n}`, '/', '403 access-control-allow-origin: one; vary: x'],
    ['what nobody answers is 200, and what waits is not done', `${origin} one\nheader {\nVary x\ndefer\n}`, '/', '200 access-control-allow-origin: one'],
    ['a colon is forgiven in a block only', `header {\nAccess-Control-Allow-Origin: one\n}\nheader Vary: x\nrespond x`, '/', '200 access-control-allow-origin: one'],
    ['an absent header is the empty text', `${origin} {header.Origin}\nrespond x`, '/', '200 access-control-allow-origin: '],
    ['a placeholder that nobody knows is sent as its long name', `${origin} {re.x.0}\nrespond x`, '/', '200 access-control-allow-origin: {http.regexp.x.0}'],
    ['several `?` of a block all ask for all', 'header {\nVary x\n}\nheader {\n?Vary y\n?Access-Control-Max-Age 5\n}\nrespond x', '/', '200 vary: x'],
    ['of handle_path a path without the prefix is asked inside', `handle_path /a/* {\n${origin} one\nrespond /b x 201\n}\nrespond x`, '/a/b', '201 access-control-allow-origin: one'],
  ])('%s', (_name, text, path, expected) => {
    expect(answered({ Caddyfile: site(`${text}\nheader /nobody-asks Access-Control-Allow-Methods x`), Dockerfile: 'FROM caddy:2.6.2\n' }, 'GET', undefined, path)).toEqual([expected]);
  });
});
