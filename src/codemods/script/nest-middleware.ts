import { Node, SyntaxKind, type CallExpression, type ClassDeclaration, type MethodDeclaration } from 'ts-morph';
import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import { below, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { refuse, type Proposed } from '../codemod.js';
import { indented } from './cors-options.js';
import { installedIn, packageOptions, replacedBy, statedTogether, type CorsPackage } from './cors-package.js';
import { statementsOf } from './hook.js';
import { exportedAs, importersOf, packageOf } from './importers.js';
import { keywordOf, referencesTo } from './mounts.js';
import { descendants } from './nodes.js';
import { printObject } from './print.js';
import { Script, statementOf } from './script.js';
import { specifierOf, withEnding } from './shared-origins.js';
import { removeUnused } from './unused.js';

const NAME = 'corsOptions';
/** Paths by which a module mounts middleware for every request: https://docs.nestjs.com/middleware#route-wildcards */
const EVERY_PATH = /^['"`]\/?(?:\*|\*\w+|\{\*\w+\}|\(\.\*\))['"`]$/;

/** Methods that Nest runs as middleware, of classes that a module mounts: https://docs.nestjs.com/middleware */
export function middlewareMethodsIn(path: string, text: string): readonly Span[] {
  if (!text.includes('NestMiddleware')) return [];
  const script = Script.open(path, text);
  const methods = script.root.getClasses().filter((one) => one.getImplements().some((its) => its.getText() === 'NestMiddleware')).map((one) => one.getInstanceMethod('use'));
  return methods.flatMap((method) => (method === undefined ? [] : [script.spanOf(method)]));
}

/**
 * A class of middleware that writes headers, and that one module mounts for every path: the options stand in its place, the
 * application is given them right before it listens, and the module mounts it no more.
 */
export function classToOptions(repository: Revised, at: Span, policies: readonly Policy[], into: CorsPackage): Proposed {
  const { files } = repository;
  const script = Script.open(at.file, files.read(at.file) ?? '');
  const method = script.nodeAt(at);
  const owner = method?.getParent();
  if (!Node.isMethodDeclaration(method) || !Node.isClassDeclaration(owner)) return refuse(at, 'the headers are written outside of classes that a module mounts');
  const statements = statementsOf(method, false);
  const busy = statements.find(({ concern }) => concern === 'mixed' || concern === 'other');
  if (busy !== undefined) return refuse(script.spanOf(busy.node), `what is done from line ${script.lineOf(busy.node)} on is not about CORS alone`);
  if (owner.getMembers().some((member) => member !== method)) return refuse(at, 'its class has more members than the method that writes the headers');
  if (!statements.some(({ concern }) => concern === 'preflight')) return refuse(at, 'it answers no preflights, and what else does is not in view');
  const stated = statedTogether(repository, policies, script, [{ node: method, statements }]);
  if (typeof stated === 'string') return refuse(at, stated);
  const options = packageOptions(stated, replacedBy(script, [method], [owner]), into, true);
  if (typeof options === 'string') return refuse(at, options);
  const object = printObject(options.map((one) => ({ ...one, text: indented(one.text, '') })), script.style);
  const scripts = moved(files, script, owner, object, options.map(({ text }) => text));
  const installed = typeof scripts === 'string' ? scripts : installedIn(files, scripts, into);
  if (typeof installed === 'string') return refuse(at, installed);
  return { kind: 'rewriting', title: 'headers that a class of middleware writes become app.enableCors()', at, ...installed, notes: [...(installed.notes ?? []), 'app.enableCors() answers preflights before the middleware of all modules: see whether one is to run for them.'] };
}

function moved(files: Files, script: Script, owner: ClassDeclaration, object: string, words: readonly string[]): readonly Script[] | string {
  if (script.freeName(NAME) === undefined) return `${script.path} has another ${NAME} already`;
  const opened = new Map([[script.path, script]]);
  const exported = exportedAs(script, owner);
  const importers = exported === undefined ? [] : importersOf(files, script.path, exported, opened);
  const uses = [...referencesTo(script, owner).map((use) => ({ module: script, use })), ...importers.flatMap((one) => one.uses.map((use) => ({ module: one.script, use })))];
  const [one, ...more] = uses;
  if (one === undefined || more.length > 0) return `the class is ${one === undefined ? 'mounted by no module in view' : `used at more than one place: ${uses.map(({ module, use }) => `${module.path}:${module.lineOf(use)}`).join(', ')}`}`;
  const program = listening(files, script, opened);
  if (typeof program === 'string') return program;
  const gone = unmounted(one.module, one.use);
  if (typeof gone === 'string') return gone;
  const end = script.style.semicolons ? ';' : '';
  const isApart = program.script !== script;
  if (exported === 'default') return 'the class is the default export of its file';
  script.replace(owner, `${isApart ? 'export ' : ''}${keywordOf(script)} ${NAME} = ${object}${end}`);
  if (isApart) {
    if (program.script.freeName(NAME) === undefined) return `${program.script.path} has another ${NAME} already`;
    const from = specifierOf(program.script, script.path, withEnding([program.script], false));
    program.script.bind({ from, member: NAME, names: [NAME], like: lastOwnImport(program.script) });
  }
  program.script.insertStatementBefore(program.listen, `${program.app}.enableCors(${NAME})${program.script.style.semicolons ? ';' : ''}`);
  for (const other of new Set([script, one.module])) removeUnused(other, [...(other === script ? [owner] : []), ...(other === one.module ? [one.use, ...gone] : [])], other === script ? words : []);
  return [...new Set([script, one.module, program.script])];
}

/** The program that makes the one application of a package, and where it begins to listen. */
function listening(files: Files, { path }: Script, opened: Map<string, Script>): { readonly script: Script; readonly app: string; readonly listen: Node } | string {
  const paths = [...below(files, packageOf(files, path), /(?<!\.d)\.[cm]?[jt]s$/)].filter((one) => !/\.(?:e2e-)?(?:spec|test)\.|(?:^|\/)tests?\//.test(one) && /\bNestFactory\s*\.\s*create\b/.test(files.read(one) ?? ''));
  const [main, ...others] = paths;
  if (main === undefined || others.length > 0) return main === undefined ? 'the file that calls NestFactory.create() is not in view' : `more than one file calls NestFactory.create(): ${paths.join(', ')}`;
  const script = opened.get(main) ?? Script.open(main, files.read(main) ?? '');
  opened.set(main, script);
  const calls = descendants(script.root, Node.isCallExpression);
  const [create, ...again] = calls.filter((call) => call.getExpression().getText() === 'NestFactory.create');
  const app = create?.getFirstAncestorByKind(SyntaxKind.VariableDeclaration)?.getName();
  const listen = calls.find((call) => call.getExpression().getText() === `${app}.listen`);
  const statement = listen === undefined ? undefined : statementOf(listen);
  if (app === undefined || again.length > 0 || statement === undefined) return `where the application of ${main} begins to listen is not known`;
  if (/\bFastifyAdapter\b/.test(script.root.getFullText())) return `the application of ${main} is on Fastify, whose middleware has no such response`;
  const other = calls.find((call) => call.getExpression().getText() === `${app}.enableCors`) ?? create?.getArguments().find((argument) => Node.isObjectLiteralExpression(argument) && argument.getProperty('cors') !== undefined);
  return other === undefined ? { script, app, listen: statement } : `the application has CORS of its own in ${main}:${script.lineOf(other)}`;
}

/**
 * Takes a class out of `consumer.apply(…).forRoutes('*')`, with the method and the interface where nothing else is in them.
 * @returns what is gone
 */
function unmounted(script: Script, use: Node): readonly Node[] | string {
  const where = `${script.path}:${script.lineOf(use)}`;
  const apply = use.getParent();
  const statement = statementOf(use);
  if (!Node.isCallExpression(apply) || !/\.apply$/.test(apply.getExpression().getText()) || !Node.isExpressionStatement(statement)) return `the class is not mounted by consumer.apply() where it is used: ${where}`;
  const routes = statement.getExpression();
  const callee = Node.isCallExpression(routes) ? routes.getExpression() : undefined;
  if (!Node.isCallExpression(routes) || !Node.isPropertyAccessExpression(callee) || callee.getName() !== 'forRoutes' || callee.getExpression() !== apply) return `the class is mounted together with others, or not for all paths: ${where}`;
  if (!isForEverything(routes)) return `the class is mounted for some paths alone, and app.enableCors() is for all of them: ${where}`;
  const method = statement.getFirstAncestorByKind(SyntaxKind.MethodDeclaration);
  const before = method?.getStatements().find((one) => /\.apply\(/.test(one.getText()));
  const isFirst = before === statement && apply.getArguments()[0] === use;
  if (!isFirst) return `other middleware is mounted before the class, and app.enableCors() answers preflights before it: ${where}`;
  if (apply.getArguments().length > 1) {
    script.replaceBetween(apply.getArguments()[0]!, apply.getArguments()[1]!, apply.getArguments()[1]!.getText());
    return [use];
  }
  const owner = method?.getParent();
  if (method === undefined || !Node.isClassDeclaration(owner) || method.getStatements().length > 1 || method.getName() !== 'configure') {
    script.removeStatements(statement);
    return [statement];
  }
  return [...withoutMethod(script, owner, method), method];
}

function isForEverything(routes: CallExpression): boolean {
  const [route, ...more] = routes.getArguments();
  if (more.length > 0 || route === undefined) return false;
  if (!Node.isObjectLiteralExpression(route)) return EVERY_PATH.test(route.getText());
  const [path, method] = ['path', 'method'].map((name) => route.getProperty(name));
  return Node.isPropertyAssignment(path) && EVERY_PATH.test(path.getInitializerOrThrow().getText()) && (method === undefined || (Node.isPropertyAssignment(method) && method.getInitializerOrThrow().getText() === 'RequestMethod.ALL'));
}

/** `implements NestModule` says that a class has `configure()`. */
function withoutMethod(script: Script, owner: ClassDeclaration, method: MethodDeclaration): readonly Node[] {
  const all = owner.getImplements();
  const own = all.find((one) => one.getText() === 'NestModule');
  const clause = own?.getParentIfKind(SyntaxKind.HeritageClause);
  const left = all.filter((one) => one !== own);
  const open = owner.getFirstChildByKind(SyntaxKind.OpenBraceToken);
  const close = owner.getLastChildByKind(SyntaxKind.CloseBraceToken);
  const isOnly = owner.getMembers().length === 1 && open !== undefined && close !== undefined;
  const start = clause !== undefined && left.length === 0 ? clause : undefined;
  if (isOnly) script.replaceBetween(start ?? open, close, '{}');
  else {
    if (start !== undefined && open !== undefined) script.replaceBetween(start, open, '{');
    script.removeStatements(method);
  }
  if (clause !== undefined && left.length > 0) script.replace(clause, `implements ${left.map((one) => one.getText()).join(', ')}`);
  return own === undefined ? [] : [own];
}

/** The module of the package that a file imports last. */
function lastOwnImport({ root }: Script): string {
  return root.getImportDeclarations().map((one) => one.getModuleSpecifierValue()).findLast((from) => from.startsWith('.')) ?? root.getImportDeclarations().at(-1)?.getModuleSpecifierValue() ?? '';
}
