import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageServer } from '../support/language-server.js';

const root = join(import.meta.dirname, '../..');
const SERVER = join(root, 'node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server');

interface Position {
  readonly line: number;
  readonly character: number;
}
interface Edit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}
interface Diagnostic {
  readonly code: string;
  readonly severity: number;
  readonly range: Edit['range'];
  readonly codeDescription?: { readonly href: string };
}
interface Action {
  readonly title: string;
  readonly command: { readonly command: string; readonly arguments: readonly unknown[] };
}
interface Change {
  readonly edit: { readonly documentChanges: readonly { readonly edits: readonly Edit[] }[] };
}

const NGINX = 'server {\n    root /srv/www;\n    add_header Access-Control-Allow-Origin "*";\n    add_header Access-Control-Allow-Credentials "true";\n}\n';
const PYTHON = `from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["null"],
)


@app.get("/items")
def items():
    return []
`;
const SCRIPT = `import cors from 'cors';
import express from 'express';

const app: express.Express = express();
app.use(cors({ origin: true, credentials: true }));
app.get('/me', (_request, response) => void response.json({}));
`;

let top: string;
let server: LanguageServer;
/** What the server asked the editor to change, in order. */
const changes: Change[] = [];
const uriOf = (name: string): string => pathToFileURL(join(top, name)).href;

beforeAll(async () => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-editor-')));
  mkdirSync(join(top, 'node_modules'));
  for (const [name, target] of [['cors-lint', ''], ['eslint', 'node_modules/eslint'], ['@typescript-eslint', 'node_modules/@typescript-eslint']] as const) symlinkSync(join(root, target), join(top, 'node_modules', name));
  writeFileSync(join(top, 'package.json'), '{ "name": "project", "type": "module", "dependencies": { "express": "4", "cors": "2" } }');
  writeFileSync(join(top, 'eslint.config.js'), "import corsLint from 'cors-lint';\nimport parser from '@typescript-eslint/parser';\nexport default [...corsLint.configs.recommended, { files: ['**/*.ts'], languageOptions: { parser } }];\n");
  const folder = { uri: pathToFileURL(top).href, name: 'project' };
  // What the extension of VS Code answers; https://github.com/microsoft/vscode-eslint lists the settings.
  const settings = {
    validate: 'on',
    packageManager: 'npm',
    useESLintClass: true,
    useFlatConfig: true,
    experimental: { useFlatConfig: true },
    codeAction: { disableRuleComment: { enable: true, location: 'separateLine', commentStyle: 'line' }, showDocumentation: { enable: true } },
    codeActionOnSave: { mode: 'all' },
    format: false,
    quiet: false,
    onIgnoredFiles: 'off',
    options: {},
    rulesCustomizations: [],
    run: 'onType',
    problems: { shortenToSingleLine: false },
    nodePath: null,
    workspaceFolder: folder,
    workingDirectory: { mode: 'location' },
  };
  server = new LanguageServer(SERVER, top, {
    'workspace/configuration': (params) => (params as { items: readonly unknown[] }).items.map(() => settings),
    'workspace/applyEdit': (params) => {
      changes.push(params as Change);
      return { applied: true };
    },
  });
  const capabilities = {
    workspace: { configuration: true, applyEdit: true, workspaceEdit: { documentChanges: true }, workspaceFolders: true },
    textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } }, diagnostic: {} },
  };
  await server.request('initialize', { processId: process.pid, rootUri: folder.uri, workspaceFolders: [folder], capabilities });
  server.notify('initialized', {});
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(top, { recursive: true, force: true });
});

const versions = new Map<string, number>();

/** Opens a file, or says what it holds now. */
async function diagnosticsOf(name: string, languageId: string, text: string): Promise<readonly Diagnostic[]> {
  const version = (versions.get(name) ?? 0) + 1;
  versions.set(name, version);
  const textDocument = { uri: uriOf(name), version };
  if (version === 1) server.notify('textDocument/didOpen', { textDocument: { ...textDocument, languageId, text } });
  else server.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  const { items } = (await server.request('textDocument/diagnostic', { textDocument })) as { readonly items: readonly Diagnostic[] };
  return items;
}

async function actionsFor(name: string, diagnostic: Diagnostic): Promise<readonly Action[]> {
  return (await server.request('textDocument/codeAction', { textDocument: { uri: uriOf(name) }, range: diagnostic.range, context: { diagnostics: [diagnostic] } })) as Action[];
}

/** The text after an action, by the edit that the server sends. */
async function textAfter(text: string, { command: { command, arguments: given } }: Action): Promise<string> {
  await server.request('workspace/executeCommand', { command, arguments: given });
  const { edit: { documentChanges: [change] } } = changes.pop()!;
  const offset = ({ line, character }: Position): number => text.split('\n').slice(0, line).join('\n').length + (line === 0 ? 0 : 1) + character;
  return [...change!.edits].sort((a, b) => offset(b.range.start) - offset(a.range.start)).reduce((sum, { range, newText }) => sum.slice(0, offset(range.start)) + newText + sum.slice(offset(range.end)), text);
}

const CASES = [
  { name: 'site.conf', languageId: 'nginx', text: NGINX, rule: 'no-wildcard-with-credentials', line: 3, offer: /^Stop allowing credentials/, mended: NGINX.replace(/ +add_header \S+Credentials.*\n/, ''), comment: '    # ' },
  { name: 'main.py', languageId: 'python', text: PYTHON, rule: 'no-null-origin', line: 7, offer: /null/, mended: PYTHON.replace('["null"]', '[]'), comment: '    # ' },
  { name: 'app.ts', languageId: 'typescript', text: SCRIPT, rule: 'no-reflected-origin', line: 5, offer: /^Stop allowing credentials/, mended: SCRIPT.replace(', credentials: true', ''), comment: '// ' },
] as const;

describe.each(CASES)('$languageId', ({ name, languageId, text, rule, line, offer, mended, comment }) => {
  test('a finding is shown at its line, with a link to its page', async () => {
    const diagnostics = await diagnosticsOf(name, languageId, text);
    expect(diagnostics.map(({ code, severity, range }) => [code, severity, range.start.line + 1])).toEqual([[`cors-lint/${rule}`, 1, line]]);
    expect(diagnostics[0]!.codeDescription!.href).toMatch(new RegExp(`/docs/rules/${rule}\\.md$`));
  });

  test('an action mends the text', async () => {
    const [diagnostic] = await diagnosticsOf(name, languageId, text);
    const action = (await actionsFor(name, diagnostic!)).find(({ title }) => offer.test(title) && !title.startsWith('Disable'));
    const after = await textAfter(text, action!);
    expect(after).toBe(mended);
    expect((await diagnosticsOf(name, languageId, after)).filter(({ code }) => code === `cors-lint/${rule}`)).toEqual([]);
  });

  test("our own action disables the rule in the file's own syntax", async () => {
    const [diagnostic] = await diagnosticsOf(name, languageId, text);
    const action = (await actionsFor(name, diagnostic!)).find(({ title }) => title.startsWith(`Disable cors-lint/${rule} for this line with a ${comment.trim()} comment`));
    const after = await textAfter(text, action!);
    expect(after.split('\n')[line - 1]).toBe(`${comment}eslint-disable-next-line cors-lint/${rule} -- `);
    expect(await diagnosticsOf(name, languageId, after)).toEqual([]);
  });
});
