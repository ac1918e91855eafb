import { Node, type Statement } from 'ts-morph';
import { indented } from './cors-options.js';
import { importsOf, isDirective } from './imports.js';
import { declares, namesOf, nodesIn } from './nodes.js';
import { quoted } from './print.js';
import type { Script } from './script.js';

/** A constant that holds the origins which are let in. */
export interface WantedOrigins {
  /** The list as it is written, at the left edge. */
  readonly list: string;
  /** Environment variable that replaces the list where it is set: origins separated by commas. */
  readonly env?: string;
  /** The code that is to ask for it: it is declared in front of all of that. */
  readonly usedAt: readonly Node[];
  /** Nodes of the file's tree that the list was made of: what they name has to be there before it. */
  readonly madeOf?: readonly Node[];
  /** Its type, where TypeScript would infer another one. */
  readonly type?: string;
}

/** Names of the constant, the one that is liked best first. */
const NAMES = ['ALLOWED_ORIGINS', 'CORS_ORIGINS', 'CORS_ALLOWED_ORIGINS', 'TRUSTED_ORIGINS'] as const;
const READER = ['originsNamedIn', 'corsOriginsNamedIn'] as const;

/**
 * Declares the constant next to the imports of a file, and with `env` the function that reads and checks the variable.
 * @returns why there is no place for it
 */
export function declareOrigins(script: Script, wanted: WantedOrigins): { readonly name: string } | string {
  const name = script.freeName(...NAMES);
  if (name === undefined) return `all of the names ${NAMES.join(', ')} are taken`;
  const place = placeFor(script, wanted);
  if (typeof place === 'string') return place;
  const text = originsDeclared(script, name, wanted);
  if (typeof text === 'string') return text;
  const { newline } = script.style;
  const declared = text.statements.join(newline + newline);
  if (place.after === undefined) script.insertStatementBefore(place.before, declared + newline);
  else script.insertStatementAfter(place.after, `${newline}${declared}${isFollowedByEmptyLine(script, place.after) ? '' : newline}`);
  return { name };
}

/** The declaration of a constant with this name, as statements at the left edge; a text where the file has no way to read the environment. */
export function originsDeclared(script: Script, name: string, { list, env, type }: Pick<WantedOrigins, 'list' | 'env' | 'type'>): { readonly statements: readonly string[] } | string {
  const start = `const ${name}${type === undefined ? '' : `: ${type}`} = `;
  const end = script.style.semicolons ? ';' : '';
  if (env === undefined) return { statements: [`${start}${list}${end}`] };
  const read = readingOf(script, env);
  if (read === undefined) return 'how its runtime reads the environment cannot be told: on Workers there is no process.env';
  const known = script.root.getFunctions().find((one) => READER.some((name) => one.getText() === readerText(script, name).slice(DOC.length + script.style.newline.length)))?.getName();
  const reader = known ?? script.freeName(...READER);
  if (reader === undefined) return `the names ${READER.join(', ')} are taken`;
  return { statements: [`${start}${environmentExpression(script, reader, env, read, list)}${end}`, ...(known === undefined ? [readerText(script, reader)] : [])] };
}

/** `originsNamedIn('CORS_ORIGINS', process.env.CORS_ORIGINS) ?? […]`, for a place at the left edge. */
function environmentExpression({ style }: Script, reader: string, env: string, read: string, list: string): string {
  const fallback = list.startsWith('[') ? list : `(${list})`;
  const call = `${reader}(${quoted(env, style)}, ${read})`;
  return list.includes('\n') || call.length + list.length > 90 ? `${call}${style.newline}${style.indent}?? ${indented(fallback, style.indent)}` : `${call} ?? ${fallback}`;
}

const DOC = '/** The origins that a text lists, separated by commas; throws where one of them is none. Undefined: there is no text. */';

/** The function that reads such a variable. It throws when the program starts, rather than let an origin be refused that nobody can find. */
function readerText(script: Script, name: string): string {
  const { style, isTypeScript } = script;
  const end = style.semicolons ? ';' : '';
  const parameters = isTypeScript ? 'variable: string, text: string | undefined): string[] | undefined' : 'variable, text)';
  return [
    DOC,
    `function ${name}(${parameters} {`,
    `${style.indent}if (text === undefined) return undefined${end}`,
    `${style.indent}const origins = text.split(${quoted(',', style)}).map((origin) => origin.trim()).filter((origin) => origin !== ${quoted('', style)})${end}`,
    `${style.indent}const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)${end}`,
    `${style.indent}if (wrong !== undefined) throw new Error(\`\${variable}: \${JSON.stringify(wrong)} is not an origin such as https://app.example.com\`)${end}`,
    `${style.indent}return origins${end}`,
    '}',
  ].join(style.newline);
}

/** How a variable is read in a file: as the file reads others, or as Node does. */
function readingOf(script: Script, env: string): string | undefined {
  const text = script.root.getFullText();
  if (/\bDeno\.env\.get\(/.test(text)) return `Deno.env.get(${quoted(env, script.style)})`;
  if (/\bBun\.env\b/.test(text)) return `Bun.env.${env}`;
  if (/\bprocess\.env\[['"]/.test(text)) return `process.env[${quoted(env, script.style)}]`;
  // What Workers, Deno and Bun run is exported and not started here.
  const isNode = /\bprocess\b|@hono\/node-server|\brequire\(|from\s+['"](?:node:[\w/]+|express|fastify|koa|@nestjs\/core)['"]/.test(text) || !/\bhono\b/.test(text);
  return isNode ? `process.env.${env}` : undefined;
}

/** A named list reads the variable where it is declared: the expression for it, and the function if the file has none. */
export function replaceByEnvironment(script: Script, list: Node, declaration: Statement, env: string): string | undefined {
  const declared = originsDeclared(script, '_', { list: list.getText(), env });
  if (typeof declared === 'string') return declared;
  const loading = script.root.getStatements().find((statement) => LOADS.test(statement.getText()) && statement.getStart() > declaration.getStart());
  if (loading !== undefined) return `variables of the environment are loaded from a file in line ${script.lineOf(loading)}, below the list`;
  const [expression, reader] = declared.statements;
  script.replace(list, expression!.slice('const _ = '.length).replace(/;$/, ''));
  if (reader !== undefined) script.insertStatementAfter(declaration, `${script.style.newline}${reader}${isFollowedByEmptyLine(script, declaration) ? '' : script.style.newline}`);
  return undefined;
}

/** Does a file load variables of the environment from another one? */
export function loadsVariables(script: Script): boolean {
  return LOADS.test(script.root.getFullText());
}

/** The last of the imports that a file opens with: what it imports. */
export function openingImport(script: Script): string | undefined {
  const statements = script.root.getStatements();
  const opening = statements.findIndex((statement) => !isOpening(statement));
  return statements.slice(0, opening === -1 ? statements.length : opening).flatMap(importsOf).at(-1);
}

function isOpening(statement: Statement): boolean {
  return isDirective(statement) || importsOf(statement).length > 0 || Node.isImportDeclaration(statement) || loadsEnvironment(statement);
}

type Place = { readonly after: Statement; readonly before?: undefined } | { readonly after?: undefined; readonly before: Statement };

/** Behind the imports, behind what loads variables and behind what the list names; in front of all that uses it. */
function placeFor(script: Script, { env, usedAt, madeOf = [] }: WantedOrigins): Place | string {
  const statements = script.root.getStatements();
  const uses = usedAt.map((node) => topOf(script, node)).sort((a, b) => a.getStart() - b.getStart());
  const [first = statements[0]!] = uses;
  const opening = statements.findIndex((statement) => !isOpening(statement));
  let after = statements[(opening === -1 ? statements.length : opening) - 1];
  const names = [...new Set(madeOf.flatMap(nodesIn).filter(Node.isIdentifier).map((node) => node.getText()))];
  for (const name of names) {
    const asked = madeOf.flatMap((node) => namesOf(node, name))[0];
    if (asked === undefined) continue;
    const declared = declarationOf(script, name);
    if (declared === 'inside') return `line ${script.lineOf(asked)} names ${name}, which is known only inside of a function`;
    if (declared !== undefined && declared.getEnd() > (after?.getEnd() ?? 0)) after = declared;
  }
  const readsEnvironment = env !== undefined || madeOf.some((node) => /\benv\b/.test(node.getText()));
  if (readsEnvironment) {
    const loading = script.root.getStatements().findLast((statement) => loadsEnvironment(statement));
    if (loading !== undefined && loading.getEnd() > (after?.getEnd() ?? 0)) after = loading;
    const inside = statements.find((statement) => !isOpening(statement) && LOADS.test(statement.getText()));
    if (inside !== undefined) return `variables of the environment are loaded from a file in line ${script.lineOf(inside)} or below, after a constant would have read them`;
  }
  if (after !== undefined && after.getEnd() > first.getStart()) return `it needs what is declared in line ${script.lineOf(after)}, below line ${script.lineOf(first)} that asks for it`;
  return after === undefined ? { before: statements[0]! } : { after };
}

const LOADS = /\bdotenv\w*\b[\s\S]*?\bconfig\w*\(|\bloadEnvFile\(|\bloadEnv\(/;

/** `dotenv.config();`, `require('dotenv').config();`, `process.loadEnvFile();` */
function loadsEnvironment(statement: Statement): boolean {
  return (Node.isExpressionStatement(statement) || (Node.isVariableStatement(statement) && !/=>|function/.test(statement.getText()))) && LOADS.test(statement.getText());
}

/** The statement at the top of the file that declares a name; undefined: an import, or nothing of this file. */
function declarationOf(script: Script, name: string): Statement | 'inside' | undefined {
  const declarations = namesOf(script.root, name).filter(declares);
  if (declarations.length === 0) return undefined;
  const tops = declarations.map((node) => ({ node, top: topOf(script, node) }));
  const outside = tops.find(({ node, top }) => node.getFirstAncestor((one) => one === top || Node.isBlock(one) || Node.isArrowFunction(one) || Node.isFunctionDeclaration(one)) === top);
  return outside === undefined || tops.length > 1 ? 'inside' : outside.top;
}

function topOf(script: Script, node: Node): Statement {
  const chain = [node, ...node.getAncestors()];
  return script.root.getStatements().find((statement) => chain.includes(statement)) ?? script.root.getStatements()[0]!;
}

function isFollowedByEmptyLine(script: Script, statement: Statement): boolean {
  return /^[^\r\n]*\r?\n[ \t]*(?:\r?\n|$)/.test(script.root.getFullText().slice(statement.getEnd()));
}
