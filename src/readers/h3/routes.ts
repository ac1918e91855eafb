import { whenAll, type Probe, type Step } from '../../policy/program.js';
import { packageVersion, type EstreeModule } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { breadth, fileRole, patternFits, routed, sampleOf } from './paths.js';

interface Route {
  readonly pattern: string;
  readonly method: string | undefined;
}

/** Files past which routes are not listed. */
const MAX_FILES = 500;

/**
 * The routes that the files of a Nitro project make. Undefined where there are none, or where others may answer too: the renderer of Nuxt,
 * handlers and plugins of the configuration, other middleware.
 */
export function routesOf(module: EstreeModule, root: string, major: 1 | 2): FileRoutes | undefined {
  const { files } = module;
  const below = (path: string): string => (root === '' ? path : `${root}/${path}`);
  const names = files.list(root);
  const config = names.find((name) => /^nitro\.config\.[cm]?[jt]s$/.test(name));
  const isNitro = config !== undefined || ['nitro', 'nitropack'].some((name) => packageVersion(files, module.file, name) !== undefined);
  if (!isNitro || names.some((name) => name.startsWith('nuxt.config.')) || packageVersion(files, module.file, 'nuxt') !== undefined) return undefined;
  if (config !== undefined && /\b(?:handlers|renderer|modules|plugins|scanDirs|errorHandler)\b/.test(files.read(below(config)) ?? '')) return undefined;
  const found = ['server', ''].flatMap((folder) => ['api', 'routes', 'middleware', 'plugins'].map((kind) => below(folder === '' ? kind : `${folder}/${kind}`))).flatMap((folder) => filesIn(module, folder, 8));
  if (found.length > MAX_FILES || found.some((file) => file !== module.file && (/(?:^|\/)plugins\//.test(file.slice(root.length)) || fileRole(file)?.is === 'middleware'))) return undefined;
  const routes = found.flatMap((file) => {
    const role = fileRole(file);
    return role?.is === 'route' ? [role] : [];
  });
  return routes.length === 0 ? undefined : new FileRoutes(routes, major);
}

function filesIn(module: EstreeModule, folder: string, depth: number): readonly string[] {
  return module.files.list(folder).flatMap((name) => (name.endsWith('/') ? (depth > 0 ? filesIn(module, `${folder}/${name.slice(0, -1)}`, depth - 1) : []) : [`${folder}/${name}`]));
}

export class FileRoutes {
  constructor(
    private readonly routes: readonly Route[],
    private readonly major: 1 | 2,
  ) {}

  /** A method that no file serves for a path is refused: by version 1 as such, by version 2 as a path that is not there. */
  get #refusal(): number {
    return this.major === 1 ? 405 : 404;
  }

  /** What a file with a method in its name leaves to others: OPTIONS, where none of them serves it. */
  unanswered(pattern: string, at: Span): readonly Step[] {
    const path = sampleOf(pattern);
    if (this.routes.some((route) => (route.method === undefined || route.method === 'OPTIONS') && patternFits(route.pattern, path))) return [];
    return [{ when: whenAll(routed(pattern, at, this.major), { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: this.#refusal }, at }];
  }

  /** Who serves a request, and the refusal of all others. What the handlers themselves send is not in view. */
  steps(at: Span): readonly Step[] {
    const ordered = [...this.routes].sort((a, b) => breadth(a.pattern) - breadth(b.pattern));
    const served = ordered.map(({ pattern, method }): Step => {
      const methods = method === undefined ? { g: 'always' as const } : { g: 'method' as const, in: method === 'GET' && this.major === 2 ? ['GET', 'HEAD'] : [method] };
      return { when: whenAll(routed(pattern, at, this.major), methods), effects: [], end: { to: 'behind' }, at };
    });
    const refused = ordered.map(({ pattern }): Step => ({ when: routed(pattern, at, this.major), effects: [], end: { to: 'answer', status: this.#refusal }, at }));
    return [...served, ...refused, { when: { g: 'always' }, effects: [], end: { to: 'answer', status: 404 }, at }];
  }

  /** One place to ask about for each path. */
  probes(at: Span): readonly Probe[] {
    const paths = [...new Set(this.routes.map(({ pattern }) => pattern))];
    return paths.map((pattern) => {
      const methods = this.routes.filter((route) => route.pattern === pattern).map(({ method }) => method);
      return { path: sampleOf(pattern), methods: methods.includes(undefined) ? null : methods.flatMap((method) => (method === undefined || method === 'OPTIONS' ? [] : [method])), requestHeaders: [], at };
    });
  }
}
