import type { Random } from './seed.js';

/** A directive before it is written down. */
interface Node {
  readonly words: readonly string[];
  readonly block?: readonly Node[] | string;
}

/** A configuration's files by name; `nginx.conf` is the main one. */
export type Texts = Readonly<Record<string, string>>;

function node(...words: readonly string[]): Node {
  return { words };
}

/** What may stand in any level of `http`, each at most once. */
const EVERYWHERE: readonly (readonly string[])[] = [
  ['gzip', 'on'], ['gzip_types', 'text/css', 'application/json'], ['gzip_comp_level', '5'], ['gzip_min_length', '1k'], ['gzip_buffers', '16', '8k'], ['gzip_proxied', 'any'], ['gzip_vary', 'On'],
  ['sendfile', 'off'], ['keepalive_timeout', '65s', '60'], ['client_max_body_size', '10m'], ['client_body_timeout', '1m30s'], ['send_timeout', '500ms'], ['default_type', 'text/plain'], ['server_tokens', 'off'],
  ['etag', 'off'], ['expires', '1h'], ['charset', 'utf-8'], ['autoindex', 'on'], ['index', 'index.html', 'index.htm'], ['access_log', 'off'], ['log_not_found', 'off'], ['satisfy', 'any'],
  ['proxy_buffering', 'off'], ['proxy_http_version', '1.1'], ['proxy_read_timeout', '10s'], ['proxy_buffers', '8', '16k'], ['proxy_next_upstream', 'error', 'timeout'], ['proxy_intercept_errors', 'on'], ['proxy_redirect', 'off'],
  ['proxy_set_header', 'Host', '$host'], ['proxy_set_header', 'X-Forwarded-For', '$proxy_add_x_forwarded_for'], ['proxy_hide_header', 'Access-Control-Allow-Origin'], ['proxy_pass_header', 'Server'],
  ['add_header', 'Access-Control-Allow-Origin', '*'], ['add_header', 'Access-Control-Allow-Origin', '$http_origin', 'always'], ['add_header', 'Vary', 'Origin', 'always'], ['add_header', 'X-Long', 'a, b; c {d} "e"'], ['add_header', 'Access-Control-Allow-Methods', 'GET, PUT'],
  ['more_set_headers', 'Access-Control-Allow-Origin: *'], ['more_clear_headers', 'X-*'], ['error_page', '404', '405', '=200', '/index.html'], ['error_page', '500', '/e.html'], ['recursive_error_pages', 'on'],
  ['root', '/srv/www'], ['large_client_header_buffers', '4', '8k'], ['allow', '127.0.0.1'], ['deny', 'all'], ['auth_basic', 'off'], ['open_file_cache', 'off'], ['lingering_timeout', '2s'], ['sub_filter', 'a', 'b'], ['fancyindex', 'off'],
];
/** Only where a whole server may be said. */
const LARGE = new Set(['large_client_header_buffers']);
const NOT_IN_IF = new Set(['gzip_types', 'gzip_comp_level', 'gzip_min_length', 'gzip_buffers', 'gzip_proxied', 'gzip_vary', 'keepalive_timeout', 'client_max_body_size', 'client_body_timeout', 'send_timeout', 'default_type', 'server_tokens', 'etag', 'autoindex', 'index', 'log_not_found', 'satisfy', 'allow', 'deny', 'auth_basic', 'open_file_cache', 'lingering_timeout', 'sub_filter', 'fancyindex', 'recursive_error_pages']);
const IN_IF = new Set(['add_header', 'more_set_headers', 'expires', 'root', 'error_page', 'gzip', 'charset', 'access_log']);

const CONDITIONS: readonly (readonly string[])[] = [
  ['($request_method', '=', 'OPTIONS)'], ['(', '$request_method', '!=', 'GET', ')'], ['($http_origin)'], ['($http_origin', '~*', '^https?://(app|www)\\.example\\.com(:[0-9]+)?$)'], ['($http_origin', '!~', '"a{2}\\.(?<tail>b)"', ')'],
  ['(-f', '$request_filename)'], ['(!-d', '$request_filename)'], ['($cors', '=', '"a$cors")'], ['($http_origin', '~', "'^[^{;]+$'", ')'],
];
const PATTERNS = ['\\.(?:js|css)$', '^/a[0-9]+/(.*)', '"\\.x{2}$"', '[{}]', '^/(?<name>[a-z]+)$'];
const LUA = ['ngx.say("}")', '-- }\nlocal a = { { } }', 'local b = [==[ } ]] ]==]', "ngx.header['A'] = '\\'}'", ''];

/** One configuration that nginx takes, in a random shape. */
export class TextGenerator {
  readonly #files = new Map<string, string>();
  #names = 0;

  constructor(
    private readonly random: Random,
    private readonly root: string,
    private readonly modules: readonly string[],
  ) {}

  /** With files that it includes, each in the same folder. */
  texts(): Texts {
    const { random, root } = this;
    const main = [node('worker_processes', random.pick(['1', 'auto'])), node('error_log', 'stderr'), node('pid', `${root}/nginx.pid`), { words: ['events'], block: [node('worker_connections', '64')] }];
    const http: Node = { words: ['http'], block: this.#http() };
    const nodes = [...this.modules.map((path) => node('load_module', path)), ...main, http, ...(random.chance(0.2) ? [this.#stream()] : [])];
    const text = this.#write(nodes, 0);
    return { ...Object.fromEntries(this.#files), 'nginx.conf': random.chance(0.15) ? text.replaceAll('\n', '\r\n') : text };
  }

  #http(): readonly Node[] {
    const { random, root } = this;
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => node(`${name}_temp_path`, `${root}/${name}`));
    const extra = [
      node('log_format', 'main', '$remote_addr "$request"', "$status '$http_referer'"),
      node('limit_req_zone', '$binary_remote_addr', 'zone=a:1m', 'rate=1r/s'),
      { words: ['geo', '$geo'], block: [node('default', '0'), node('127.0.0.0/8', '1')] },
      { words: ['split_clients', '$remote_addr', '$half'], block: [node('50%', 'a'), node('*', 'b')] },
      { words: ['types'], block: [node('text/html', 'html', 'htm'), node('text/css', 'css')] },
      { words: ['upstream', 'backend'], block: [node('server', '127.0.0.1:9', 'weight=2'), node('keepalive', '4')] },
      { words: ['init_by_lua_block'], block: this.random.pick(['a = {}', 'b = "}"']) },
    ];
    return [
      { words: ['map', '$http_origin', '$cors'], block: [node('default', ''), node('https://app.example.com', '$http_origin'), node('~^https://[a-z]+\\.example\\.com$', '$http_origin'), ...(random.chance(0.3) ? [node('hostnames'), node('*.example.org', '1')] : [])] },
      ...extra.filter(() => random.chance(0.3)),
      ...paths,
      ...this.#settings(0, 5),
      ...random.times(1, 2, () => this.#server()),
    ];
  }

  #server(): Node {
    const { random } = this;
    const lines = [node('listen', '127.0.0.1:8080'), node('server_name', random.pick(['a.example', '_', '*.example.com', '~^(?<sub>.+)\\.example$']))];
    const locations = [...new Set(random.times(0, 4, () => random.pick(['/', '/a/', '^~ /b/', '= /c', '@named', '~', '~*'])))];
    return { words: ['server'], block: [...lines, ...this.#settings(0, 4), ...(random.chance(0.3) ? [this.#if(false)] : []), ...(random.chance(0.2) ? [node('set', '$x', 'a${cors}b')] : []), ...(random.chance(0.1) ? [node('return', '301', 'https://$host$request_uri')] : []), ...locations.map((name) => this.#location(name, 0))] };
  }

  #location(name: string, depth: number): Node {
    const { random } = this;
    const isPattern = name.startsWith('~');
    const words = isPattern ? [name, random.pick(PATTERNS as [string, ...string[]])] : name.split(' ');
    const passes = random.pick([[], [], [node('proxy_pass', isPattern || name.startsWith('@') ? 'http://127.0.0.1:9' : random.pick(['http://127.0.0.1:9', 'http://127.0.0.1:9/x', 'http://$host/y']))], [node('return', random.pick(['204', '403']))], [node('try_files', '$uri', '/index.html', '=404')], [{ words: ['content_by_lua_block'], block: random.pick(LUA as [string, ...string[]]) }], [node('empty_gif')], [node('echo', 'a b')]]);
    return {
      words: ['location', ...words],
      block: [
        ...this.#settings(0, 4),
        ...random.times(0, 2, () => this.#if(true)),
        ...(random.chance(0.2) ? [node('set', '$cors2', '$http_origin')] : []),
        ...(random.chance(0.2) ? [node('rewrite', '^/a(.*)$', '/b$1', random.pick(['last', 'break', 'permanent']))] : []),
        ...(random.chance(0.15) ? [{ words: ['limit_except', 'GET', 'POST'], block: [node('deny', 'all')] }] : []),
        ...passes,
        ...(depth === 0 && name.startsWith('/') && random.chance(0.3) ? [this.#location(name === '/' ? '/z/' : `${name}z/`, 1)] : []),
      ],
    };
  }

  #if(inLocation: boolean): Node {
    const { random } = this;
    const body = [...(inLocation ? this.#settings(0, 2, true) : []), ...(random.chance(0.4) ? [node('set', '$y', '1')] : []), ...(random.chance(0.5) ? [node('return', '204')] : [])];
    return { words: ['if', ...random.pick(CONDITIONS as [readonly string[], ...(readonly string[])[]])], block: body };
  }

  #stream(): Node {
    return { words: ['stream'], block: [{ words: ['upstream', 's'], block: [node('server', '127.0.0.1:9')] }, { words: ['server'], block: [node('listen', '127.0.0.1:8081'), node('proxy_pass', 's'), node('proxy_timeout', '1m')] }] };
  }

  #settings(least: number, most: number, inIf = false): readonly Node[] {
    const { random } = this;
    const seen = new Set<string>();
    return random.times(least, most, () => random.pick(EVERYWHERE as [readonly string[], ...(readonly string[])[]])).flatMap((words) => {
      const [name = ''] = words;
      if (inIf ? !IN_IF.has(name) || NOT_IN_IF.has(name) : LARGE.has(name)) return [];
      const may = /^(?:add_header|proxy_set_header|more_|error_page|allow|deny|proxy_hide_header)/.test(name);
      if (seen.has(name) && !may) return [];
      seen.add(name);
      return [node(...words)];
    });
  }

  #write(nodes: readonly Node[], depth: number, mayInclude = depth > 0): string {
    const { random } = this;
    const indent = random.pick(['    ', '  ', '\t', '']).repeat(depth);
    const pieces = nodes.map((one) => {
      const line = `${indent}${this.#words(one.words)}`;
      if (one.block === undefined) return `${line}${random.pick(['', '', '', ' ', '\n  '])};`;
      const open = `${line}${random.pick([' ', ' ', '\n', '  '])}{`;
      if (typeof one.block === 'string') return `${open}\n${one.block}\n${indent}}`;
      return `${open}${random.pick(['\n', '\n', ' '])}${this.#write(one.block, depth + 1, !/^(?:geo|split_clients)$/.test(one.words[0]!))}\n${indent}}`;
    });
    // Some neighbours are said in a file of their own.
    if (mayInclude && pieces.length > 1 && random.chance(0.12)) {
      const from = random.below(pieces.length);
      const taken = pieces.splice(from, 1 + random.below(3));
      this.#names += 1;
      this.#files.set(`part-${this.#names}.conf`, `${taken.join('\n')}\n`);
      pieces.splice(from, 0, `${indent}include ${random.chance(0.3) ? `part-${this.#names}.con?` : `part-${this.#names}.conf`};`);
    }
    return pieces.map((piece) => `${piece}${random.pick(['\n', '\n', '\n', ' ', `${random.pick([' ', ''])}# it's "a" {comment}; \\\n`, '\n\n'])}`).join('');
  }

  #words(words: readonly string[]): string {
    const { random } = this;
    return words.map((word) => this.#spelled(word)).join(random.pick([' ', ' ', ' ', '\t', '   ', ' # why;\n ']));
  }

  #spelled(word: string): string {
    if (/^["'].*["']$/s.test(word) || word.includes('\\') || /^\(|\)$/.test(word)) return word;
    const must = word === '' || /[\s;{}"'#]/.test(word.replaceAll(/\$\{\w+\}/g, '')) || /^[{}]/.test(word);
    if (!must && !this.random.chance(0.15)) return word;
    const quote = this.random.pick(['"', "'"]);
    return `${quote}${word.replaceAll(quote, `\\${quote}`)}${quote}`;
  }
}

/** One small change of a text, as people mistype, forget and paste; not in the lines that load modules. */
export function mutated(whole: string, random: Random): string {
  const from = whole.lastIndexOf('_module.so');
  const head = from === -1 ? 0 : whole.indexOf(';', from) + 1;
  return whole.slice(0, head) + changed(whole.slice(head), random);
}

function changed(text: string, random: Random): string {
  const places = (what: RegExp): readonly number[] => Array.from(text.matchAll(what), ({ index }) => index);
  const at = (what: RegExp): number => {
    const found = places(what);
    return found[random.below(found.length)] ?? 0;
  };
  const without = (start: number, end: number): string => text.slice(0, start) + text.slice(end);
  const wordAt = (start: number): string => /^[^\s;{}]*/.exec(text.slice(start))![0];
  const WORD = /(?<![^\s;{}])[^\s;{}#]+/g;
  const lines = text.split('\n');
  switch (random.below(14)) {
    case 0: {
      const place = at(/;/g);
      return without(place, place + 1);
    }
    case 1: {
      const place = at(/[{}]/g);
      return without(place, place + 1);
    }
    case 2: {
      const place = at(/["']/g);
      return without(place, place + 1);
    }
    case 3: {
      const place = random.below(text.length);
      return text.slice(0, place) + random.pick([';', '{', '}', '"', "'", '\\', '#', '$', '(', ')', ' ', '\n', '*', '=', 'x']) + text.slice(place);
    }
    case 4: {
      const place = at(WORD);
      return without(place, place + wordAt(place).length);
    }
    case 5: {
      const place = at(WORD);
      return `${text.slice(0, place)}${wordAt(place)} ${text.slice(place)}`;
    }
    case 6: {
      const [one, two] = [at(WORD), at(WORD)];
      return text.slice(0, one) + wordAt(two) + text.slice(one + wordAt(one).length);
    }
    case 7: {
      const line = random.below(lines.length);
      return [...lines.slice(0, line), lines[line]!, ...lines.slice(line)].join('\n');
    }
    case 8: {
      const [from, to] = [random.below(lines.length), random.below(lines.length)];
      const [line = ''] = lines.splice(from, 1);
      lines.splice(to, 0, line);
      return lines.join('\n');
    }
    case 9: {
      const place = at(WORD);
      const word = wordAt(place);
      const letter = random.below(word.length);
      return text.slice(0, place + letter) + random.pick(['a', 'e', '_', '-', 'X', '0']) + text.slice(place + letter + 1);
    }
    case 10:
      return text.slice(0, random.below(text.length));
    case 11: {
      const place = at(WORD);
      return `${text.slice(0, place)}${random.pick(['', '""', 'on', '$nobody', '-1', '5', 'https://a.example', '/x'])} ${text.slice(place)}`;
    }
    case 12: {
      const line = random.below(lines.length);
      return [...lines.slice(0, line), random.pick(['if ($http_origin) { add_header A b; }', 'location / { }', 'add_header A b c;', 'add_header A b always if=$x;', 'map $a $b { }', 'else { return 200; }', 'return 200;', 'set a b;', 'proxy_pass 127.0.0.1;', 'error_page 405 = 200 $uri;', 'location /q/ { location /r/ { } }', 'if ($a == b) { }', 'if ($request_method=OPTIONS) { return 204; }', 'location = /e { location /e/f { } }', 'limit_except GEt { }', 'rewrite ^ /x lost;', 'add_header A "cost$";', 'if ($http_origin ~ *.example.com) { return 204; }', 'location ~ (a { }', 'server { }', 'http { }', 'Add_Header A b;', 'add_haeder A b;', 'gzip maybe;']), ...lines.slice(line)].join('\n');
    }
    default: {
      const place = at(/\$\w+/g);
      return `${text.slice(0, place + 1)}${random.pick(['{', '', 'http-origin', 'nobody_'])}${text.slice(place + 1)}`;
    }
  }
}
