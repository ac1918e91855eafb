import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './documents.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The package as npm would publish it from the built tree, and projects that have it installed. */
export class Packed {
  readonly top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-package-')));
  readonly tarball: string;
  /** Where its files stand unpacked. */
  readonly folder = join(this.top, 'package');

  constructor() {
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', this.top], { cwd: root, stdio: 'ignore' });
    this.tarball = join(this.top, readdirSync(this.top).find((name) => name.endsWith('.tgz'))!);
    execFileSync('tar', ['-xzf', this.tarball], { cwd: this.top });
  }

  /** A project with the package, what it needs at run time, and what else is named, each from this repository. */
  project(name: string, { as = 'cors-lint', links = {} }: { readonly as?: string; readonly links?: Readonly<Record<string, string>> } = {}): string {
    const folder = join(this.top, name);
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    cpSync(this.folder, join(folder, 'node_modules', as), { recursive: true });
    const own = this.dependencies().map((dependency) => [dependency, dependency] as const);
    for (const [link, target] of [...own, ...Object.entries(links)]) {
      mkdirSync(dirname(join(folder, 'node_modules', link)), { recursive: true });
      symlinkSync(join(root, 'node_modules', target), join(folder, 'node_modules', link));
    }
    return folder;
  }

  /** Packages that npm would install with it on this platform, all of them. */
  dependencies(): readonly string[] {
    const found = new Set<string>();
    const visit = (manifest: Manifest): void => {
      for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
        const own = manifestOf(join(root, 'node_modules', name));
        if (own === undefined || found.has(name)) continue;
        found.add(name);
        visit(own);
      }
    };
    visit(manifestOf(this.folder)!);
    return [...found];
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }
}

/** Undefined for a package that is not for this platform. */
function manifestOf(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
