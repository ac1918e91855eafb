import { Node, type CallExpression } from 'ts-morph';
import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { refuse, type Proposed } from '../codemod.js';
import { indented } from './cors-options.js';
import { announcedFor, boundIn, installedIn, packageOptions, replacedBy, statedTogether, type CorsPackage } from './cors-package.js';
import { statementsOf, type Hook } from './hook.js';
import { exportedAs, importersOf, type Importer } from './importers.js';
import { isAwaitedAt, mountAt, replaceWhole, type Mount } from './mounts.js';
import { optionsRoutes, rivalRoute } from './options-routes.js';
import { printObject, type Property } from './print.js';
import { Script } from './script.js';
import { removeUnused } from './unused.js';

/**
 * A function that writes headers, and that no call of its own file mounts. Where the package is a function of the same kind it
 * stands in its place, whoever mounts it. Else the options do, and the one file that mounts the function gives them to the
 * package: what they name is in scope there, and no file is left empty.
 */
export function apart(repository: Revised, at: Span, policies: readonly Policy[], into: CorsPackage): Proposed {
  const script = Script.open(at.file, repository.files.read(at.file) ?? '');
  const node = script.nodeAt(at);
  if (!Node.isArrowFunction(node) && !Node.isFunctionExpression(node) && !Node.isFunctionDeclaration(node)) return refuse(at, 'the headers are written outside of functions that an application runs');
  const statements = statementsOf(node, false);
  const busy = statements.find(({ concern }) => concern === 'mixed' || concern === 'other');
  if (busy !== undefined) return refuse(script.spanOf(busy.node), `what is done from line ${script.lineOf(busy.node)} on is not about CORS alone, and no call in this file gives the function to an application`);
  const stated = statedTogether(repository, policies, script, [{ node, statements }]);
  if (typeof stated === 'string') return refuse(at, stated);
  const answers = statements.some(({ concern }) => concern === 'preflight');
  const options = packageOptions(stated, replacedBy(script, [node], [node]), into, answers);
  if (typeof options === 'string') return refuse(at, options);
  const scripts = into.isMiddleware === true ? inItsPlace(script, node, options, into) : atItsMount(repository, script, node, options, into);
  const installed = typeof scripts === 'string' ? scripts : installedIn(repository.files, scripts, into);
  return typeof installed === 'string' ? refuse(at, installed) : { kind: 'rewriting', title: `headers that ${into.writers} become ${into.title}`, at, ...installed, ...announcedFor(stated, into, answers) };
}

function inItsPlace(script: Script, node: Hook['node'], options: readonly Property[], into: CorsPackage): readonly Script[] | string {
  const name = boundIn(script, into);
  const textFor = (indent: string, before: number): string => `${name}(${objectAt(script, options, indent, before + name.length + 1)})`;
  const wrapper = wrapperOf(node);
  if (wrapper !== undefined) script.replace(wrapper, textFor(script.indentOf(wrapper), script.before(wrapper)));
  const removed = wrapper === undefined ? replaceWhole(script, node, textFor) : [wrapper];
  if (typeof removed === 'string') return removed;
  removeUnused(script, removed, [textFor('', 0)]);
  return [script];
}

/** `createMiddleware(async (c, next) => { … })`, which gives a function its type: https://hono.dev/docs/helpers/factory#createmiddleware */
function wrapperOf(node: Node): CallExpression | undefined {
  const call = node.getParent();
  return Node.isCallExpression(call) && call.getExpression().getText() === 'createMiddleware' && call.getArguments().length === 1 ? call : undefined;
}

const NAME = 'corsOptions';

function atItsMount({ files }: Revised, script: Script, node: Hook['node'], options: readonly Property[], into: CorsPackage): readonly Script[] | string {
  const exported = exportedAs(script, node);
  if (exported === undefined) return 'no call in this file gives the function that writes the headers to an application, and the file does not export it';
  const opened = new Map<string, Script>();
  const found = mountedBy(importersOf(files, script.path, exported, opened), into);
  if (typeof found === 'string') return found;
  const { importer, mount } = found;
  const other = importer.script;
  const as = script.freeName(NAME) !== undefined && importer.names !== undefined && other.freeName(NAME) !== undefined ? NAME : undefined;
  const removed = replaceWhole(script, node, (indent, before) => objectAt(script, options, indent, before), as);
  if (typeof removed === 'string') return removed;
  removeUnused(script, removed, options.map(({ text }) => text));
  const routes = optionsRoutes(other, mount, []);
  const rival = into.makesRoute === true ? rivalRoute(other, [...routes]) : undefined;
  const busy = routes.flatMap(({ statements }) => statements).find(({ concern }) => concern === 'mixed' || concern === 'other');
  if (rival !== undefined || busy !== undefined) return `${into.title} makes a route for OPTIONS of every path, and ${other.path} has one in line ${other.lineOf(rival ?? busy!.node)}`;
  for (const name of importer.names ?? []) if (as !== undefined && !mount.statement.containsRange(name.getStart(), name.getEnd())) other.replace(name, as);
  const given = as !== undefined && Node.isIdentifier(mount.argument) ? as : mount.argument.getText();
  const text = `${into.register(mount.receiver, '', boundIn(other, into), given, isAwaitedAt(other, mount))}${other.style.semicolons ? ';' : ''}`;
  other.replace(mount.statement, text);
  for (const { mount: route } of routes) other.removeStatements(route.statement);
  return [script, other];
}

/** The one call that mounts an export; a text where it is not one. */
function mountedBy(importers: readonly Importer[], into: CorsPackage): { readonly importer: Importer; readonly mount: Mount } | string {
  const uses = importers.flatMap((importer) => importer.uses.map((use) => ({ importer, use })));
  const [one, ...more] = uses;
  if (one === undefined) return 'no call in view gives the function that writes the headers to an application';
  const where = uses.map(({ importer, use }) => `${importer.script.path}:${importer.script.lineOf(use)}`).join(', ');
  if (more.length > 0) return `the function that writes the headers is used at more than one place: ${where}`;
  const mount = mountAt(one.use);
  if (mount === undefined || !into.mounts.includes(mount.method) || !Node.isExpressionStatement(mount.statement) || mount.statement.getExpression() !== mount.call) return `the function that writes the headers is not given to an application where it is used: ${where}`;
  return { importer: one.importer, mount };
}

function objectAt(script: Script, options: readonly Property[], indent: string, before: number): string {
  return printObject(options.map((one) => ({ ...one, text: indented(one.text, indent) })), script.style, indent, before);
}
