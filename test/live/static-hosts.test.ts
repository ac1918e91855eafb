import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { filesFrom } from '../../src/text/files.js';
import { install } from './programs.js';
import { sample, type Random } from './seed.js';

/**
 * What static hosts make of rules of headers, asked of their own code: Cloudflare's asset server, Netlify's parser with
 * the few lines by which `netlify dev` applies its rules, Firebase's emulator, Vercel's conversion of rules into patterns
 * with the way in which `vercel dev` walks them.
 */
const need = createRequire(new URL('static-hosts/package.json', import.meta.url));
const { random, cases } = sample('static-hosts', 60);

beforeAll(() => {
  const folder = join(import.meta.dirname, 'static-hosts');
  install(folder, readFileSync(join(folder, 'package-lock.json'), 'utf8'));
});

interface Rule {
  readonly path: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly detached: readonly string[];
}

const PATHS = ['/', '/index.html', '/data', '/data/', '/data/a.json', '/data/deep/b.json', '/fonts/x.woff2', '/fonts/X.woff', '/api/users', '/api/users/7', '/a/b', '/assets/app.js', '/assets/css/app.css', '/Data/a.json'] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Vary'] as const;
const VALUES = ['*', 'https://app.example.com', 'true', 'GET, PUT', 'Origin', 'https://a.example'] as const;

function rules(from: Random, paths: readonly [string, ...string[]], detaches: boolean): readonly Rule[] {
  // A file without a word of CORS concerns no reader.
  return from.times(1, 5, (index) => ({
    path: from.pick(paths),
    lines: from.times(1, 3, (line) => [index + line === 0 ? NAMES[0] : from.pick(NAMES), from.pick(VALUES)] as const),
    detached: detaches && from.chance(0.3) ? [from.pick(NAMES)] : [],
  }));
}

/** The CORS headers of a response, in the order of their names. */
type Answered = Readonly<Record<string, string>>;

function corsOf(headers: Iterable<readonly [string, string]>): Answered {
  const found = [...headers].map(([name, value]): [string, string] => [name.toLowerCase(), value]).filter(([name]) => /^(?:access-control-|vary$)/.test(name));
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is predicted for a path; without a policy nothing is sent. */
async function predicted(files: Readonly<Record<string, string>>, file: string): Promise<(path: string, method: string, headers?: readonly (readonly [string, string])[]) => Answered> {
  const { policies, gaps } = await lint([file], filesFrom(files), { rules: new Map(), strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });
  expect(gaps.filter(({ message }) => !/last of several rules/.test(message))).toEqual([]);
  expect(policies.length).toBeLessThan(2);
  return (path, method, headers = []) => {
    const [policy] = policies;
    if (policy === undefined) return {};
    const outcomes = evaluate({ policy, inner: [] }, { method, path, headers: [['host', 'site.example'], ...headers] }, { scenario: { headers: [] } });
    expect(outcomes.length).toBe(1);
    return corsOf(outcomes[0]!.response.headers.map(({ name, text }) => [name, text ?? '?']));
  };
}

function headersFile(all: readonly Rule[], end: string): string {
  return all.map(({ path, lines, detached }) => [path, ...detached.map((name) => `  ! ${name}`), ...lines.map(([name, value]) => `  ${name}: ${value}`), ''].join(end)).join(end);
}

/** Rules without a name twice: objects of JSON hold a name once. */
function once({ lines }: Rule): Rule['lines'] {
  return lines.filter(([name], index) => lines.findIndex(([other]) => other === name) === index);
}

const SPLATS = ['/*', '/data/*', '/data/:file', '/fonts/*.woff2', '/api/*', '/*.json', '/assets/:kind/app.css', '/data', '/a/b', '/:one/:two'] as const;

describe(`Cloudflare Pages (LIVE_SEED=${random.seed})`, () => {
  test.each(Array.from({ length: cases }, (_unused, index) => [index]))('rules %i', async () => {
    const all = rules(random, SPLATS, true);
    const { generateHandler } = (await import(need.resolve('@cloudflare/pages-shared/dist/asset-server/handler.js'))) as { generateHandler(options: object): Promise<Response> };
    const { createMetadataObject } = (await import(need.resolve('@cloudflare/pages-shared/dist/metadata-generator/createMetadataObject.js'))) as { createMetadataObject(options: object): object };
    const parsed = all.map(({ path, lines, detached }) => ({ path, headers: joined(lines), unsetHeaders: detached }));
    const metadata = createMetadataObject({ headers: { rules: parsed, invalid: [] } });
    const answer = await predicted({ '_headers': headersFile(all, '\n'), 'wrangler.toml': 'pages_build_output_dir = "."' }, '_headers');
    for (const path of PATHS) {
      for (const method of ['GET', 'OPTIONS']) {
        const response = await generateHandler({
          request: new Request(`https://site.example${path}`, { method }),
          metadata,
          setMetrics: () => undefined,
          findAssetEntryForPath: (asked: string) => Promise.resolve(asked === decodeURIComponent(path) ? asked : null),
          getAssetKey: (entry: string) => entry,
          negotiateContent: () => ({ encoding: null }),
          fetchAsset: () => Promise.resolve({ body: 'x', contentType: 'text/plain' }),
        });
        expect([path, method, corsOf(response.headers)]).toEqual([path, method, answer(path, method)]);
      }
    }
  });
});

function joined(lines: Rule['lines']): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [name, value] of lines) made[name.toLowerCase()] = made[name.toLowerCase()] === undefined ? value : `${made[name.toLowerCase()]}, ${value}`;
  return made;
}

interface NetlifyRule {
  readonly forRegExp: RegExp;
  readonly values: Record<string, string>;
}

describe(`Netlify (LIVE_SEED=${random.seed})`, () => {
  const ask = async (options: { readonly headersFiles?: readonly string[]; readonly netlifyConfigPath?: string }): Promise<(path: string) => Answered> => {
    const { parseAllHeaders } = (await import(need.resolve('@netlify/headers-parser'))) as { parseAllHeaders(given: object): Promise<{ headers: NetlifyRule[] }> };
    const { headers } = await parseAllHeaders({ ...options, minimal: false });
    return (path) => corsOf(Object.entries(Object.assign({}, ...headers.filter(({ forRegExp }) => forRegExp.test(path)).map(({ values }) => values)) as Record<string, string>));
  };
  const within = async (name: string, text: string, run: (file: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'static-hosts-'));
    writeFileSync(join(folder, name), text);
    await run(join(folder, name)).finally(() => rmSync(folder, { recursive: true }));
  };

  test.each(Array.from({ length: cases }, (_unused, index) => [index]))('_headers %i', async () => {
    const text = headersFile(rules(random, [...SPLATS, '/d*a/*', '/api'], false), random.pick(['\n', '\r\n']));
    const answer = await predicted({ '_headers': text, 'netlify.toml': '' }, '_headers');
    await within('_headers', text, async (file) => {
      const real = await ask({ headersFiles: [file] });
      for (const path of PATHS) expect([path, real(path)]).toEqual([path, answer(path, 'GET')]);
    });
  });

  test.each(Array.from({ length: cases }, (_unused, index) => [index]))('netlify.toml %i', async () => {
    const text = rules(random, SPLATS, false).map((rule) => `[[headers]]\n  for = "${rule.path}"\n  [headers.values]\n${once(rule).map(([name, value]) => `    ${name} = ${random.chance(0.2) ? `["${value}", "https://b.example"]` : `"${value.replace(', ', ' ,')}"`}\n`).join('')}`).join('\n');
    const answer = await predicted({ 'netlify.toml': text }, 'netlify.toml');
    await within('netlify.toml', text, async (file) => {
      const real = await ask({ netlifyConfigPath: file });
      for (const path of PATHS) expect([path, real(path)]).toEqual([path, answer(path, 'GET')]);
    });
  });
});

describe(`Firebase Hosting (LIVE_SEED=${random.seed})`, () => {
  const GLOBS = ['**', '**/*.json', '/data/**', '**/*.@(woff|woff2)', '/fonts/*', 'api/**', '/a/b', '/*', '**/*.{js,css}', '/data/*.json', '/assets/**/*.css', '/[ad]*/**', '/api/users/?'] as const;
  type Middleware = (request: object, response: object, next: () => void) => void;

  test.each(Array.from({ length: cases }, (_unused, index) => [index]))('rules %i', async () => {
    const all = rules(random, GLOBS, false);
    const headers = all.map((rule) => ({ source: rule.path, headers: rule.lines.map(([key, value]) => ({ key, value })) }));
    const regexes = random.chance(0.3) ? [{ regex: '^/api/users/\\d+$', headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://re2.example' }] }] : [];
    const text = JSON.stringify({ hosting: { public: 'dist', headers: [...headers, ...regexes] } }, null, random.pick([0, 2]));
    const answer = await predicted({ 'firebase.json': text }, 'firebase.json');
    const middleware = (need('superstatic/lib/middleware/headers.js') as (spec: object) => Middleware)({});
    for (const path of PATHS) {
      const { headers: given } = (JSON.parse(text) as { hosting: { headers: object[] } }).hosting;
      expect([path, await sentBy(middleware, path, given.filter((rule) => 'source' in rule), given.filter((rule) => 'regex' in rule))]).toEqual([path, answer(path, 'GET')]);
    }
  });

  /** The middleware puts a slash before `source`, and has none for `regex`: the two are asked one after the other. */
  async function sentBy(middleware: Middleware, path: string, globs: readonly object[], patterns: readonly object[]): Promise<Answered> {
    const { createServer } = await import('node:http');
    const { configMatcher } = need('superstatic/lib/utils/patterns.js') as { configMatcher(path: string, rule: object): boolean };
    const server = createServer((request, response) => {
      middleware(Object.assign(request, { superstatic: { headers: globs } }), response, () => {
        response.writeHead(200);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const response = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}${path}`);
    server.close();
    const later = patterns.filter((rule) => configMatcher(path, rule)).flatMap((rule) => ('headers' in rule && Array.isArray(rule.headers) ? (rule.headers as { key: string; value: string }[]) : []));
    return { ...corsOf(response.headers), ...corsOf(later.map(({ key, value }) => [key, value] as const)) };
  }
});

describe(`Vercel (LIVE_SEED=${random.seed})`, () => {
  const SOURCES = ['/(.*)', '/data/(.*)', '/data/:file', '/data/:path*', '/fonts/:name.woff2', '/api/:path+', '/:one/:two', '/a/b', '/assets/:kind?/app.css', '/api/users/:id(\\d+)', '/(data|fonts)/:rest*', '/data{/}?'] as const;
  const CONDITIONS: readonly (readonly object[] | undefined)[] = [undefined, undefined, [{ type: 'header', key: 'origin', value: '(?<who>https://.*\\.example\\.com)' }], [{ type: 'header', key: 'origin' }], [{ type: 'header', key: 'x-plain', value: 'yes' }]];
  const ASKED: readonly (readonly (readonly [string, string])[])[] = [[], [['origin', 'https://app.example.com']], [['origin', 'https://app.example.com.evil.example']], [['x-plain', 'yes']]];

  test.each(Array.from({ length: cases }, (_unused, index) => [index]))('rules %i', async () => {
    const headers = rules(random, SOURCES, false).map((rule) => {
      const [kind, has] = [random.pick(['has', 'missing'] as const), CONDITIONS[random.below(CONDITIONS.length)]];
      const echo = kind === 'has' && has !== undefined && random.chance(0.5) ? [{ key: 'Access-Control-Allow-Origin', value: JSON.stringify(has).includes('who') ? ':who' : ':origin' }] : [];
      return { source: rule.path, ...(has === undefined ? {} : { [kind]: has }), headers: [...once(rule).map(([key, value]) => ({ key, value })), ...echo] };
    });
    const text = JSON.stringify({ headers });
    const answer = await predicted({ 'vercel.json': text }, 'vercel.json');
    const { getTransformedRoutes } = need('@vercel/routing-utils') as { getTransformedRoutes(config: object): { routes: readonly Route[]; error: unknown } };
    const { routes, error } = getTransformedRoutes(JSON.parse(text) as object);
    expect(error).toBeNull();
    for (const path of PATHS) {
      for (const request of ASKED) expect([path, request, walked(routes, path, request)]).toEqual([path, request, answer(path, 'GET', request)]);
    }
  });

  interface Route {
    readonly src: string;
    readonly headers: Record<string, string>;
    readonly has?: readonly Condition[];
    readonly missing?: readonly Condition[];
  }
  interface Condition {
    readonly key: string;
    readonly value?: string;
  }

  /** `vercel dev`: every route in order, each with `continue`; a later text stands above an earlier one. */
  function walked(routes: readonly Route[], path: string, request: readonly (readonly [string, string])[]): Answered {
    const sent: Record<string, string> = {};
    for (const { src, headers, has = [], missing = [] } of routes) {
      const groups: Record<string, string> = {};
      const fits = ({ key, value }: Condition): boolean => {
        const text = request.find(([name]) => name === key)?.[1];
        const match = text === undefined ? null : new RegExp(`^(?:${value ?? '.*'})$`).exec(text);
        Object.assign(groups, match?.groups, value === undefined ? { [key]: text } : {});
        return match !== null;
      };
      const match = new RegExp(src).exec(path);
      if (match === null || !has.every(fits) || missing.some(fits)) continue;
      for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value.replace(/\$(\w+)/g, (_all, group: string) => groups[group] ?? match[Number(group)] ?? '');
    }
    return corsOf(Object.entries(sent));
  }
});
