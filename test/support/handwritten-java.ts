import type { Random } from '../live/seed.js';

/** A piece of code in both languages. */
export interface Piece {
  readonly java: string;
  readonly kotlin: string;
}

export type Tongue = keyof Piece;

export type Statement =
  | { readonly is: 'header'; readonly op: 'set' | 'add'; readonly name: string; readonly value: Piece }
  | { readonly is: 'if'; readonly test: Piece; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | { readonly is: 'status' | 'error'; readonly status: number }
  | { readonly is: 'next' | 'return' }
  | { readonly is: 'code'; readonly code: Piece };

export const APP = 'https://app.example.com';
export const ADMIN = 'https://admin.example.com';

export function piece(java: string, kotlin = java): Piece {
  return { java, kotlin };
}

export function text(value: string): Piece {
  return piece(JSON.stringify(value), JSON.stringify(value).replaceAll('$', '\\$'));
}

export function header(name: string, value: Piece, op: 'set' | 'add' = 'set'): Statement {
  return { is: 'header', op, name, value };
}

const and = (a: Piece, b: Piece): Piece => piece(`${a.java} && ${b.java}`, `${a.kotlin} && ${b.kotlin}`);
export const not = (a: Piece): Piece => piece(`!(${a.java})`, `!(${a.kotlin})`);
export const THERE: Piece = piece('origin != null');

/** A question about the text in `origin`, which may be null, and the fields that it needs. */
export interface Check {
  readonly test: Piece;
  readonly fields: readonly Piece[];
}

/** A pattern as code writes it in a text. */
const PATTERNS = ['https://app\\.example\\.com', 'https://.*\\.example\\.com', 'https://(app|admin)\\.example\\.com', '^https?://[a-z]+.example.com$', '.*example.com', 'https://app.example.com(:\\d+)?'] as const;
const LISTS = [[APP], [APP, ADMIN], [APP, 'http://localhost:3000'], [`${APP}/`, ADMIN], ['null', APP]] as const;

function list(items: readonly string[], from: Random): Piece {
  const all = items.map((item) => text(item));
  const [java, kotlin] = [all.map((one) => one.java).join(', '), all.map((one) => one.kotlin).join(', ')];
  return from.pick([piece(`java.util.Arrays.asList(${java})`, `listOf(${kotlin})`), piece(`new java.util.HashSet<>(java.util.Arrays.asList(${java}))`, `setOf(${kotlin})`), piece(`new java.util.ArrayList<>(java.util.List.of(${java}))`, `arrayOf(${kotlin}).toList()`)]);
}

function allowed(from: Random): Piece {
  const items = list(from.pick<readonly string[]>(LISTS), from);
  return piece(`private static final java.util.Collection<String> ALLOWED = ${items.java};`, `private val ALLOWED: Collection<String?> = ${items.kotlin}`);
}

export function check(from: Random): Check {
  const of = (test: Piece, ...fields: readonly Piece[]): Check => ({ test, fields });
  const pattern = text(from.pick(PATTERNS));
  const compiled = from.chance(0.3) ? piece(`java.util.regex.Pattern.compile(${pattern.java}, java.util.regex.Pattern.CASE_INSENSITIVE)`, `Regex(${pattern.kotlin}, RegexOption.IGNORE_CASE)`) : piece(`java.util.regex.Pattern.compile(${pattern.java})`, `${pattern.kotlin}.toRegex()`);
  const field = piece(`private static final java.util.regex.Pattern PATTERN = ${compiled.java};`, `private val PATTERN = ${compiled.kotlin}`);
  return from.pick<() => Check>([
    () => of(piece(`${text(APP).java}.equals(origin)`, `origin == ${text(APP).kotlin}`)),
    () => of(piece('ALLOWED.contains(origin)', 'origin in ALLOWED'), allowed(from)),
    () => of(and(THERE, piece('ALLOWED.contains(origin)', 'ALLOWED.contains(origin)')), allowed(from)),
    () => of(piece('ALLOWED.stream().anyMatch(one -> one.equalsIgnoreCase(origin))', 'ALLOWED.any { it.equals(origin, ignoreCase = true) }'), allowed(from)),
    () => of(and(THERE, piece('ALLOWED.stream().anyMatch(origin::startsWith)', 'ALLOWED.any { origin.startsWith(it!!) }')), allowed(from)),
    () => of(piece('origin != null && origin.endsWith(".example.com")', 'origin?.endsWith(".example.com") == true')),
    () => of(and(THERE, piece(`origin.startsWith("${APP}")`))),
    () => of(and(THERE, piece('origin.contains("example.com")', '"example.com" in origin'))),
    () => of(and(THERE, piece('origin.indexOf("app.example.com") >= 0', 'origin.indexOf("app.example.com") != -1'))),
    () => of(and(THERE, piece('PATTERN.matcher(origin).matches()', 'PATTERN.matches(origin)')), field),
    () => of(and(THERE, piece('PATTERN.matcher(origin).find()', 'PATTERN.containsMatchIn(origin)')), field),
    () => of(and(THERE, piece(`origin.matches(${pattern.java})`, `origin.matches(${pattern.kotlin}.toRegex())`))),
    () => of(piece(`"${APP.toUpperCase()}".equalsIgnoreCase(origin)`, `"${APP.toUpperCase()}".equals(origin, ignoreCase = true)`)),
    () => of(and(THERE, piece('"app.example.com".equals(java.net.URI.create(origin).getHost())', 'URI.create(origin).host == "app.example.com"'))),
    () => of(piece('isAllowed(origin)'), allowed(from), piece(
      'private boolean isAllowed(String value) {\n    for (String one : ALLOWED) {\n      if (one.equals(value)) {\n        return true;\n      }\n    }\n    return false;\n  }',
      'private fun isAllowed(value: String?): Boolean {\n    for (one in ALLOWED) {\n      if (one == value) return true\n    }\n    return false\n  }',
    )),
  ])();
}

const ACAO = 'Access-Control-Allow-Origin';

/** What is written of CORS on every response, with the fields that it needs. */
export function grants(from: Random): { readonly statements: readonly Statement[]; readonly fields: readonly Piece[] } {
  const origin = piece('origin');
  const { test, fields } = check(from);
  const op = from.chance(0.3) ? 'add' : 'set';
  const credentials = from.chance(0.5) ? [header('Access-Control-Allow-Credentials', text(from.pick(['true', 'true', 'false', 'True'])))] : [];
  const vary = from.chance(0.4) ? [header('Vary', text(from.pick(['Origin', 'Origin, Accept'])), from.pick(['add', 'set']))] : [];
  const outside = from.chance(0.5);
  const choice = (then: Piece, otherwise: Piece): Piece => piece(`${test.java} ? ${then.java} : ${otherwise.java}`, `if (${test.kotlin}) ${then.kotlin} else ${otherwise.kotlin}`);
  const told = from.pick<() => readonly Statement[]>([
    () => [header(ACAO, text('*'), op)],
    () => [header(ACAO, text(APP), op)],
    () => [header(ACAO, origin, op)],
    () => [{ is: 'if', test: THERE, then: [header(ACAO, origin, op)], otherwise: [] }],
    () => [header(ACAO, piece('origin == null ? "*" : origin', 'origin ?: "*"'), op)],
    () => [header(ACAO, choice(origin, text(APP)), op)],
    () => [{ is: 'if', test, then: [header(ACAO, origin, op), ...(outside ? [] : credentials)], otherwise: from.chance(0.3) ? [header(ACAO, text('null'), op)] : [] }, ...(outside ? credentials : [])],
    () => [{ is: 'if', test, then: [header(ACAO, origin, op), ...(outside ? [] : [...credentials, ...vary])], otherwise: [] }],
    () => [{ is: 'if', test: and(THERE, not(test)), then: from.chance(0.5) ? [{ is: 'error', status: 403 }, { is: 'return' }] : [{ is: 'status', status: 403 }, { is: 'return' }], otherwise: [] }, header(ACAO, origin, op)],
  ])();
  const done = told.flatMap((one) => (one.is === 'if' ? [...one.then, ...one.otherwise] : [one]));
  return { statements: [...told, ...[...credentials, ...vary].filter((one) => !told.includes(one) && !done.includes(one)), ...lists(from)], fields };
}

function lists(from: Random): readonly Statement[] {
  return [
    ...(from.chance(0.6) ? [header('Access-Control-Allow-Methods', text(from.pick(['GET, POST, PUT', '*', 'GET,PUT,OPTIONS'])))] : []),
    ...(from.chance(0.6) ? [header('Access-Control-Allow-Headers', from.pick([text('Content-Type, X-Custom'), text('*'), piece('request.getHeader("Access-Control-Request-Headers")')]))] : []),
    ...(from.chance(0.3) ? [header('Access-Control-Max-Age', from.pick([text('3600'), piece('String.valueOf(3600)', '3600.toString()')]))] : []),
    ...(from.chance(0.2) ? [header('Access-Control-Expose-Headers', text('X-Total'))] : []),
  ];
}

/** Is it OPTIONS, or a preflight? */
export function preflight(from: Random): Piece {
  return from.pick([
    piece('"OPTIONS".equalsIgnoreCase(request.getMethod())', '"OPTIONS".equals(request.method, ignoreCase = true)'),
    piece('request.getMethod().equals("OPTIONS")', 'request.method == "OPTIONS"'),
    piece('"OPTIONS".equals(request.getMethod()) && request.getHeader("Access-Control-Request-Method") != null', 'request.method == "OPTIONS" && request.getHeader("Access-Control-Request-Method") != null'),
  ]);
}

/** Statements in a language; `next` says how a request is handed on. */
export function spelled(statements: readonly Statement[], tongue: Tongue, next: Piece, indent = '    '): string {
  const end = tongue === 'java' ? ';' : '';
  return statements
    .map((one) => {
      switch (one.is) {
        case 'header':
          return `${indent}response.${one.op}Header(${JSON.stringify(one.name)}, ${one.value[tongue]})${end}\n`;
        case 'if': {
          const otherwise = one.otherwise.length === 0 ? '' : ` else {\n${spelled(one.otherwise, tongue, next, `${indent}  `)}${indent}}`;
          return `${indent}if (${one.test[tongue]}) {\n${spelled(one.then, tongue, next, `${indent}  `)}${indent}}${otherwise}\n`;
        }
        case 'status':
          return tongue === 'java' ? `${indent}response.setStatus(${one.status === 200 ? 'HttpServletResponse.SC_OK' : one.status});\n` : `${indent}response.status = ${one.status === 200 ? 'HttpServletResponse.SC_OK' : one.status}\n`;
        case 'error':
          return `${indent}response.sendError(${one.status}${one.status === 403 ? ', "Forbidden"' : ''})${end}\n`;
        case 'next':
          return `${indent}${next[tongue]}${end}\n`;
        case 'return':
          return `${indent}return${end}\n`;
        case 'code':
          return `${indent}${one.code[tongue]}${end}\n`;
      }
    })
    .join('');
}
