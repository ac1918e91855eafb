import { ANY, type OriginSet } from '../../origins/origin-set.js';
import { parseApache, type ApacheDirective, type ApacheFile, type Word } from '../../syntax/apache/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Listener } from '../../middleware/listeners.js';
import { below, type Mount } from './paths.js';
import { Sections, type Layer } from './sections.js';

/** A server that requests come to: a virtual host, the main server, or a folder whose rules are read with every request. */
export interface Host {
  readonly title: string;
  readonly name: string | undefined;
  readonly sections: Sections;
  /** Paths that come here. */
  readonly within: OriginSet;
  readonly at: Span;
  readonly listens: readonly number[];
  readonly listeners: readonly Listener[];
  /** Whatever is asked for, a program answers. */
  readonly byProgram: boolean;
}

export function hostsOf(file: ApacheFile): readonly Host[] {
  return file.perFolder ? [folderHost(file)] : serverHosts(file);
}

function serverHosts(file: ApacheFile): readonly Host[] {
  const { directives } = file;
  const virtual = [...unwrapped(directives)].filter(({ name }) => name === 'virtualhost');
  const listened = [...unwrapped(directives)].filter(({ name }) => name === 'listen').flatMap(({ args }) => args.slice(0, 1));
  const listens = listened.flatMap(({ text }) => portOf(text));
  const taken = new Set(virtual.flatMap(({ args }) => args.flatMap(({ text }) => portOf(text))));
  const around = directives.filter(({ name }) => name !== 'virtualhost');
  const hosts = virtual.map((host): Host => {
    const block = host.block ?? [];
    const name = valueOf(block, 'servername')?.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
    return { title: name === undefined ? 'Apache virtual host' : `Apache virtual host ${name}`, name: isHostName(name) ? name : undefined, get sections() { return new Sections(mountsOf(block, directives), [{ directives: around, inherited: true }, { directives: block }]); }, within: ANY, at: host.at, listens: host.args.flatMap(({ text }) => portOf(text)), listeners: listenersAt(host.args, listened, block), byProgram: false };
  });
  // The main server gets what comes to a port that no virtual host takes.
  const main = virtual.length === 0 || listens.some((port) => !taken.has(port));
  if (!main) return hosts;
  const name = valueOf(directives, 'servername')?.replace(/:\d+$/, '');
  const at = directives[0]?.at ?? { file: file.source.file, start: 0, end: 0 };
  return [...hosts, { title: 'Apache server', name: isHostName(name) ? name : undefined, sections: new Sections(mountsOf(directives, []), [{ directives }]), within: ANY, at, listens: listens.filter((port) => !taken.has(port)), listeners: listenersAt(listened, [], directives), byProgram: false }];
}

/**
 * A folder with rules of its own, which are taken to be allowed (`AllowOverride All`). The outermost folder around it that has
 * some too is taken for the root of what is served; without one it is the root itself.
 */
function folderHost(file: ApacheFile): Host {
  const own = folderOf(file.source.file);
  const name = file.source.file.slice(own === '' ? 0 : own.length + 1);
  const outer: { readonly folder: string; readonly directives: readonly ApacheDirective[] }[] = [];
  for (let folder = own; folder !== ''; ) {
    folder = folderOf(folder);
    const path = folder === '' ? name : `${folder}/${name}`;
    const text = file.files.exists(path) ? file.files.read(path) : undefined;
    if (text !== undefined) outer.unshift({ folder, directives: parseApache(new SourceText(path, text), file.files).unit.directives });
  }
  const at = file.directives[0]?.at ?? { file: file.source.file, start: 0, end: 0 };
  const root = outer[0]?.folder ?? own;
  const layers = [...outer, { folder: own, directives: file.directives }].map(({ folder, directives }): Layer => {
    const url = folder.slice(root.length).replace(/^(?=[^/])/, '/');
    return { directives, folder: { in: below(url, at), depth: url.split('/').length } };
  });
  return { title: own === '' ? name : `${name} of ${own}`, name: undefined, sections: new Sections([], layers), within: layers.at(-1)!.folder!.in, at, listens: [], listeners: [], byProgram: file.files.list(own).some((entry) => /\.(?:php|cgi|pl|py|fcgi)$/i.test(entry)) };
}

/** Directives outside of sections that choose requests. */
function* unwrapped(directives: readonly ApacheDirective[]): Generator<ApacheDirective> {
  for (const directive of directives) {
    if (/^if(?:module|define|version|file)$/.test(directive.name) && directive.args[0]?.text.startsWith('!') !== true) yield* unwrapped(directive.block ?? []);
    else yield directive;
  }
}

function valueOf(directives: readonly ApacheDirective[], name: string): string | undefined {
  return [...unwrapped(directives)].findLast((directive) => directive.name === name)?.args[0]?.text;
}

function isHostName(name: string | undefined): name is string {
  return name !== undefined && /^[a-z0-9.-]+\.[a-z0-9-]+$/i.test(name);
}

/** Addresses of a server; of one that takes all addresses those that are listened on. */
function listenersAt(words: readonly Word[], listened: readonly Word[], directives: readonly ApacheDirective[]): readonly Listener[] {
  const tls = directives.some(({ name, args }) => name === 'sslengine' && args[0]?.text.toLowerCase() === 'on');
  const placed = words.flatMap((word) => {
    const same = /^(?:\*|_default_)(?::|$)/.test(word.text) ? listened.filter(({ text }) => portOf(word.text).length === 0 || portOf(text)[0] === portOf(word.text)[0]) : [];
    return same.length > 0 ? same : [word];
  });
  return placed.map(({ text, file, start, end }) => ({ address: text, tls, at: { file, start, end } }));
}

function portOf(address: string | undefined): number[] {
  const port = /(?:^|:)(\d+)$/.exec(address ?? '')?.[1];
  return port === undefined ? [] : [Number(port)];
}

/** Without a DocumentRoot in view the first folder that has a section is taken for it. */
function mountsOf(own: readonly ApacheDirective[], around: readonly ApacheDirective[]): readonly Mount[] {
  const named = [...unwrapped(around), ...unwrapped(own)];
  const root = valueOf(own, 'documentroot') ?? valueOf(around, 'documentroot') ?? [...unwrapped(own), ...unwrapped(around)].find(({ name, args }) => name === 'directory' && args[0] !== undefined && !/^(?:\/|~)$/.test(args[0].text))?.args[0]?.text;
  const aliases = named.filter(({ name, args }) => name === 'alias' && args.length > 1).map(({ args }): Mount => ({ url: args[0]!.text.replace(/\/+$/, ''), folder: args[1]!.text.replace(/\/+$/, '') }));
  return [{ url: '', folder: (root ?? '').replace(/\/+$/, '') }, ...aliases];
}
