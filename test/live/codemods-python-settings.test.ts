/** What a code-mod makes of settings of django-cors-headers: real projects answer browsers before and after alike, or differ exactly as is said beforehand. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Difference } from '../../src/codemods/proof.js';
import { CODEMODS } from '../../src/codemods/registry.js';
import { decides, inWords, run } from '../../src/codemods/run.js';
import type { Policy, Probe } from '../../src/policy/program.js';
import { acceptedCandidates } from '../../src/policy/views.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { environmentOf } from './python/environment.js';
import { realExchange, type RealExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const NAME = 'django-cors-headers-names';
const ROOT = join(import.meta.dirname, '../../fixtures/codemods', NAME);
const HOST = fileURLToPath(new URL('python/django_project_host.py', import.meta.url));

const METHODS = ['GET', 'POST', 'DELETE'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['x-unlisted', '1']]];
const STRANGERS = ['null', 'https://attacker.example', 'http://localhost:3000', 'https://orders.example.com', 'https://a.preview.example.com'];
/** What the variables name that settings of fixtures are read from, under the names that they have before. */
const VARIABLES: Readonly<Record<string, string>> = { CORS_ORIGIN_WHITELIST: 'https://variable.example', SITE_CORS_ORIGIN_REGEX_WHITELIST: '^https://variable[.]example$' };
/** Projects whose settings are read from them. */
const READING = new Set(['variables-keep-their-names', 'classes-of-django-configurations']);

interface Case {
  readonly choices?: Parameters<typeof chosen>[0];
  readonly seen?: readonly string[];
}

/** Projects that run: those with a `manage.py`, which says what their settings are. */
const cases = readdirSync(ROOT).filter((one) => existsSync(join(ROOT, one, 'after'))).flatMap((one) => {
  const [manage] = readdirSync(join(ROOT, one, 'before'), { recursive: true, encoding: 'utf8' }).filter((path) => /(?:^|\/)manage\.py$/.test(path));
  return manage === undefined ? [] : [{ name: one, home: dirname(manage), release: textsIn(join(ROOT, one, 'before'))['requirements.txt']?.includes('==3.14.0') === true ? 'django-3.14.txt' : 'django-projects.txt' }];
});

function textsIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** Every request that a page may make of a place. */
function requestsTo(probe: Probe, policies: readonly Policy[], more: readonly string[]): readonly Difference['request'][] {
  const origins = [...new Set([...STRANGERS, ...more, ...policies.flatMap(acceptedCandidates)])];
  return origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials })))));
}

const toldBy = ({ verdict }: RealExchange): 'allowed' | 'blocked' => (verdict.allowed === true ? 'allowed' : 'blocked');
const exposed = ({ response }: RealExchange): string | undefined => response.headers.find(([name]) => name === 'access-control-expose-headers')?.[1];

for (const release of new Set(cases.map((one) => one.release))) {
  const own = cases.filter((one) => one.release === release);

  describe(release, () => {
    const work = mkdtempSync(join(tmpdir(), 'live-codemods-'));
    const servers: Running[] = [];
    let python = '';
    let [plain, named]: readonly (readonly number[])[] = [[], []];
    const homeOf = (name: string, side: string, home: string): string => join(work, name, side, home);

    beforeAll(async () => {
      ({ python } = await environmentOf(release));
      // Compiled code is written beside it.
      for (const { name } of own) cpSync(join(ROOT, name), join(work, name), { recursive: true });
      const folders = own.flatMap(({ name, home }) => ['before', 'after'].map((side) => homeOf(name, side, home)));
      plain = await freePorts(folders.length);
      named = await freePorts(folders.length);
      for (const [ports, variables] of [[plain, {}], [named, VARIABLES]] as const) {
        const args = [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), python, HOST, ...folders.flatMap((folder, index) => [folder, String(ports[index])])];
        servers.push(await start('env', args, ports));
      }
    });

    afterAll(async () => {
      for (const server of servers) await server.stop();
      rmSync(work, { recursive: true, force: true });
    });

    test.each(own.map((one, index) => [one.name, index] as const))('%s', async (name, index) => {
      const { choices, seen = [] } = JSON.parse(readFileSync(join(ROOT, name, 'case.json'), 'utf8')) as Case;
      const repository = await repositoryOf(textsIn(join(ROOT, name, 'before')));
      const { done } = await run((await CODEMODS[NAME]!.load()).default, repository, chosen(choices));
      for (const ports of [plain!, named!]) {
        const differences: Difference[] = [];
        let allowed = 0;
        for (const request of repository.policies.flatMap(({ probes }) => probes).flatMap((probe) => requestsTo(probe, repository.policies, ['https://variable.example', ...(choices?.origins ?? [])]))) {
          const { probe, ...client } = request;
          const [before, after] = await Promise.all([0, 1].map((side) => realExchange(ports[2 * index + side]!, { ...client, url: `https://api.example${probe.path}` })));
          const [was, is] = [toldBy(before!), toldBy(after!)];
          if (was === 'allowed') allowed += 1;
          if (was !== is) differences.push({ request, what: 'verdict', before: was, after: is });
          else if (was === 'allowed') expect(exposed(after!), inWords({ request, what: 'verdict', before: null, after: null })).toBe(exposed(before!));
        }
        expect(allowed).toBeGreaterThan(0);
        expect(differences.filter((difference) => decides(difference) && !done.some(({ announces }) => announces?.allows(difference))).map(inWords)).toEqual([]);
        expect(differences.map(inWords)).toEqual(expect.arrayContaining([...seen]));
      }
    });

    for (const [index, { name }] of own.entries()) {
      if (!READING.has(name)) continue;
      test(`${name} goes on reading its variables`, async () => {
        const ask = (port: number): Promise<RealExchange> => realExchange(port, { origin: 'https://variable.example', url: 'https://api.example/', method: 'GET', headers: [], credentials: 'omit' });
        for (const side of [0, 1]) {
          expect(toldBy(await ask(plain![2 * index + side]!))).toBe('blocked');
          expect(toldBy(await ask(named![2 * index + side]!))).toBe('allowed');
        }
      });
    }

    test('nothing of it failed to start', () => {
      expect(servers.map((server) => server.printed().match(/^broken: .*/m)?.[0])).toEqual([undefined, undefined]);
    });

    test.each(own.map(({ name, home }) => [name, home] as const))('%s passes the checks of Django afterwards, and its tests before and after', (name, home) => {
      const manage = (side: string, ...args: readonly string[]): { readonly status: number | null; readonly text: string } => {
        const { status, stdout, stderr } = spawnSync(python, ['manage.py', ...args], { cwd: homeOf(name, side, home), encoding: 'utf8' });
        return { status, text: `${stdout}${stderr}` };
      };
      expect(manage('after', 'check')).toMatchObject({ status: 0 });
      // Old names alone are no error; what the package does not read any more is, and so is an entry without a scheme.
      const isRefused = /dropped-|-nobody-|hosts-/.test(name);
      expect(manage('before', 'check').status, name).toBe(isRefused ? 1 : 0);
      if (!name.includes('-tests')) return;
      for (const side of ['before', 'after']) expect(manage(side, 'test'), side).toMatchObject({ status: 0, text: expect.stringMatching(/^Ran [1-9]\d* tests/m) as string });
    });
  });
}

/** Why names of other releases are refused: what each of them reads, and which name wins. */
describe.each([
  ['django-2.5.txt', { old: true, current: false }],
  ['django-3.4.txt', { old: true, current: false }],
  ['django-3.14.txt', { old: true, current: true }],
  ['django-projects.txt', { old: true, current: true }],
] as const)('names that %s reads', (requirements, reads) => {
  const work = mkdtempSync(join(tmpdir(), 'live-codemods-'));
  const [old, current, both] = [join(work, 'old'), join(work, 'current'), join(work, 'both')];
  const lists = { old: ['CORS_ORIGIN_WHITELIST'], current: ['CORS_ALLOWED_ORIGINS'], both: ['CORS_ORIGIN_WHITELIST', 'CORS_ALLOWED_ORIGINS'] };
  let server: Running;
  let ports: readonly number[] = [];

  beforeAll(async () => {
    const { python } = await environmentOf(requirements);
    for (const [name, settings] of Object.entries(lists)) {
      const folder = join(work, name);
      mkdirSync(folder);
      writeFileSync(join(folder, 'manage.py'), 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "own_settings")\n');
      writeFileSync(join(folder, 'own_urls.py'), 'urlpatterns = []\n');
      // Before 3.0.0 hosts are listed, and since then origins.
      const values = settings.map((setting) => `${setting} = ["${hostOf(setting)}", "https://${hostOf(setting)}"]\n`).join('');
      writeFileSync(join(folder, 'own_settings.py'), `SECRET_KEY = "x"\nALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "own_urls"\nINSTALLED_APPS = ["corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]\n${values}`);
    }
    ports = await freePorts(3);
    server = await start(python, [HOST, ...[old, current, both].flatMap((folder, index) => [folder, String(ports[index])])], ports);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const hostOf = (setting: string): string => (setting === 'CORS_ALLOWED_ORIGINS' ? 'current.example' : 'old.example');
  const isLetIn = async (port: number, setting: string): Promise<boolean> => toldBy(await realExchange(port, { origin: `https://${hostOf(setting)}`, url: 'https://api.example/', method: 'GET', headers: [], credentials: 'omit' })) === 'allowed';

  test('reads them as the code-mod says', async () => {
    expect({ old: await isLetIn(ports[0]!, 'CORS_ORIGIN_WHITELIST'), current: await isLetIn(ports[1]!, 'CORS_ALLOWED_ORIGINS') }).toEqual(reads);
    expect({ old: await isLetIn(ports[2]!, 'CORS_ORIGIN_WHITELIST'), current: await isLetIn(ports[2]!, 'CORS_ALLOWED_ORIGINS') }).toEqual({ old: !reads.current, current: reads.current });
  });
});
