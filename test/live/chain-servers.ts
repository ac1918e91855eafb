import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { APPLICATION, contentOf, proxyFile, type Chain, type Files, type Ports } from './chain-repositories.js';
import { PASSWORD } from './chain-proxies.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { whole } from './nginx-configurations.js';
import { install } from './programs.js';
import { environmentOf } from './python/environment.js';
import { start, type Running } from './server.js';

/** A repository that is to run: its files as written, and the ports of its layers. */
export interface Deployed {
  readonly chain: Chain;
  readonly files: Files;
  readonly ports: Ports;
}

/** Time for all applications of one kind to start, on a machine that does other things. */
const PATIENCE_MS = 240_000;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts what repositories say: the applications of one framework in one process, an nginx for each proxy. */
export class ChainServers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'live-chains-'));
  readonly #running = new Set<Running>();
  #count = 0;

  async startAll(all: readonly Deployed[]): Promise<void> {
    await Promise.all([this.#express(all.filter(isOf('express'))), this.#fastapi(all.filter(isOf('fastapi'))), this.#spring(all.filter(isOf('spring')))]);
    for (const one of all) await this.startProxies(one);
  }

  async startApplication(one: Deployed): Promise<Running> {
    const before = new Set(this.#running);
    const { framework } = one.chain.application;
    await (framework === 'express' ? this.#express([one]) : framework === 'fastapi' ? this.#fastapi([one]) : this.#spring([one]));
    return [...this.#running].find((running) => !before.has(running))!;
  }

  /** Every proxy of a chain; the innermost first, since nginx asks for nothing behind it when it starts. */
  async startProxies({ chain, files, ports }: Deployed): Promise<readonly Running[]> {
    const started: Running[] = [];
    for (const index of chain.proxies.keys()) {
      const root = this.#place('nginx');
      writeFileSync(join(root, 'passwords'), PASSWORD.file);
      // What no location passes on is served from files: what is said of it takes for granted that there is one.
      for (const name of ['index.html', 'data', 'more']) writeFileSync(join(root, name), 'ok\n');
      const text = whole(contentOf(chain, index, files[proxyFile(chain, index)]!, ports, join(root, 'passwords')), { port: 0, upstream: 0, root });
      writeFileSync(join(root, 'nginx.conf'), text);
      started.push(await this.#start('nginx', ['-p', root, '-c', join(root, 'nginx.conf')], [ports[index]!]));
    }
    return started;
  }

  async stop(running: Running): Promise<void> {
    this.#running.delete(running);
    await running.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((running) => this.stop(running)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(command: string, args: readonly string[], ports: Ports): Promise<Running> {
    const running = await start(command, args, ports, { patience: PATIENCE_MS });
    this.#running.add(running);
    return running;
  }

  /** A folder of its own. */
  #place(kind: string): string {
    this.#count += 1;
    const folder = join(this.#folder, `${kind}-${this.#count}`);
    mkdirSync(folder);
    return folder;
  }

  async #express(all: readonly Deployed[]): Promise<void> {
    if (all.length === 0) return;
    const packages = here('express-5');
    install(packages, readFileSync(`${packages}/package-lock.json`, 'utf8'));
    const folder = this.#place('express');
    symlinkSync(`${packages}/node_modules`, join(folder, 'node_modules'));
    const programs = all.map((one, index) => this.#write(join(folder, String(index)), applicationOf(one)));
    writeFileSync(join(folder, 'all.cjs'), programs.map((program) => `require(${JSON.stringify(`${program}/server.js`)});\n`).join(''));
    await this.#start(process.execPath, [join(folder, 'all.cjs')], all.map(applicationPort));
  }

  async #fastapi(all: readonly Deployed[]): Promise<void> {
    if (all.length === 0) return;
    const { python } = await environmentOf('current.txt');
    const folder = this.#place('fastapi');
    all.forEach((one, index) => writeFileSync(join(folder, `case_${index}.py`), applicationOf(one)['main.py']!));
    await this.#start(python, [here('python/asgi_host.py'), folder, ...all.map((one) => String(applicationPort(one)))], all.map(applicationPort));
  }

  async #spring(all: readonly Deployed[]): Promise<void> {
    if (all.length === 0) return;
    const libraries = await librariesOf('boot-web-3');
    const folder = this.#place('spring');
    const packages: string[] = [];
    const sources: string[] = [];
    for (const [index, one] of all.entries()) {
      const files = applicationOf(one);
      const project = this.#write(join(folder, `project-${index}`), files);
      const [program] = Object.keys(files).filter((path) => path.endsWith('.java')) as [string];
      const name = basename(dirname(program));
      packages.push(name);
      sources.push(join(project, program));
      this.#write(join(folder, name), { 'application.properties': files['src/main/resources/application.properties']! });
    }
    const classPath = await compile([here('java/boot-web/Host.java'), ...sources], libraries, join(folder, 'classes'));
    await this.#start('java', [...MACHINE, '-classpath', classPath, 'Host', folder, ...packages], all.map(applicationPort));
  }

  #write(folder: string, files: Files): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }
}

function isOf(framework: string): (one: Deployed) => boolean {
  return ({ chain }) => chain.application.framework === framework;
}

function applicationPort({ ports }: Deployed): number {
  return ports[ports.length - 1]!;
}

/** The application's files as they run here: below its own folder, on the port of this machine. */
function applicationOf(one: Deployed): Files {
  const port = applicationPort(one);
  const own = Object.entries(one.files).filter(([path]) => path.startsWith(`${APPLICATION}/`));
  return Object.fromEntries(own.map(([path, text]) => [path.slice(APPLICATION.length + 1), text.replace(/(listen\(|port=|server\.port=)\d+/g, `$1${port}`)]));
}
