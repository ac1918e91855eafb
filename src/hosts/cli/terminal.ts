import type { Options } from './options.js';
import { choice } from './options.js';

/** What a run may touch of the process that it runs in. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readStdin(): Uint8Array;
}

export interface Sink {
  readonly isTTY: boolean;
  write(text: string): void;
}

/** `--color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function wantsColor(flags: Options['flags'], { env, stdout }: Terminal): boolean {
  const when = choice('color', flags.color ?? 'auto', ['auto', 'always', 'never']);
  if (when !== 'auto') return when === 'always';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stdout.isTTY && env['TERM'] !== 'dumb';
}
