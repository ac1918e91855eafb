import type { Run } from '../../policy/topology.js';
import dockerfiles, { parseDockerfile, type Dockerfile } from '../../syntax/dockerfile/index.js';
import { resolve } from '../../syntax/yaml/index.js';
import { resolvePath } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Definition } from './definition.js';

/** What is built for a service. */
export interface Built {
  readonly run: Run & { readonly of: 'dockerfile' };
  /** Parsed when it is asked for: the Dockerfile's own reader tells of most. */
  readonly dockerfile: () => Dockerfile | undefined;
  /** Its reader does not come by: it is written here, or its name tells nobody what it is. */
  readonly isHidden: boolean;
}

/** Undefined where nothing is built, or where something outside of the repository is. */
export function builtFor(service: Definition): Built | undefined {
  const build = service.last('build');
  if (build === undefined) return undefined;
  const { folder, file } = build.part;
  const short = service.filled(build.node)?.value;
  const context = short ?? (isWritten(service, 'context') ? service.text('build', 'context') : '.');
  if (context === undefined || folder === undefined || /^(?:[a-z+]+:\/\/|git@|github\.com\/|\/|~)/i.test(context)) return undefined;
  const root = resolvePath(folder, context);
  if (root === undefined) return undefined;
  const target = service.text('build', 'target');
  const stage = target === undefined ? {} : { stage: target.toLowerCase() };
  const inline = service.last('build', 'dockerfile_inline');
  if (inline !== undefined) {
    const path = `${file.file}#${service.name}`;
    return { run: { of: 'dockerfile', path, context: root, ...stage, at: build.node.at }, dockerfile: () => inlineIn(inline), isHidden: true };
  }
  const name = isWritten(service, 'dockerfile') ? service.text('build', 'dockerfile') : 'Dockerfile';
  const path = name === undefined ? undefined : resolvePath(root, name);
  if (path === undefined) return undefined;
  const dockerfile = (): Dockerfile | undefined => {
    const text = file.files.read(path);
    return text === undefined ? undefined : parseDockerfile(new SourceText(path, text), file.files).unit;
  };
  return { run: { of: 'dockerfile', path, context: root, ...stage, at: build.node.at }, dockerfile, isHidden: !dockerfiles.paths.test(path) };
}

function isWritten(service: Definition, key: string): boolean {
  return service.last('build', key) !== undefined;
}

/** Places are those of the Compose file: what stands around the text is blanked. */
function inlineIn({ node, part: { file } }: NonNullable<ReturnType<Definition['last']>>): Dockerfile | undefined {
  const scalar = resolve(node);
  if (scalar?.kind !== 'scalar' || typeof scalar.value !== 'string' || scalar.style !== 'literal') return undefined;
  const { text } = file.source;
  const from = text.indexOf('\n', scalar.at.start) + 1;
  const blank = (piece: string): string => piece.replace(/[^\r\n]/g, ' ');
  return parseDockerfile(new SourceText(file.file, blank(text.slice(0, from)) + text.slice(from, scalar.at.end)), file.files).unit;
}
