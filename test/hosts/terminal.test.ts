import { describe, expect, test } from 'vitest';
import { lookOf, type Terminal } from '../../src/hosts/cli/terminal.js';
import type { Look } from '../../src/reporters/report.js';

const sink = (isTTY: boolean, columns?: number): Terminal['stdout'] => ({ isTTY, columns, write: () => undefined });

function look(env: Terminal['env'], { isTTY = true, color }: { readonly isTTY?: boolean; readonly color?: string } = {}): Look {
  return lookOf(color === undefined ? {} : { color }, { cwd: '/', env, stdout: sink(isTTY, 120), stderr: sink(true, 50), readStdin: () => new Uint8Array() }, 'stdout');
}

describe('links', () => {
  test.each([
    ['a terminal that tells nothing', { TERM: 'xterm-256color' }, false],
    ['iTerm', { TERM_PROGRAM: 'iTerm.app' }, true],
    ['VS Code', { TERM_PROGRAM: 'vscode' }, true],
    ['kitty', { TERM: 'xterm-kitty' }, true],
    ['Windows Terminal', { WT_SESSION: '1' }, true],
    ['GNOME Terminal', { VTE_VERSION: '7200' }, true],
    ['VTE 0.50.0, which crashed', { VTE_VERSION: '5000' }, false],
    ['VTE before links', { VTE_VERSION: '4800' }, false],
    ['tmux in one that knows links', { VTE_VERSION: '7200', TERM: 'tmux-256color' }, false],
    ['a job of CI', { TERM_PROGRAM: 'vscode', CI: 'true' }, false],
    ['one that is asked for no colours', { TERM_PROGRAM: 'vscode', NO_COLOR: '1' }, false],
    ['one where it is forbidden', { TERM_PROGRAM: 'vscode', FORCE_HYPERLINK: '0' }, false],
    ['one where it is forced', { TERM: 'xterm', FORCE_HYPERLINK: '1', NO_COLOR: '1' }, true],
  ])('%s', (_case, env, expected) => {
    expect(look(env).hyperlinks).toBe(expected);
  });

  test('no terminal, no links', () => {
    expect(look({ TERM_PROGRAM: 'vscode' }, { isTTY: false }).hyperlinks).toBe(false);
    expect(look({ TERM_PROGRAM: 'vscode' }, { isTTY: false, color: 'always' }).hyperlinks).toBe(false);
  });
});

test('colours: the flag, NO_COLOR, FORCE_COLOR, the terminal', () => {
  expect(look({ NO_COLOR: '1', FORCE_COLOR: '1' }, { color: 'always' }).colors).toBe(true);
  expect(look({ FORCE_COLOR: '1' }, { color: 'never' }).colors).toBe(false);
  expect(look({ NO_COLOR: '1', FORCE_COLOR: '1' }).colors).toBe(false);
  expect(look({ FORCE_COLOR: '1' }, { isTTY: false }).colors).toBe(true);
  expect(look({ FORCE_COLOR: '0' }).colors).toBe(false);
  expect(look({ NO_COLOR: '' }).colors).toBe(true);
  expect(look({ TERM: 'dumb' }).colors).toBe(false);
  expect(look({}, { isTTY: false }).colors).toBe(false);
});

test('the width: COLUMNS, else that of the stream', () => {
  expect(look({ COLUMNS: '90' }).columns).toBe(90);
  for (const COLUMNS of ['', '0', '-3', 'wide', '80.5']) expect(look({ COLUMNS }).columns).toBe(120);
  const terminal = { cwd: '/', env: {}, stdout: sink(true, 120), stderr: sink(true, 50), readStdin: () => new Uint8Array() };
  expect(lookOf({}, terminal, 'stderr').columns).toBe(50);
});
