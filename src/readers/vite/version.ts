import { packageVersion } from '../../syntax/estree/index.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** The version of Vite that is modelled. */
export interface ViteVersion {
  readonly text: string;
  /** Major, minor, patch; undefined where no version is in view: then the current one. */
  readonly parts: readonly [number, number, number] | undefined;
}

export function viteVersion(files: Files, file: string): ViteVersion {
  const found = packageVersion(files, file, 'vite');
  if (found === undefined) return { text: 'vite 8 (no version found)', parts: undefined };
  const [major = 0, minor = 0, patch = 0] = found.version.split('.').map(Number);
  return { text: `vite ${found.version} (${found.from})`, parts: [major, minor, patch] };
}

const LOOPBACK = String.raw`^https?:\/\/(?:(?:[^:]+\.)?localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$`;

/** The last version of each line that let every origin in, and the last that let none in; from then on loopback. */
const LINES: readonly (readonly [major: number, open: readonly [number, number], closed: readonly [number, number]])[] = [
  [4, [5, 5], [5, 8]],
  [5, [4, 11], [4, 13]],
  [6, [0, 8], [0, 10]],
];

/**
 * What `cors` is where it is not written: `true` before CVE-2025-24010, `false` in the first versions after it, and an
 * allowlist of loopback origins since (https://vite.dev/config/server-options.html#server-cors).
 */
export function defaultCors({ parts }: ViteVersion, at: Span): Value {
  const loopback: Value = { kind: 'record', entries: [{ key: 'origin', value: { kind: 'regex', source: LOOPBACK, flags: '', dialect: 'js', at }, at }], at };
  if (parts === undefined) return loopback;
  const [major, minor, patch] = parts;
  const line = LINES.find(([candidate]) => candidate === major);
  if (line === undefined) return major < 4 ? { kind: 'boolean', value: true, at } : loopback;
  const upTo = ([lastMinor, lastPatch]: readonly [number, number]): boolean => minor < lastMinor || (minor === lastMinor && patch <= lastPatch);
  if (upTo(line[1])) return { kind: 'boolean', value: true, at };
  return upTo(line[2]) ? { kind: 'boolean', value: false, at } : loopback;
}

/** Since Vite 3 its own ports; before, those of other tools (https://v3.vite.dev/guide/migration.html). */
export function defaultPort({ parts }: ViteVersion, which: 'server' | 'preview'): number {
  const isOld = parts !== undefined && parts[0] < 3;
  if (which === 'preview') return isOld ? 5000 : 4173;
  return isOld ? 3000 : 5173;
}
