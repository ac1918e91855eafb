import { describe, expect, test } from 'vitest';
import nginx from '../../src/readers/nginx/index.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';
import { PRESENT } from '../../src/origins/origin-set.js';

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('ng-'));

/** Configurations whose answers need what the model does not have, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'ng-map-capture': 'named captures of a map’s pattern',
  'ng-map-cached': 'a variable’s value kept through internal redirects',
  'ng-geo-origin': 'geo',
  'ng-proxy-cache': 'a cache',
  'ng-gzip-vary': 'gzip and its own Vary',
  'ng-lua': 'Lua',
  'ng-x-accel': 'X-Accel-Redirect',
  'ng-two-origins': 'two Origin headers',
  'ng-default-server': 'which server is chosen',
  'ng-regex-capture-reflect': 'captures of the last pattern',
  'ng-content-type-map': 'the content type of the response',
  'ng-413': 'a body that is too large',
  'ng-upstream-down': 'an upstream that is not there',
  'ng-intercept-errors': 'errors of the upstream that nginx replaces',
  'ng-range-304': 'ranges and conditional requests',
  'ng-auth-request': 'what a subrequest answers',
  'ng-deny-satisfy': 'satisfy any, and the address of the client',
  'ng-proxy-pass-paths': 'paths as the upstream gets them, not a header',
  'ng-if-tryfiles-lost': 'which files exist',
  'ng-if-last-wins': 'an argument of the query',
  'ng-tryfiles-named': 'which files exist',
  'ng-location-order': 'only markers that show which location answered',
  'ng-grammar': 'only markers that show how words were read',
};

/** Paths whose answer depends on what stands on the disk: files that are not there, folders. */
const DISK = /^\/(?:missing|noindex|auto|dir)\b/;

/** The upstream of the recordings, on port 18090: answers by path. */
const upstream: Policy = policy({
  steps: [
    step({ g: 'path', in: { s: 'contains', text: '/star', subject: 'origin', ignoreCase: false, at: place() } }, set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'path', in: { s: 'contains', text: '/reflect', subject: 'origin', ignoreCase: false, at: place() } }, { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step({ g: 'path', in: { s: 'suffix', text: '/reflectv', subject: 'origin', ignoreCase: false, at: place() } }, set('vary', 'Origin')),
    ...[200, 201, 202, 203, 204, 205, 206, 207, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 415, 418, 422, 429, 500, 501, 502, 503, 504].map((status) => ({ ...step({ g: 'path', in: { s: 'suffix', text: `/status/${status}`, subject: 'origin', ignoreCase: false, at: place() } }), end: { to: 'answer', status } as const })),
    always(),
  ],
  options: 200,
});

function deploymentOf(config: string): Deployment | undefined {
  const { unit, problems } = language.parse(new SourceText('conf/server.conf', config), filesFrom({}));
  if (unit === undefined || problems.length > 0) return undefined;
  const policies = [...nginx.read(unit)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return policies[0] === undefined ? undefined : { policy: policies[0], inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
}

describe('recorded answers', () => {
  const requests = rows.filter(({ request, response }) => request !== null && response.configError === undefined);
  const ofDisk = requests.filter(({ framework, request }) => LEFT_OUT[framework] === undefined && DISK.test(request!.path));
  const about = requests.filter((row) => LEFT_OUT[row.framework] === undefined && !ofDisk.includes(row));
  const deployments = new Map<string, Deployment | undefined>();
  const deployed = (row: ObservedRow): Deployment | undefined => {
    if (!deployments.has(row.config!)) deployments.set(row.config!, deploymentOf(row.config!));
    return deployments.get(row.config!);
  };
  /** Files that were not there, or a method in lower case: statuses of the file system and of the parser of requests. */
  const ofFiles = (row: ObservedRow): boolean => row.response.status === 404 || row.response.status === 400 || row.response.status === 414;

  test('what is held, and what is left out for which reason', () => {
    const held = about.filter((row) => deployed(row) !== undefined);
    const withoutCors = about.filter((row) => deployed(row) === undefined);
    expect({ requests: requests.length, leftOutByReason: requests.length - about.length - ofDisk.length, ofTheDisk: ofDisk.length, withoutCorsHeaders: withoutCors.length, held: held.length }).toEqual({ requests: 757, leftOutByReason: 138, ofTheDisk: 26, withoutCorsHeaders: 72, held: 521 });
  });

  test('every one is predicted', () => {
    const wrong = about.flatMap((row) => {
      const deployment = deployed(row);
      if (deployment === undefined) return [];
      const found = differences(deployment, row, ofFiles(row) ? { scenario: { status: row.response.status } } : {});
      return found.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers.filter(([name]) => name !== 'host'))}: ${found.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('includes', () => {
  const read = (files: Record<string, string>, path: string): string[] => {
    const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
    return [...problems.map(({ message }) => message), ...[...nginx.read(unit!)].map((reading) => (reading.kind === 'policy' ? `policy at ${reading.policy.at.file}` : reading.kind === 'covers' ? `covers ${reading.file}` : reading.gap.message))];
  };
  const server = 'server { include cors.inc; }';
  const files = { 'nginx.conf': 'http { include conf.d/*.conf; }', 'conf.d/a.conf': 'server { location / { include conf.d/cors.inc; } }', 'conf.d/cors.inc': 'add_header Access-Control-Allow-Origin * always;' };

  test('a pattern in byte order; what is included is read there', () => {
    expect(read(files, 'nginx.conf')).toEqual(['covers conf.d/a.conf', 'covers conf.d/cors.inc', 'policy at conf.d/a.conf']);
  });

  test('a part is read in the main file that includes it', () => {
    expect(read(files, 'conf.d/cors.inc')).toContain('policy at conf.d/a.conf');
  });

  test('a circle is a problem and ends', () => {
    expect(read({ 'a.conf': 'include b.conf;', 'b.conf': 'include a.conf; server { add_header Access-Control-Allow-Origin *; }' }, 'a.conf')).toEqual(['a.conf includes itself', 'covers b.conf', 'policy at b.conf']);
  });

  test('a file that is not there is nothing', () => {
    expect(read({ 'a.conf': server }, 'a.conf')).toEqual([]);
  });
});

describe('any text', () => {
  const text = '\ufeff# 😀\r\nmap $http_origin $cors {\r\n  default "";\r\n  "~^https://app\\.example\\.com$" $http_origin;\r\n}\r\nserver {\r\n  if ($request_method = OPTIONS) { add_header Access-Control-Max-Age 5; return 204; }\r\n  location ~ \\.js$ { add_header Access-Control-Allow-Origin ${cors} always; }\r\n}\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit } = language.parse(new SourceText('a.conf', text.slice(0, length)), filesFrom({}));
      // The first letters may be of any kind of file.
      if (unit === undefined) continue;
      for (const reading of nginx.read(unit)) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
    }
  });

  test('places are UTF-16 offsets', () => {
    const { unit } = language.parse(new SourceText('a.conf', text.slice(1)), filesFrom({}));
    const [reading] = [...nginx.read(unit!)];
    const at = reading?.kind === 'policy' ? reading.policy.steps.flatMap(({ effects }) => effects)[0]?.at : undefined;
    expect(text.slice(1).slice(at!.start, at!.end)).toMatch(/^add_header Access-Control-/);
  });
});
