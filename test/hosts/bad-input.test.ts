import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { run } from '../../src/hosts/cli/run.js';

let top: string;
beforeEach(() => void (top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-bad-')))));
afterEach(() => rmSync(top, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), content);
  }
}

interface Place {
  readonly file: string;
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
}

interface Report {
  readonly findings: readonly (Place & { readonly ruleId: string; readonly message: string })[];
  readonly gaps: readonly (Place & { readonly reason: string; readonly message: string })[];
}

async function report(argv: readonly string[] = []): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  let out = '';
  const terminal = { cwd: top, env: {}, stdout: { isTTY: false, write: (text: string) => void (out += text) }, stderr: { isTTY: false, write: () => undefined }, readStdin: () => new Uint8Array() };
  const code = await run(['-f', 'json', ...argv], terminal, () => Promise.resolve(lint));
  const { findings, gaps } = JSON.parse(out) as Report;
  const place = ({ file, loc }: Place): string => `${file}:${loc.start.line}:${loc.start.column}`;
  return { code, said: [...findings.map((one) => `${place(one)} ${one.ruleId.replace('cors-lint/', '')}: ${one.message}`), ...gaps.map((one) => `${place(one)} ${one.reason}: ${one.message}`)] };
}

/** Wrong in a way that is found whatever stands beside it. */
const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
const FOUND = 'server.js:2:27 no-reflected-origin: Any origin is accepted and echoed back with credentials: every website can read /a as the signed-in user.';

const ALIAS_BOMB = `${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => (index === 0 ? '"https://cors.example"' : `*${'abcdef'[index - 1]}`)).join(', ')}]`).join('\n')}
_format_version: "3.0"
services: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { origins: *g } }] }]
`;

test.each<[string, Readonly<Record<string, string | Uint8Array>>, RegExp, ...RegExp[]]>([
  ['JavaScript that ends early', { 'open.js': "const app = require('express')();\napp.use(require('cors')({ origin: true" }, /^open\.js:2:\d+ parse-error: /],
  ['TypeScript with a stray brace', { 'stray.ts': "import cors from 'cors';\nexport const options: cors.CorsOptions = { origin: '*' }};\n" }, /^stray\.ts:2:57 parse-error: /],
  ['Python with an open bracket', { 'open.py': 'from fastapi.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware, allow_origins=["*"\n' }, /^open\.py:2:50 parse-error: \[ is never closed$/],
  ['Java with an open brace', { 'Open.java': 'import org.springframework.web.bind.annotation.CrossOrigin;\n@CrossOrigin(origins = "*"\nclass A {\n' }, /^Open\.java:2:27 parse-error: expected \)$/],
  ['nginx with an open brace', { 'open.conf': 'server {\n  listen 80;\n  add_header Access-Control-Allow-Origin *;\n' }, /^open\.conf:4:1 parse-error: unexpected end of file, expecting "\}"$/],
  ['nginx files that include each other', { 'a.conf': 'server { listen 81; add_header Access-Control-Allow-Origin "*"; include b.conf; }\n', 'b.conf': '# cors\ninclude a.conf;\n' }, /^[ab]\.conf:\d:\d+ parse-error: [ab]\.conf includes itself$/],
  ['YAML with an open list', { 'kong.yml': '_format_version: "3.0"\nplugins:\n- name: cors\n  config:\n    origins: ["*"\n' }, /^kong\.yml:\d:\d+ parse-error: /],
  ['YAML whose aliases explode', { 'kong.yml': ALIAS_BOMB }, /^kong\.yml:5:\d+ parse-error: Aliases from here on are not followed/, /^kong\.yml:9:\d+ budget: which origins are let in depends on `\*g`/],
  ['YAML with a tag of its own', { 'kong.yml': '_format_version: "3.0"\nservices: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { credentials: true, origins: !env ORIGINS } }] }]\n' }, /^kong\.yml:2:\d+ template-syntax: which origins are let in depends on the tag !env$/],
  ['YAML with a template for a value', { 'kong.yml': '_format_version: "3.0"\nservices: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { credentials: true, origins: [ "{{ .Values.origin }}" ] } }] }]\n' }, /^kong\.yml:2:\d+ template-syntax: .*\{\{ \.Values\.origin \}\}/],
  ['several documents, one broken', { 'k.yaml': 'kind: Ingress\nmetadata:\n  annotations: { nginx.ingress.kubernetes.io/enable-cors: "true"\n---\nkind: Service\n' }, /^k\.yaml:\d:\d+ parse-error: /],
  ['binary', { 'blob.js': Buffer.from('cors\0\u0001') }, /^blob\.js:1:1 binary: /],
  ['not UTF-8', { 'latin1.py': Buffer.from([0x23, 0x63, 0x6f, 0x72, 0x73, 0xe9]) }, /^latin1\.py:1:1 not-utf-8: /],
  ['huge', { 'huge.js': `// cors ${'x'.repeat(6 * 1024 * 1024)}` }, /^huge\.js:1:1 too-large: .*5 MB/],
])('%s: one clear word with its place, and the rest of the run goes on', async (_case, files, word, ...beside) => {
  write({ 'server.js': SERVER, ...files });
  const { code, said } = await report();
  expect(said).toContain(FOUND);
  expect(said.filter((line) => line !== FOUND)).toEqual([word, ...beside].map((line): unknown => expect.stringMatching(line)));
  expect(code).toBe(1);
});

test('files that cannot be opened, links in circles: named or left out, and the run goes on', async () => {
  write({ 'server.js': SERVER });
  symlinkSync('circle.js', join(top, 'circle.js'));
  symlinkSync('.', join(top, 'folder'));
  const { code, said } = await report(['.', 'server.js']);
  expect(said.filter((line) => line !== FOUND)).toEqual(['circle.js:1:1 unreadable: this file cannot be read (ELOOP)']);
  expect(code).toBe(1);
});

test('what cannot be written stays whole, and is told', async () => {
  write({ 'app.js': 'half' });
  const { replaceText } = await import('../../src/hosts/cli/write.js');
  // A folder stands where the fresh text would be made.
  mkdirSync(join(top, `.app.js.cors-lint-${process.pid}`));
  expect(() => replaceText(join(top, 'app.js'), 'whole', 'half')).toThrow('it cannot be written (EEXIST)');
  expect(readFileSync(join(top, 'app.js'), 'utf8')).toBe('half');
});
