import { nodeAt } from '../../syntax/yaml/index.js';
import type { Copied, Run } from '../../policy/topology.js';
import { resolvePath, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { rawText, type Definition, type Written } from './definition.js';
import type { Project } from './project.js';

/** Files and folders of the repository that a service has in its container: bind mounts, and `configs` with a file. */
export function mountsOf(project: Project, service: Definition): readonly Copied[] {
  const mounts = new Map<string, Copied>();
  const add = (from: string | undefined, to: string | undefined, at: Span): void => {
    // One place holds one mount: the last that is said.
    if (to !== undefined) mounts.delete(to);
    if (from !== undefined && to !== undefined) mounts.set(to, { from, to, at });
  };
  for (const written of service.items('volumes')) {
    const { source, target } = volumeOf(service, written);
    add(source === undefined ? undefined : inRepository(written.part.folder, source), target, written.node.at);
  }
  for (const { node } of service.items('configs')) {
    const name = rawText(node) ?? rawText(nodeAt(node, 'source'));
    const config = name === undefined ? undefined : project.config(name);
    const file = config === undefined ? undefined : service.filled(nodeAt(config.node, 'file'))?.value;
    add(file === undefined ? undefined : inRepository(config!.folder, file, true), service.filled(nodeAt(node, 'target'))?.value ?? `/${name ?? ''}`, node.at);
  }
  return [...mounts.values()];
}

/** `./nginx.conf:/etc/nginx/nginx.conf:ro`, or the long form. Only what begins like a path is one: other names are volumes. */
function volumeOf(service: Definition, { node }: Written): { readonly source: string | undefined; readonly target: string | undefined } {
  const short = service.filled(node)?.value;
  if (short === undefined) {
    const type = service.filled(nodeAt(node, 'type'))?.value;
    return { source: type === 'bind' ? service.filled(nodeAt(node, 'source'))?.value : undefined, target: trimmed(service.filled(nodeAt(node, 'target'))?.value) };
  }
  const [source, target] = short.split(':');
  return target === undefined ? { source: undefined, target: trimmed(source) } : { source: /^[./~]/.test(source!) ? source : undefined, target: trimmed(target) };
}

function trimmed(path: string | undefined): string | undefined {
  return path === undefined || path === '/' ? path : path.replace(/\/+$/, '');
}

/** Undefined for what lies elsewhere on the machine. */
function inRepository(folder: string | undefined, source: string, isFile = false): string | undefined {
  return folder === undefined || /^[/~]/.test(source) || (!isFile && source === '') ? undefined : resolvePath(folder, source);
}

/** What is mounted, as far as it is there. */
export function runsOf(files: Files, mounts: readonly Copied[]): readonly Run[] {
  return mounts.flatMap(({ from, at }): readonly Run[] => {
    if (files.read(from) !== undefined) return [{ of: 'file', path: from, at }];
    return files.list(from).length > 0 ? [{ of: 'folder', path: from, at }] : [];
  });
}
