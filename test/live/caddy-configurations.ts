import type { Random } from './seed.js';

/** What a generated site can pass requests to, and where its files are. */
export interface Places {
  readonly upstream: number;
  readonly root: string;
}

/** Global options: no certificates, no administration, no log. */
export const OPTIONS = '{\n\tadmin off\n\tauto_https off\n\tlog {\n\t\toutput discard\n\t}\n}\n';

/** Paths of files that exist below the root. */
export const FILES = ['/a.json', '/sub/b.txt', '/x'] as const;

/** Paths that generated sites are asked for. */
export const PATHS = ['/', '/a.json', '/sub/b.txt', '/api/x', '/api', '/missing', '/x'] as const;

/** A site on a port of its own, with the snippets that it imports. */
export function generated(random: Random, port: number, places: Places): string {
  return new Generator(random, port, places).whole();
}

const PATTERNS = ['^https://app\\.example\\.com$', '^https://app.example.com', '^https?://(app|admin)\\.example\\.com(:[0-9]+)?$', 'example\\.com', '^(https://[a-z]+\\.example\\.com)$', '^null$', '(?i)^HTTPS://APP'] as const;
const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://*', '*.example.com', '*example*', '*', 'https://*.example.com', 'null'] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'access-control-allow-headers', 'Access-Control-Max-Age', 'Vary'] as const;
const PATH_MATCHERS = ['/api/*', '/api*', '/a.json', '*.txt', '/sub/*', '/X', '/s?b/*', '*/b*'] as const;

class Generator {
  #names: readonly string[] = [];
  #patterns: readonly string[] = [];
  #variables: readonly string[] = [];
  #count = 0;

  constructor(
    private readonly random: Random,
    private readonly port: number,
    private readonly places: Places,
  ) {}

  whole(): string {
    const snippet = `cors${this.port}`;
    const hasSnippet = this.random.chance(0.3);
    const matchers = this.random.times(0, 3, () => this.#matcher('\t')).flat();
    const lines = [
      '\tbind 127.0.0.1',
      `\troot * ${this.places.root}`,
      ...this.random.times(0, 2, () => this.#placeholders('\t')).flat(),
      ...matchers,
      ...this.random.times(0, 4, () => this.#header('\t')).flat(),
      ...(hasSnippet ? this.random.times(1, 2, (index) => `\timport ${snippet} ${this.random.pick(ORIGINS.slice(0, 2) as unknown as readonly ['a', ...'a'[]])} p${this.port}x${index}`) : []),
      ...this.#directives('\t', 0),
      ...(this.random.chance(0.3) ? this.#errors() : []),
    ];
    const shuffled = this.random.chance(0.3) ? [...lines.slice(0, 2), ...rotated(blocks(lines.slice(2)), this.random.below(5)).flat()] : lines;
    return [...(hasSnippet ? this.#snippet(snippet) : []), `:${this.port} {`, ...shuffled, '}', ''].join('\n');
  }

  #snippet(name: string): readonly string[] {
    const arg = (index: number): string => `{args.${index}}`;
    return [
      `(${name}) {`,
      `\t@s${arg(1)} header Origin ${arg(0)}`,
      ...(this.random.chance(0.5) ? [`\theader @s${arg(1)} Access-Control-Allow-Origin "${arg(0)}"`] : [`\theader @s${arg(1)} {`, `\t\tAccess-Control-Allow-Origin ${this.random.pick([arg(0), '{header.Origin}'])}`, '\t\t+Vary Origin', ...(this.random.chance(0.3) ? ['\t\tdefer'] : []), '\t}']),
      ...(this.random.chance(0.4) ? [`\t@p${arg(1)} {`, '\t\tmethod OPTIONS', `\t\theader Origin ${arg(0)}`, '\t}', `\trespond @p${arg(1)} 204`] : []),
      '}',
    ];
  }

  #placeholders(indent: string): readonly string[] {
    const { random } = this;
    this.#count += 1;
    if (random.chance(0.5)) {
      const name = `v${this.#count}`;
      this.#variables = [...this.#variables, `{vars.${name}}`];
      return [`${indent}vars ${random.pick(['', '', '/api/* '])}${name} ${this.#text()}`];
    }
    const name = `{m${this.#count}}`;
    this.#variables = [...this.#variables, name];
    return [
      `${indent}map ${random.pick(['{header.Origin}', '{http.request.header.Origin}', '{method}'])} ${name} {`,
      ...(random.chance(0.6) ? [`${indent}\thttps://app.example.com ${random.pick(['https://app.example.com', '{header.Origin}', '"*"'])}`] : []),
      ...(random.chance(0.6) ? [`${indent}\t~^https://([a-z]+)\\.example\\.com$ ${random.pick(['${0}', 'https://app.example.com', '$0', '{header.Origin}'])}`] : []),
      ...(random.chance(0.3) ? [`${indent}\tOPTIONS ${random.pick(['-', 'yes', '{header.Origin}'])}`] : []),
      ...(random.chance(0.5) ? [`${indent}\tdefault ${random.pick(['*', 'none', '{header.Origin}'])}`] : []),
      `${indent}}`,
    ];
  }

  #matcher(indent: string): readonly string[] {
    this.#count += 1;
    const name = `@m${this.#count}`;
    const { random } = this;
    const lines = random.chance(0.5) ? [this.#term()] : random.times(2, 3, () => this.#term());
    this.#names = [...this.#names, name];
    // A header's pattern may stand once in a matcher.
    const once = lines.filter((line, index) => !line.startsWith('header_regexp') || lines.findIndex((other) => other.startsWith('header_regexp')) === index);
    const single = once.filter((line, index) => !line.startsWith('path_regexp') || once.findIndex((other) => other.startsWith('path_regexp')) === index);
    return single.length === 1 ? [`${indent}${name} ${single[0]!}`] : [`${indent}${name} {`, ...single.map((line) => `${indent}\t${line}`), `${indent}}`];
  }

  #term(depth = 0): string {
    const { random } = this;
    return random.pick<() => string>([
      () => `method ${random.pick(['OPTIONS', 'GET POST', 'GET', 'options'])}`,
      () => `header Origin ${random.pick(ORIGINS)}`,
      () => `header Origin ${random.pick(ORIGINS)}`,
      () => 'header !Origin',
      () => 'header Access-Control-Request-Method *',
      () => `path ${random.pick(PATH_MATCHERS)}${random.chance(0.3) ? ' /x' : ''}`,
      () => `path_regexp ${random.pick(['^/api', '\\.txt$', '^/(a|x)'])}`,
      () => this.#pattern(),
      () => this.#pattern(),
      () => `expression ${random.pick(["{method} == 'OPTIONS'", "{header.Origin} == 'https://app.example.com'", "{header.Origin}.startsWith('https://app')", "{header.Origin} in ['https://app.example.com', 'null'] && {method} != 'POST'", "!({header.Origin}.matches('example'))", "{path}.endsWith('.txt') || {header.Origin} == ''"])}`,
      () => (depth > 1 ? 'header Origin *' : `not ${this.#term(depth + 1)}`),
      () => (this.#variables.length === 0 ? 'header Origin *' : `vars ${random.pick(this.#variables as readonly [string, ...string[]])} https://app.example.com "*"`),
    ])();
  }

  #pattern(): string {
    const { random } = this;
    if (random.chance(0.3)) return `header_regexp Origin ${random.pick(PATTERNS)}`;
    const name = `r${this.#count}`;
    this.#patterns = [...this.#patterns, name];
    return `header_regexp ${name} Origin ${random.pick(PATTERNS)}`;
  }

  /** A matcher of this scope, a path, or none. */
  #for(): string {
    return this.random.pick<() => string>([() => '', () => '', () => `${this.random.pick(['/api/*', '/a.json', '/sub/*', '*'])} `, () => (this.#names.length === 0 ? '' : `${this.random.pick(this.#names as readonly [string, ...string[]])} `)])();
  }

  #header(indent: string): readonly string[] {
    const { random } = this;
    const who = this.#for();
    if (random.chance(0.55)) {
      const name = random.pick(NAMES);
      return [random.chance(0.12) ? `${indent}header ${who}-${random.pick([name, 'Access-Control-*', '*-Origin', '*Allow*'])}` : `${indent}header ${who}${random.pick(['', '', '', '+', '?', '>'])}${name}${random.chance(0.05) ? ':' : ''} ${this.#value(name)}`];
    }
    const lines = random.times(1, 3, () => {
      const name = random.pick(NAMES);
      return random.chance(0.12) ? `-${name}` : `${random.pick(['', '', '', '+', '?'])}${name}${random.chance(0.1) ? ':' : ''} ${this.#value(name)}`;
    });
    // 2.6.2 ends with a fault on a block whose lines all have a `?` and that is deferred.
    return [`${indent}header ${who}{`, ...lines.map((line) => `${indent}\t${line}`), ...(lines.some((line) => !line.startsWith('?')) && random.chance(0.25) ? [`${indent}\tdefer`] : []), `${indent}}`];
  }

  #value(name: string): string {
    switch (name.toLowerCase()) {
      case 'access-control-allow-credentials':
        return this.random.pick(['true', '"true"', 'false', '`true`']);
      case 'access-control-allow-methods':
        return this.random.pick(['"GET, PUT"', 'GET,POST', '*']);
      case 'access-control-allow-headers':
        return this.random.pick(['*', '"Content-Type, X-Custom"', '{header.Access-Control-Request-Headers}']);
      case 'access-control-max-age':
        return this.random.pick(['600', '"86400"']);
      case 'vary':
        return this.random.pick(['Origin', '"Origin, Accept"']);
      default:
        return this.#text();
    }
  }

  #text(): string {
    const { random } = this;
    return random.pick(['*', '"*"', 'https://app.example.com', '{header.Origin}', '"{http.request.header.Origin}"', '{http.request.header.origin}', 'null', '{unknown.thing}', '\\{header.Origin}', ...(random.chance(0.05) ? ['https://{host}'] : []), ...this.#variables, ...this.#patterns.map((name) => `{re.${name}.${random.pick(['0', '0', '0', '0', '1'])}}`), '{$NOT_SET_HERE:https://app.example.com}', '']) || '""';
  }

  #directives(indent: string, depth: number): readonly string[] {
    const { random } = this;
    return [
      ...random.times(depth === 0 ? 1 : 0, depth === 0 ? 3 : 2, () => this.#directive(indent, depth)).flat(),
      ...(random.chance(0.8) ? this.#answer(indent, '') : []),
    ];
  }

  #directive(indent: string, depth: number): readonly string[] {
    const { random } = this;
    const who = this.#for();
    const inner = `${indent}\t`;
    const deep = depth < 2;
    return random.pick<() => readonly string[]>([
      () => this.#header(indent),
      () => this.#matcher(indent),
      () => [`${indent}respond ${who === '' ? '/api/* ' : who}${random.pick(['204', '"ok"', '"ok" 201', '404', '200'])}`],
      () => [`${indent}redir ${who === '' ? '/sub/* ' : who}https://other.example${random.pick(['', ' permanent', ' 307'])}`],
      () => [`${indent}error ${who === '' ? '/api ' : who}${random.pick(['403', '"no" 401', '"no"'])}`],
      () => (deep ? [`${indent}handle ${who === '* ' ? '' : who}{`, ...this.#scoped(() => this.#directives(inner, depth + 1)), `${indent}}`] : this.#header(indent)),
      () => (deep ? [`${indent}handle ${who === '* ' ? '' : who}{`, ...this.#scoped(() => this.#directives(inner, depth + 1)), `${indent}}`] : this.#header(indent)),
      () => (deep ? [`${indent}handle_path ${random.pick(['/api/*', '/api*', '/sub/*', '/x'])} {`, ...this.#scoped(() => this.#directives(inner, depth + 1)), `${indent}}`] : this.#header(indent)),
      () => (deep ? [`${indent}route ${who}{`, ...this.#scoped(() => this.#directives(inner, depth + 1)), `${indent}}`] : this.#header(indent)),
      () => [`${indent}rewrite ${who === '' ? '* ' : who}${random.pick(['/x', '/sub/b.txt', '/api/y'])}`],
      () => [`${indent}uri ${who}strip_prefix ${random.pick(['/api', '/sub', 'api'])}`],
      () => [`${indent}request_header ${who}${random.pick(['-Origin', 'Origin https://app.example.com'])}`],
      () => this.#answer(indent, who),
      () => [`${indent}encode gzip`],
    ])();
  }

  /** Names of matchers that a block gives are not known outside. */
  #scoped(make: () => readonly string[]): readonly string[] {
    const names = this.#names;
    const lines = make();
    this.#names = names;
    return lines;
  }

  #answer(indent: string, who: string): readonly string[] {
    const { random } = this;
    const lines = [
      ...(random.chance(0.3) ? [`header_down ${random.pick(['-Access-Control-Allow-Origin', 'Access-Control-Allow-Origin https://down.example', '+Vary Origin', '-Access-Control-*'])}`] : []),
      ...(random.chance(0.25) ? [`header_up ${random.pick(['-Origin', 'Origin https://admin.example.com', 'Origin {header.Access-Control-Request-Method}'])}`] : []),
    ];
    return random.pick<() => readonly string[]>([
      () => [`${indent}reverse_proxy ${who}127.0.0.1:${this.places.upstream}${lines.length === 0 ? '' : ' {'}`, ...lines.map((line) => `${indent}\t${line}`), ...(lines.length === 0 ? [] : [`${indent}}`])],
      () => [`${indent}reverse_proxy ${who}127.0.0.1:${this.places.upstream}`],
      () => [`${indent}file_server${who === '' ? '' : ` ${who.trim()}`}`],
      () => [`${indent}respond ${who}"hello"`],
    ])();
  }

  #errors(): readonly string[] {
    return ['\thandle_errors {', ...this.#scoped(() => [...this.random.times(0, 2, () => this.#header('\t\t')).flat(), ...this.random.pick<readonly string[]>([[], ['\t\trespond "e"'], ['\t\trespond "{err.status_code}"'], ['\t\trespond "gone" 410'], ['\t\trewrite * /x', '\t\tfile_server']])]), '\t}'];
  }
}

/** A text with one or two mistakes of structure. */
export function broken(random: Random, text: string): string {
  let result = text;
  for (const kind of random.times(1, 2, () => random.below(8))) {
    const lines = result.split('\n');
    const index = random.below(lines.length);
    const line = lines[index] ?? '';
    const changed = [
      () => lines.splice(index, 1),
      () => lines.splice(index, 0, '\t}'),
      () => lines.splice(index, 0, '}'),
      () => lines.splice(index, 1, `${line} {`),
      () => lines.splice(index, 1, line.replace(/\{$/, '{ x')),
      () => lines.splice(index, 1, line.replace(/ (\S+)$/, ' "$1')),
      () => lines.splice(index, 2, `${line} ${(lines[index + 1] ?? '').trim()}`),
      () => lines.splice(index, 1, line.replace(/\{$/, '{}')),
    ] as const;
    changed[kind]!();
    result = lines.join('\n');
  }
  return result;
}

/** Lines of one directive with its block. */
function blocks(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  for (const line of lines) {
    if (/^\t(?![\t}])/.test(line) || found.length === 0) found.push([line]);
    else found.at(-1)!.push(line);
  }
  return found;
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  return [...items.slice(by % Math.max(1, items.length)), ...items.slice(0, by % Math.max(1, items.length))];
}
