import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import apache from '../../src/readers/apache/index.js';
import language from '../../src/syntax/apache/index.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { SourceText } from '../../src/text/source-text.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('ap-'));

/** Configurations whose answers need what the model does not have, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'ap-edit-deflate': 'compression of one content type, which adds Accept-Encoding to Vary',
};

const contains = (text: string) => ({ g: 'path', in: { s: 'contains', text, subject: 'origin', ignoreCase: false, at: place() } }) as const;

/** The upstream of the recordings, on port 18090: answers by path. */
const upstream: Policy = policy({
  steps: [
    step(contains('/star'), set('ACAO', '*')),
    step({ g: 'and', of: [contains('/reflect'), { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step({ g: 'path', in: { s: 'suffix', text: '/reflectv', subject: 'origin', ignoreCase: false, at: place() } }, set('vary', 'Origin')),
    step({ g: 'path', in: { s: 'suffix', text: '/varyae', subject: 'origin', ignoreCase: false, at: place() } }, set('vary', 'Accept-Encoding')),
    ...[202, 404, 500].map((status) => ({ ...step({ g: 'path', in: { s: 'suffix', text: `/status/${status}`, subject: 'origin', ignoreCase: false, at: place() } }), end: { to: 'answer', status } as const })),
    always(),
  ],
  options: 200,
});

/** Headers that only mark which rule ran are made ones that are compared. */
function compared(text: string): string {
  return text.replace(/\bX-Mark/gi, 'Access-Control-Mark');
}

/** The server's folder in the recordings; one folder of it had rules of its own, as had the whole in `ap-htaccess`. */
const OWN: Readonly<Record<string, string>> = {
  'ap-htaccess': 'Header set Access-Control-Allow-Origin "*"\nHeader set Access-Control-Allow-Methods "GET, POST, OPTIONS"\nRewriteEngine On\nRewriteCond %{REQUEST_METHOD} OPTIONS\nRewriteRule ^(.*)$ $1 [R=200,L]\n',
};

function policiesIn(path: string, text: string, files: Record<string, string> = {}): Policy[] {
  const all = filesFrom({ ...files, [path]: text });
  const { unit, problems } = language.parse(new SourceText(path, text), all);
  expect(problems).toEqual([]);
  return [...apache.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

function deploymentOf({ framework, config }: ObservedRow): Deployment {
  const own = OWN[framework];
  const [found] = own === undefined ? policiesIn('conf/server.conf', compared(config!).replaceAll('${DOC}', '/srv/www')) : policiesIn('.htaccess', own);
  return { policy: found!, inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
}

describe('recorded answers', () => {
  const asked = rows.filter(({ request }) => request !== null);
  const ofFolders = asked.filter(({ framework, request }) => framework === 'ap-merge-sections' && request!.path === '/sub/b.json');
  const held = asked.filter((row) => LEFT_OUT[row.framework] === undefined && !ofFolders.includes(row));

  test('what is held, and what is left out for which reason', () => {
    expect({ asked: asked.length, held: held.length, byReason: asked.length - held.length - ofFolders.length, ofAnUnknownHtaccess: ofFolders.length }).toEqual({ asked: 122, held: 119, byReason: 2, ofAnUnknownHtaccess: 1 });
  });

  test('every one is predicted', () => {
    const wrong = held.flatMap((row) => {
      const deployment = deploymentOf(row);
      const headers = row.response.headers.map(([name, text]) => [compared(name).toLowerCase(), text.replace(/^i=\d+$/, 'i=100')] as const);
      const found = differences(deployment, { ...row, response: { ...row.response, headers } }, { scenario: row.response.status === 404 ? { status: 404 } : {} });
      return found.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers.filter(([name]) => name !== 'host'))}: ${found.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('who is read, and where', () => {
  const header = 'Header set Access-Control-Allow-Origin "https://app.example.com"\n';
  const read = (path: string, files: Readonly<Record<string, string>>): string[] => {
    const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
    return [...problems.map(({ message }) => message), ...[...apache.read(unit!)].map((reading) => (reading.kind === 'policy' ? `${reading.policy.title} at ${reading.policy.at.file}: ${reading.policy.probes.map((probe) => probe.path).join(' ')}` : reading.kind === 'covers' ? `covers ${reading.file}` : reading.kind === 'gap' ? reading.gap.message : reading.kind))];
  };

  test('every virtual host has the headers of the server around it; the server itself serves what no host takes', () => {
    const hosts = '<VirtualHost *:80>\nServerName a.example.com\n</VirtualHost>\n<VirtualHost *:80>\nServerName b.example.com\n</VirtualHost>\n';
    expect(read('a.conf', { 'a.conf': `Listen 80\n${header}${hosts}` })).toEqual(['Apache virtual host a.example.com at a.conf: /', 'Apache virtual host b.example.com at a.conf: /']);
    expect(read('a.conf', { 'a.conf': `Listen 80\nListen 81\n${header}${hosts}` })).toHaveLength(3);
  });

  test('a part is read in the main file that includes it', () => {
    const files = { 'apache2/apache2.conf': 'ServerName www.example.com\nIncludeOptional conf-enabled/*.conf', 'apache2/conf-enabled/cors.conf': header };
    expect(read('apache2/conf-enabled/cors.conf', files)).toEqual(['covers apache2/conf-enabled/cors.conf', 'Apache server at apache2/apache2.conf: /']);
  });

  test('rules of a folder are read with those of the folders around it', () => {
    const files = { 'web/.htaccess': header, 'web/api/.htaccess': 'Header unset Access-Control-Allow-Credentials\nHeader merge Vary Origin' };
    expect(read('web/api/.htaccess', files)).toEqual(['.htaccess of web/api at web/api/.htaccess: /api/x /api']);
  });

  test('a section has a path of its own to ask about', () => {
    expect(read('a.conf', { 'a.conf': `DocumentRoot "/srv"\n<FilesMatch "\\.woff2?$">\n${header}</FilesMatch>\n<Directory "/srv/data">\n${header}</Directory>\n<Location /api/>\n${header}</Location>\n` })).toEqual(['Apache server at a.conf: /data/x /a.woff /api/x /data /']);
  });

  test('what is too much is said', () => {
    expect(read('a.conf', { 'a.conf': header.repeat(1000) })).toEqual(['too many directives, or ways of a request through them, to follow all of them']);
  });
});

test.each([
  ['Include conf/cors.conf', ['conf/cors.conf is not in view: what it says is not read']],
  ['Include /etc/letsencrypt/options-ssl-apache.conf', []],
  ['IncludeOptional conf/cors.conf', []],
  ['Include conf.d/*.conf', []],
])('%s of a file that is not in view', async (line, expected) => {
  const text = `${line}\nHeader set Access-Control-Allow-Origin "https://app.example.com"\n`;
  expect((await lint(['httpd.conf'], filesFrom({ 'httpd.conf': text }), optionsOf())).gaps.map(({ message }) => message)).toEqual(expected);
  expect((await lint(['httpd.conf'], filesFrom({ 'httpd.conf': text.replace('Access-Control-Allow-Origin', 'X-Other') }), optionsOf())).gaps).toEqual([]);
});
