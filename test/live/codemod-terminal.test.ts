/** Questions on a real terminal: python3's `pty` is the person who sits there. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BuiltCli } from '../support/built-cli.js';
import { Folder } from '../support/cli.js';

const cli = new BuiltCli();
const folder = new Folder('terminal');

/** Runs a command on a terminal of its own; what is typed is sent when the question has been shown. Prints what was shown, and how it ended. */
const PERSON = `
import os, pty, sys, time
typed, command = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
shown, sent = b"", False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    if not sent and b"as it is: " in shown:
        sent = True
        time.sleep(0.2)
        os.write(terminal, typed)
_, status = os.waitpid(child, 0)
print(shown.decode(errors="replace"))
print("ended", os.waitstatus_to_exitcode(status))
`;

function typing(typed: string, ...words: readonly string[]): string {
  cpSync(join(import.meta.dirname, '../../fixtures/codemods/consolidate/which-layer-is-not-said/before'), folder.path, { recursive: true });
  const { stdout, stderr } = spawnSync('python3', ['-c', PERSON, typed, process.execPath, cli.path, 'codemod', 'consolidate', '--interactive', ...words], { cwd: folder.path, encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
}

test('a number is an answer: the layer is kept, and the files are written', () => {
  const shown = typing('1\\r', '--write');
  expect(shown).toMatch(/Which layer goes on sending CORS headers\?\s+1 {2}nginx\s+2 {2}express\s+Number, or nothing/);
  expect(shown).toMatch(/ended 0\s*$/);
  expect(readFileSync(folder.at('edge/nginx.conf'), 'utf8')).toContain('proxy_hide_header Access-Control-Allow-Origin;');
});

test('Ctrl+D says nothing: all is left', () => {
  const shown = typing('\\x04', '--write');
  expect(shown).toMatch(/ended 1\s*$/);
  expect(readFileSync(folder.at('edge/nginx.conf'), 'utf8')).not.toContain('proxy_hide_header');
});

test('Ctrl+C ends the run by its signal, and nothing is written', () => {
  const shown = typing('\\x03', '--write');
  expect(shown).toMatch(/ended -2\s*$/);
  expect(readFileSync(folder.at('edge/nginx.conf'), 'utf8')).not.toContain('proxy_hide_header');
});
