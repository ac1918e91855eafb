import { expect, test } from 'vitest';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Level } from '../../src/middleware/nginx/levels.js';
import { ServerProgram } from '../../src/middleware/nginx/program.js';
import { httpOf, serversOf } from '../../src/middleware/nginx/servers.js';
import { Expander } from '../../src/middleware/nginx/variables.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import { chosen, mismatches, normalised, predicted, truthIn, type World } from '../support/nginx-world.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

const rows = observed('nginx').filter(({ framework, request, response }) => framework.startsWith('ng-') && request !== null && response.configError === undefined);

/** Answers that no configuration can be asked for alone. */
const LEFT_OUT: Readonly<Record<string, (row: ObservedRow) => string | undefined>> = {
  'ng-proxy-cache': () => 'an answer kept from another request',
  'ng-x-accel': () => 'X-Accel-Redirect in an answer of the upstream',
  'ng-two-origins': ({ version }) => (version === '1.22.1' ? 'two Origin headers before 1.23: the first counts' : undefined),
};

/** The upstream of the recordings, on port 18090: answers by path. */
const STATUSES = [200, 201, 202, 203, 204, 205, 206, 207, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 415, 418, 422, 429, 500, 501, 502, 503, 504];
const at = place();
const upstream: Policy = policy({
  steps: [
    step({ g: 'path', in: { s: 'contains', text: '/star', subject: 'origin', ignoreCase: false, at } }, set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'path', in: { s: 'contains', text: '/reflect', subject: 'origin', ignoreCase: false, at } }, { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step({ g: 'path', in: { s: 'suffix', text: '/reflectv', subject: 'origin', ignoreCase: false, at } }, set('vary', 'Origin')),
    ...STATUSES.map((status) => ({ ...step({ g: 'path', in: { s: 'suffix', text: `/status/${status}`, subject: 'origin', ignoreCase: false, at } }), end: { to: 'answer', status } as const })),
    always(),
  ],
  options: 200,
});

/** The folder of the recordings, `html`, and folders that a configuration puts elsewhere. */
const FILES = new Set(['/a.json', '/index.html', '/404.json', '/err.json']);
const world: World = {
  files: FILES,
  folders: new Set(['/', '/dir/', '/auto/', '/noindex/']),
  contentType: (path) => (!FILES.has(path) ? 'text/html' : path.endsWith('.json') ? 'application/json' : 'text/html'),
};

/** What the upstream answered when a rule of access asked it, and what Lua did. */
function otherTruths({ framework, request }: ObservedRow): ((key: string) => boolean | undefined) | undefined {
  if (framework === 'ng-lua') return (key) => (key.startsWith('nginx:lua') ? request!.method === 'OPTIONS' : undefined);
  if (framework !== 'ng-auth-request') return undefined;
  // `/_auth401` is refused with 401, `/_authm` with 403; that `/_auth500` answers 404 has no word.
  const refused: Readonly<Record<string, boolean>> = { 'nginx:auth /_auth401': false, 'nginx:auth /_auth401 forbids': false, 'nginx:auth /_authm': false, 'nginx:auth /_authm forbids': true };
  return (key) => refused[key];
}

/** Parts that configurations of the recordings include. */
const INCLUDED = {
  'conf/inc/10.conf': 'add_header X-Mark ten always;',
  'conf/inc/9.conf': 'add_header X-Mark nine always;',
  'conf/inc/B.conf': 'add_header X-Mark upperB always;',
  'conf/inc/a.conf': 'add_header X-Mark a always;',
  'conf/inc/b.conf': 'add_header X-Mark b always;',
  'conf/inc/.hidden.conf': 'add_header X-Mark hidden always;',
  'conf/inc/list.map': 'https://app.example.com $http_origin;',
};

interface Server {
  readonly names: readonly string[];
  readonly isDefault: boolean;
  readonly of: Policy;
}

const known = new Map<string, readonly Server[]>();

function serversFor(config: string): readonly Server[] {
  let servers = known.get(config);
  if (servers === undefined) {
    const { unit, problems } = language.parse(new SourceText('conf/server.conf', config), filesFrom(INCLUDED));
    expect(problems, config).toEqual([]);
    const expander = new Expander(httpOf(unit!.directives));
    const words = (level: Level, name: string): readonly string[] => level.directives.filter((directive) => directive.name === name).flatMap(({ args }) => args.map(({ text }) => text));
    servers = serversOf(unit!.directives).map((level) => ({ names: words(level, 'server_name'), isDefault: words(level, 'listen').includes('default_server'), of: { ...policy({ steps: new ServerProgram(level, expander).steps }), behind: { options: null }, survivesUncaught: true } }));
    known.set(config, servers);
  }
  return servers;
}

test('every recorded answer is predicted', () => {
  const leftOut = new Map<string, number>();
  const unknown: string[] = [];
  const wrong: string[] = [];
  let held = 0;
  for (const row of rows) {
    const reason = LEFT_OUT[row.framework]?.(row);
    if (reason !== undefined) {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      continue;
    }
    const told = `${row.framework} ${row.request!.method} ${row.request!.path} ${row.request!.headers.find(([name]) => name === 'origin')?.[1] ?? '-'}`;
    const { path, query } = normalised(row.request!.path);
    const { method, headers, body } = row.request!;
    const server = chosen(serversFor(row.config!), headers.find(([name]) => name === 'host')?.[1] ?? '');
    const deployment: Deployment = { policy: server!, inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
    const request: HttpRequest = { method, path, headers: body === undefined ? headers : [...headers, ['content-length', String(body.length)]] };
    // A status that comes from behind is none of the configuration's: of files that are not there, of ranges, of the upstream that is down.
    const scenario = FILES.has(path) && row.response.status === 200 ? {} : { status: row.response.status };
    const others = otherTruths(row);
    const response = predicted(deployment, request, truthIn({ ...world, ...(others === undefined ? {} : { others }) }, { path, query }), scenario);
    if ('unknown' in response) unknown.push(`${told}: ${response.unknown}`);
    else {
      const found = mismatches(response, row.response);
      if (found.length > 0) wrong.push(`${told}: ${found.join('; ')}`);
      else held += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect(unknown).toEqual([
    'ng-auth-request GET /d/plain https://app.example.com: whether /_auth500 lets the request through',
    'ng-auth-request OPTIONS /d/plain https://app.example.com: whether /_auth500 lets the request through',
    'ng-lua OPTIONS /acc/plain https://app.example.com: the text of x-mark: what the Lua code does with x-mark',
  ]);
  expect({ rows: rows.length, held, ...Object.fromEntries(leftOut) }).toEqual({ rows: 757, held: 728, 'an answer kept from another request': 21, 'X-Accel-Redirect in an answer of the upstream': 3, 'two Origin headers before 1.23: the first counts': 2 });
});
