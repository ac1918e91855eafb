import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineOptions } from '../../src/engine.js';
import { rules } from '../../src/generated/registries.js';
import { below, type Files } from '../../src/text/files.js';

/** All recommended rules at their worst level, and broken files as findings; `more`: ids of rules that run too. */
export function optionsOf(...more: readonly string[]): EngineOptions {
  const ids = [...Object.entries(rules).filter(([id, rule]) => rule.set === 'recommended' || more.includes(id)).map(([id]) => id), 'parse-error'];
  return { rules: new Map(ids.map((id) => [id, { severity: 'error', options: {} }])), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true };
}

/** A folder on disk as the engine sees it. */
export function filesUnder(root: string): Files {
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  const list = (folder: string): readonly string[] => attempt(() => readdirSync(join(root, folder)).sort().map((name) => (statSync(join(root, folder, name)).isDirectory() ? `${name}/` : name))) ?? [];
  return {
    read: (path) => attempt(() => readFileSync(join(root, path), 'utf8')),
    exists: (path) => existsSync(join(root, path)),
    list,
    search: (folder, names) => [...below({ list }, folder, names)],
  };
}

/** Paths of all files below a folder, with `/`, in byte order. */
export function pathsUnder(root: string): string[] {
  return (readdirSync(root, { recursive: true, encoding: 'utf8' })).filter((path) => statSync(join(root, path)).isFile()).map((path) => path.replaceAll('\\', '/')).sort();
}
