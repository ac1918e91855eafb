import type { Look } from '../../reporters/report.js';
import type { Options } from './options.js';
import { choice } from './options.js';

/** What a run may touch of the process that it runs in. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readStdin(): Uint8Array;
  /** Shows a question and waits for a line: undefined where the input ended. Absent where nobody is there to answer. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
}

export interface Sink {
  readonly isTTY: boolean;
  /** Of a terminal. */
  readonly columns?: number | undefined;
  write(text: string): void;
}

/** How reports on a stream may look. The width is COLUMNS, as git has it, then the terminal's. */
export function lookOf(flags: Options['flags'], { env, ...streams }: Terminal, stream: 'stdout' | 'stderr'): Look {
  const sink = streams[stream];
  const colors = wantsColor(flags, env, sink);
  const written = Number(env['COLUMNS'] ?? '');
  return { colors, hyperlinks: wantsHyperlinks(env, sink, colors), columns: Number.isInteger(written) && written > 0 ? written : sink.columns };
}

/** `--color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
function wantsColor(flags: Options['flags'], env: Terminal['env'], sink: Sink): boolean {
  const when = choice('color', flags.color ?? 'auto', ['auto', 'always', 'never']);
  if (when !== 'auto') return when === 'always';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return sink.isTTY && env['TERM'] !== 'dumb';
}

/** Values of TERM_PROGRAM and of TERM whose terminals know links. */
const LINKING = ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'zed', 'rio', 'Tabby', 'xterm-kitty', 'alacritty'];

/** FORCE_HYPERLINK, then what the terminal tells of itself: nobody can ask it. */
function wantsHyperlinks(env: Terminal['env'], sink: Sink, colors: boolean): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (!colors || !sink.isTTY || (env['CI'] ?? '') !== '') return false;
  const { TERM = '', TERM_PROGRAM = '', VTE_VERSION = '', WT_SESSION = '' } = env;
  // Within tmux and screen the rest speaks of the terminal around them, which they may keep links from.
  if (/^(?:screen|tmux)/.test(TERM)) return false;
  // VTE crashed on links in 0.50.0.
  return LINKING.includes(TERM_PROGRAM) || LINKING.includes(TERM) || Number(VTE_VERSION) > 5000 || WT_SESSION !== '';
}
