/**
 * Origins that stand in the middle of code become one constant next to the imports: options of CORS packages, lists that a
 * handler asks, comparisons. All places of a file that list the same ones share it; of several files, a module does. With the
 * name of an environment variable the constant is read from it, and what was written is what holds without it.
 */
import { Node } from './script/tree.js';
import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { literalOrigins, originLeaves } from '../policy/views.js';
import { folderOf } from '../text/files.js';
import { spanKey, type Span } from '../text/span.js';
import { refuse, type Announcement, type Choices, type Codemod, type Proposed, type Refusal } from './codemod.js';
import { dedented } from './script/cors-options.js';
import { keyOf, siteOf, type InlineOrigins, type NamedOrigins, type OriginsSite } from './script/inline-origins.js';
import { declareOrigins, loadsVariables, replaceByEnvironment } from './script/origins-from-environment.js';
import { printList } from './script/print.js';
import { Script, statementOf } from './script/script.js';
import { sharedBetween } from './script/shared-origins.js';

const codemod: Codemod = {
  *propose(repository, choices) {
    const files = [...writtenIn(repository)].map(([path, written]) => opened(repository, path, written));
    for (const file of files) yield* refusedIn(file);
    const shared = sharedIn(repository, files);
    for (const file of files) {
      const keys = new Set(file.inline.map(({ site }) => keyOf(site.items)));
      for (const key of keys) if (!shared.some((one) => one.key === key && one.files.includes(file))) yield extracted(repository, file, key, choices);
    }
    for (const { key, files: several } of shared) yield sharedModule(repository, several, key, choices);
    for (const file of files) yield* fromVariable(repository, file, choices);
  },
};
export default codemod;

/** An origin or a pattern as it is written, and a policy that it is of. */
interface Written {
  readonly at: Span;
  readonly text: string | undefined;
  readonly policy: Policy;
}

interface File {
  readonly path: string;
  readonly script: Script;
  readonly written: readonly Written[];
  readonly inline: readonly (Written & { readonly site: InlineOrigins })[];
  readonly named: readonly (Written & { readonly named: NamedOrigins })[];
  readonly none: readonly (Written & { readonly why: string })[];
}

/** What is let in by name, by the scripts that say so. */
function writtenIn({ policies }: Revised): ReadonlyMap<string, readonly Written[]> {
  const found = new Map<string, Map<string, Written>>();
  const add = (at: Span, text: string | undefined, policy: Policy): void => {
    if (!/\.[cm]?[jt]sx?$/.test(at.file)) return;
    const known = found.get(at.file) ?? new Map<string, Written>();
    found.set(at.file, known.set(spanKey(at), known.get(spanKey(at)) ?? { at, text, policy }));
  };
  for (const policy of policies) {
    for (const leaf of originLeaves(policy)) add(leaf.at, leaf.s === 'exact' ? leaf.text : undefined, policy);
    for (const { at, text, written } of literalOrigins(policy)) if (written && text !== '*' && text !== 'null') add(at, text, policy);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, written]) => [path, [...written.values()].sort((a, b) => a.at.start - b.at.start)]));
}

/** Packages that take a list of origins as `origin`. */
const TAKES_LIST = new Set(['express', 'fastify', 'hono', 'nestjs', 'socket-io']);

function opened({ files }: Revised, path: string, written: readonly Written[]): File {
  const script = Script.open(path, files.read(path) ?? '');
  const inline = new Map<Node, File['inline'][number]>();
  const named = new Map<Node, File['named'][number]>();
  const none = new Map<number, File['none'][number]>();
  for (const one of written) {
    const site = siteOfWritten(script, one);
    if (site.kind === 'inline' && !inline.has(site.site.node)) inline.set(site.site.node, { ...one, site: site.site });
    if (site.kind === 'named' && !named.has(site.named.list)) named.set(site.named.list, { ...one, named: site.named });
    const line = script.lineOf(script.nodeAround(one.at));
    if (site.kind === 'none' && !none.has(line)) none.set(line, { ...one, why: site.why });
  }
  return { path, script, written, inline: [...inline.values()], named: [...named.values()], none: [...none.values()] };
}

function siteOfWritten(script: Script, { at, text, policy }: Written): OriginsSite {
  const node = script.nodeAt(at);
  const isText = Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node);
  if (node === undefined || (isText ? node.getLiteralValue() !== text : !Node.isRegularExpressionLiteral(node))) return { kind: 'kept' };
  return siteOf(script, node, TAKES_LIST.has(policy.reader));
}

function* refusedIn({ none }: File): Iterable<Refusal> {
  for (const { at, why } of none) yield refuse(at, why);
}

/** All places of a file that list the same become one constant. */
function extracted(repository: Revised, found: File, key: string, choices: Choices): Proposed {
  const { path, script, inline } = opened(repository, found.path, found.written);
  const sites = inline.filter(({ site }) => keyOf(site.items) === key);
  const [first] = sites;
  const chosen = choices.originsFor(first!.policy);
  if (chosen !== undefined && chosen.env === undefined) return refuse(first!.at, KEPT);
  const known = found.named.find(({ named }) => keyOf(named.list.getElements()) === key && named.list.getEnd() < first!.site.node.getStart());
  const declared = known === undefined ? declareOrigins(script, { list: listText(script, first!.site), ...(chosen?.env === undefined ? {} : { env: chosen.env }), usedAt: sites.map(({ site }) => site.node), madeOf: first!.site.items }) : { name: known.named.declaration.getName() };
  if (typeof declared === 'string') return refuse(first!.at, declared);
  for (const { site } of sites) site.rename(declared.name);
  return {
    kind: 'rewriting',
    title: `inline origins become ${declared.name}`,
    at: first!.at,
    texts: new Map([[path, script.result()]]),
    ...(chosen?.env === undefined || known !== undefined ? {} : { announces: announced(chosen.env) }),
  };
}

const KEPT = 'the origins stay those that are written: --origins is for reflection-to-allowlist, --origins-from-env for what is to replace them';

/** The list as its author wrote it, at the left edge. */
function listText(script: Script, { list, items }: InlineOrigins): string {
  if (Node.isArrayLiteralExpression(list) || (list !== undefined && items.length === 1 && items[0] === list)) return dedented(list.getText(), script.indentOf(list), '');
  return printList([...new Set(items.map((item) => item.getText()))], script.style, '', 'const ALLOWED_ORIGINS = '.length);
}

export function announced(env: string): Announcement {
  return { words: `Where ${env} is set, the origins that it names are let in, and no others.`, unset: env, allows: ({ what, after }) => after === (what === 'verdict' ? 'undecided' : null) };
}

/** Lists that have a name, where they are to come from the environment. */
function* fromVariable(repository: Revised, found: File, choices: Choices): Iterable<Proposed> {
  for (const { at, policy } of found.named) {
    const env = choices.originsFor(policy)?.env;
    if (env === undefined) continue;
    const { path, script, named } = opened(repository, found.path, found.written);
    const one = named.find((other) => other.at.start === at.start)!.named;
    const why = replaceByEnvironment(script, one.list, statementOf(one.declaration)!, env);
    if (why !== undefined) yield refuse(at, why);
    else yield { kind: 'rewriting', title: `${one.declaration.getName()} is read from ${env}`, at, texts: new Map([[path, script.result()]]), announces: announced(env) };
  }
}

interface Shared {
  readonly key: string;
  readonly files: readonly File[];
}

/** Lists that several files of one package write out. */
function sharedIn({ files: texts }: Revised, files: readonly File[]): readonly Shared[] {
  const packageOf = (path: string): string => {
    let folder = folderOf(path);
    while (folder !== '' && !texts.exists(`${folder}/package.json`)) folder = folderOf(folder);
    return folder;
  };
  const groups = new Map<string, File[]>();
  const keys = new Map<string, string>();
  for (const file of files) {
    if (loadsVariables(file.script)) continue;
    for (const { site } of file.inline) {
      const isLiteral = site.items.every((item) => Node.isStringLiteral(item) || Node.isNoSubstitutionTemplateLiteral(item) || Node.isRegularExpressionLiteral(item));
      const key = keyOf(site.items);
      const group = `${packageOf(file.path)}\n${/\.[cm]?tsx?$/.test(file.path) ? 'ts' : 'js'}\n${key}`;
      if (!isLiteral || groups.get(group)?.includes(file) === true) continue;
      groups.set(group, [...(groups.get(group) ?? []), file]);
      keys.set(group, key);
    }
  }
  return [...groups].filter(([, several]) => several.length > 1).map(([group, several]) => ({ key: keys.get(group)!, files: several }));
}

/** The places of several files become one constant of a module that all of them import. */
function sharedModule(repository: Revised, several: readonly File[], key: string, choices: Choices): Proposed {
  const files = several.map(({ path, written }) => opened(repository, path, written));
  const sites = files.map(({ inline }) => inline.filter(({ site }) => keyOf(site.items) === key));
  const first = sites[0]![0]!;
  const chosen = choices.originsFor(first.policy);
  if (chosen !== undefined && chosen.env === undefined) return refuse(first.at, KEPT);
  const written = sharedBetween(repository.files, files.map(({ script }) => script), listText(files[0]!.script, first.site), chosen?.env);
  if (typeof written === 'string') return refuse(first.at, written);
  files.forEach((_file, index) => sites[index]!.forEach(({ site }) => site.rename(written.names[index]!)));
  return {
    kind: 'rewriting',
    title: `inline origins of ${files.length} files become ${written.path}`,
    at: first.at,
    texts: new Map([[written.path, written.text], ...files.map(({ path, script }) => [path, script.result()] as const)]),
    ...(chosen?.env === undefined ? {} : { announces: announced(chosen.env) }),
  };
}
