import type { Random } from './seed.js';

/** A directive of a generated configuration, so that it can be made smaller. */
export interface Node {
  readonly line: string;
  readonly block?: readonly Node[];
}

/** Where generated servers pass requests to, and where their files are. */
export interface Surroundings {
  readonly port: number;
  readonly upstream: number;
  readonly root: string;
}

/** Files below the root; folders without `index.html` have no index. */
export const FILES: readonly string[] = ['/index.html', '/index.txt', '/page.html', '/a/index.html', '/a/one.txt', '/a/b/two.txt', '/a/b/two.js', '/c/three.txt', '/err.json', '/old/x'];
export const FOLDERS: readonly string[] = ['/', '/a/', '/a/b/', '/c/', '/old/'];
/** Tails of paths by which the upstream answers. */
export const UPSTREAM_PATHS: readonly string[] = ['/api', '/api/', '/api/star', '/api/reflect', '/api/e404', '/api/e500', '/api/s202', '/api/s204', '/api/s301', '/a/star', '/c/e404'];
export const PATHS: readonly string[] = [...FILES, ...FOLDERS, '/a', '/missing', '/a/missing.txt', '/a/b', '/c/missing/', ...UPSTREAM_PATHS];

export function rendered(nodes: readonly Node[], indent = '    '): string {
  return nodes.map(({ line, block }) => (block === undefined ? `${indent}${line};\n` : `${indent}${line} {\n${rendered(block, `${indent}    `)}${indent}}\n`)).join('');
}

/** All trees with one node less, the largest ones left out first. */
export function* smaller(nodes: readonly Node[]): Generator<readonly Node[]> {
  for (const [index, { line }] of nodes.entries()) if (!/^(?:listen|server_name) /.test(line)) yield nodes.filter((_node, other) => other !== index);
  for (const [index, node] of nodes.entries()) {
    if (node.block === undefined) continue;
    for (const block of smaller(node.block)) yield nodes.map((other, place) => (place === index ? { ...node, block } : other));
  }
}

const PATTERNS = ['"^https://app\\.example\\.com$"', '"^(https://[a-z]+\\.example\\.com)$"', '"^https?://(app|admin)\\.example\\.com(:[0-9]+)?$"', 'example\\.com', '"^null$"', '"^(?<who>https://.+)$"', '.', '"^$"', '".*"'] as const;
const ORIGIN = 'https://app.example.com';

/** One random configuration: what stands in `http` for it, and its server. Names of variables end with `id`. */
export function generated(random: Random, id: number, places: Surroundings): readonly Node[] {
  return new Author(random, id, places).nodes();
}

class Author {
  #made: readonly string[] = [];
  #named: readonly string[] = [];

  constructor(
    private readonly random: Random,
    private readonly id: number,
    private readonly places: Surroundings,
  ) {}

  nodes(): readonly Node[] {
    const made: Node[] = [];
    for (let index = this.random.below(4); index > 0; index -= 1) {
      const name = `$map${this.id}_${index}`;
      made.unshift(this.random.chance(0.12) ? this.#geo(name) : this.#map(name));
      this.#made = [...this.#made, name];
    }
    return [...made.reverse(), this.#server()];
  }

  #geo(name: string): Node {
    return { line: `geo ${this.random.chance(0.4) ? '$http_origin ' : ''}${name}`, block: [{ line: `default ${this.#plain()}` }, ...(this.random.chance(0.7) ? [{ line: `127.0.0.0/8 ${this.#plain()}` }] : []), ...(this.random.chance(0.4) ? [{ line: `127.0.0.1 ${this.#plain()}` }] : []), ...(this.random.chance(0.4) ? [{ line: `255.255.255.255 ${this.#plain()}` }] : [])] };
  }

  #map(name: string): Node {
    const source = this.random.pick(['$http_origin', '$http_origin', '$http_origin', '$request_method', '"$request_method:$http_origin"', '$uri', '$http_x_custom', '$upstream_http_access_control_allow_origin', '$sent_http_vary', ...this.#made, ...this.#made]);
    const hostnames = source === '$http_origin' && this.random.chance(0.2);
    const keys = source.includes('request_method:') ? ['GET:https://app.example.com', 'OPTIONS:https://app.example.com', 'GET:', '~^OPTIONS:https', '~^GET:'] : source === '$request_method' ? ['GET', 'options', '~^(GET|POST)$', '~*^opt'] : source === '$uri' ? ['/a/one.txt', '~\\.txt$', '~^/api/', '/'] : ['https://app.example.com', 'HTTPS://ADMIN.example.com', '""', 'null', ...(hostnames ? [] : ['*']), 'Origin', '1', '~^https://app', '~*^HTTPS://[a-z]+\\.example\\.com$', '"~^(?<label>https://[a-z.]+)$"', '~.', ...(hostnames ? ['*.example.com', '.example.com', 'https://app.*'] : [])];
    const seen = new Set<string>();
    const rows = this.random.times(0, 4, () => this.random.pick(keys as [string, ...string[]])).filter((key) => {
      // `.example.com` is `*.example.com` too: both in one map do not load.
      const named = key.toLowerCase().replace(/^\*(?=\.)/, '');
      return seen.has(named) ? false : seen.add(named) !== undefined;
    });
    return { line: `map ${source} ${name}`, block: [...(hostnames ? [{ line: 'hostnames' }] : []), ...(this.random.chance(0.1) ? [{ line: 'volatile' }] : []), ...(this.random.chance(0.6) ? [{ line: `default ${this.#value()}` }] : []), ...rows.map((key) => ({ line: `${key} ${key.includes('label') ? this.random.pick(['$http_origin', '$label']) : this.#value()}` }))] };
  }

  #server(): Node {
    this.#named = this.random.times(0, 2, (index) => `@n${index}`);
    const used = new Set<string>();
    const all = ['/', '/', '/a/', '/a', '^~ /a/', '^~ /a/b/', '= /a/one.txt', '= /index.html', '= /', '~ \\.txt$', '~* \\.(TXT|js)$', '~ ^/a/b', '~ \\.html$', '/c/', '/api', '/api/', '/api/', '= /api/', '/old/', '= /err.json'] as const;
    const locations = this.random.times(1, 4, () => this.random.pick(all)).filter((name) => {
      const path = name.replace(/^\^~ /, '');
      return used.has(path) ? false : used.add(path) !== undefined;
    });
    const auths: readonly Node[] = [
      { line: 'location = /auth-ok', block: [{ line: 'internal' }, { line: 'return 204' }] },
      { line: 'location = /auth-no', block: [{ line: 'internal' }, { line: `return ${this.random.pick(['401', '403', '404'])}` }] },
      { line: 'location = /auth-if', block: [{ line: 'if ($request_method = OPTIONS)', block: [{ line: 'return 200' }] }, { line: 'if ($http_x_custom)', block: [{ line: 'return 200' }] }, { line: 'return 403' }] },
    ];
    return {
      line: 'server',
      block: [
        { line: `listen 127.0.0.1:${this.places.port}` },
        { line: `server_name c${this.id}.test` },
        { line: 'set $chosen ""' },
        ...(this.random.chance(0.22) ? this.#rewrites('server', 1, 2) : []),
        ...this.#settings('server'),
        ...this.random.pick<readonly Node[]>([[], [], [], this.#tryFiles()]),
        ...locations.map((name) => this.#location(name, 0)),
        ...this.#named.map((name) => this.#location(name, 0)),
        ...auths,
      ],
    };
  }

  #location(name: string, depth: number): Node {
    const kind = name.startsWith('@') ? 'named' : /^~/.test(name) ? 'pattern' : name.startsWith('=') ? 'exact' : 'prefix';
    const path = name.replace(/^\S+ /, '');
    const below = depth < 2 && kind === 'prefix' && this.random.chance(0.3) ? this.#nested(path) : depth < 2 && kind === 'pattern' && this.random.chance(0.15) ? ['~ two'] : [];
    return {
      line: `location ${name}`,
      block: [
        ...(kind !== 'named' && this.random.chance(0.08) ? [{ line: 'internal' }] : []),
        ...this.#rewrites('location', 0, 2),
        ...this.#settings('location'),
        ...this.#handler(kind),
        ...(this.random.chance(0.12) ? [{ line: `limit_except ${this.random.pick(['GET', 'GET POST', 'GET OPTIONS', 'POST'])}`, block: this.random.pick<readonly Node[]>([[{ line: 'deny all' }], [{ line: 'auth_basic x' }], [{ line: 'allow 127.0.0.1' }, { line: 'deny all' }]]) }] : []),
        ...below.map((inner) => this.#location(inner, depth + 1)),
      ],
    };
  }

  #nested(path: string): readonly string[] {
    const base = path.replace(/\/?$/, '/');
    return [...new Set(this.random.times(1, 2, () => this.random.pick([`${base}one.txt`, `${base}b/`, `= ${base}one.txt`, '~ \\.txt$', '~ two', `^~ ${base}b/`])))].filter((name, index, all) => all.findIndex((other) => other.replace(/^\^~ /, '') === name.replace(/^\^~ /, '')) === index);
  }

  /** What answers in a location. */
  #handler(kind: 'named' | 'pattern' | 'exact' | 'prefix'): readonly Node[] {
    const to = `http://127.0.0.1:${this.places.upstream}`;
    const withPath = kind === 'prefix' || kind === 'exact';
    return this.random.pick<readonly Node[]>([
      [],
      [],
      this.#tryFiles(),
      this.#proxied(to),
      this.#proxied(to),
      this.#proxied(withPath ? `${to}${this.random.pick(['/', '/api/', '/api/star'])}` : to),
      [{ line: 'empty_gif' }],
    ]);
  }

  #proxied(target: string): readonly Node[] {
    return [
      { line: `proxy_pass ${target}` },
      ...(this.random.chance(0.3) ? [{ line: `proxy_hide_header ${this.random.pick(['Access-Control-Allow-Origin', 'access-control-allow-credentials', 'Vary'])}` }] : []),
      ...(this.random.chance(0.1) ? [{ line: 'proxy_intercept_errors on' }] : []),
      ...(this.random.chance(0.15) ? [{ line: `proxy_set_header Origin ${this.random.pick(['""', 'https://app.example.com', '$http_origin'])}` }] : []),
    ];
  }

  #tryFiles(): readonly Node[] {
    const tested = this.random.pick(['$uri', '$uri $uri/', '$uri.html $uri', '$uri/']);
    return [{ line: `try_files ${tested} ${this.random.pick(['=404', '=404', '/index.html', '/index.html', '/page.html', '/err.json', '=403', ...this.#named, ...this.#named])}` }];
  }

  #settings(context: 'server' | 'location'): readonly Node[] {
    const { random } = this;
    const found: Node[] = [...this.#headers(0, 3)];
    const maybe = (probability: number, ...lines: readonly string[]): void => {
      if (random.chance(probability)) found.push(...lines.map((line) => ({ line })));
    };
    maybe(context === 'server' ? 0.15 : 0.12, `error_page ${random.pick(['403', '404', '405', '404 405', '401', '301', '500', '404 500', '405'])} ${random.pick(['', '', '=', '=200', '=204', '=404'])} ${random.pick(['/err.json', '/page.html', '$uri', 'https://other.example/', '/', ...this.#named, ...this.#named, ...this.#named])}`.replace(/ +/g, ' '));
    maybe(0.02, 'recursive_error_pages on');
    maybe(context === 'server' ? 0.05 : 0.12, 'auth_basic x', `auth_basic_user_file ${this.places.root}/htpasswd`);
    maybe(context === 'server' ? 0.02 : 0.08, `auth_request /auth-${random.pick(['ok', 'no', 'if'])}`);
    maybe(context === 'server' ? 0.03 : 0.12, ...random.pick<readonly string[]>([['deny all'], ['allow 127.0.0.1', 'deny all'], ['deny 127.0.0.1'], ['allow 10.0.0.0/8', 'deny all'], ['allow all']]));
    maybe(0.08, 'satisfy any');
    maybe(0.04, 'index page.html index.html');
    maybe(0.03, 'expires 1h');
    maybe(0.03, 'gzip on', 'gzip_vary on');
    return found;
  }

  /** `set`, `if`, `rewrite`, `return`, `break`. */
  #rewrites(context: 'server' | 'location' | 'if', least: number, most: number): readonly Node[] {
    const rare = context === 'server' ? 0.35 : 1;
    return this.random.times(least, most, (): readonly Node[] => {
      const at = this.random.next();
      if (at < 0.3) return [{ line: `set $chosen ${this.#value()}` }];
      if (at < 0.75 && context !== 'if') return [this.#if(context)];
      if (at < 0.83 && this.random.chance(rare)) return [{ line: this.#rewrite() }];
      if (at < 0.87) return [{ line: 'break' }];
      return this.random.chance(context === 'if' ? 0.9 : 0.3 * rare) ? [{ line: `return ${this.#return()}` }] : [];
    }).flat();
  }

  #rewrite(): string {
    return this.random.pick([
      'rewrite ^/a/(.*)$ /c/$1',
      'rewrite ^/api/(.*)$ /x/$1 break',
      'rewrite ^/api/(.*)$ /$1 break',
      'rewrite ^/c/(.*)$ /a/$1 break',
      'rewrite ^/a/(.*)$ /api/$1 last',
      'rewrite ^ /index.html last',
      'rewrite ^ /page.html break',
      'rewrite ^/c/ /a/one.txt',
      'rewrite ^/old/(.*)$ /a/$1 permanent',
      'rewrite ^/old/(.*)$ https://other.example/$1 redirect',
      'rewrite \\.js$ /a/one.txt last',
      'rewrite ^/a/one /api/star last',
    ]);
  }

  #if(context: 'server' | 'location'): Node {
    const condition = this.random.pick([
      '$request_method = OPTIONS',
      '$request_method = OPTIONS',
      '$request_method = "OPTIONS"',
      '$request_method != GET',
      '$request_method ~ ^(GET|POST)$',
      '$request_method ~* "(get|options)"',
      '$http_origin',
      `$http_origin = "${ORIGIN}"`,
      '$http_origin != ""',
      '$chosen',
      `$chosen = "${ORIGIN}"`,
      '$chosen = "1${request_method}"',
      '$chosen != $http_origin',
      `$http_origin ~ ${this.random.pick(PATTERNS)}`,
      `$http_origin ~* ${this.random.pick(PATTERNS)}`,
      `$http_origin !~ ${this.random.pick(PATTERNS)}`,
      '$uri ~ "\\.txt$"',
      '$uri = /a/one.txt',
      '$http_x_custom',
      '$arg_z',
      '$arg_z = 1',
      '-f $request_filename',
      '!-e $request_filename',
      '$host = c.test',
      ...this.#made,
      ...this.#made.map((name) => `${name} = 1`),
    ]);
    const body: readonly Node[] = [...this.#rewrites('if', 0, 2), ...(context === 'location' ? this.#headers(0, 2) : []), ...(context === 'location' && this.random.chance(0.08) ? [{ line: `proxy_pass http://127.0.0.1:${this.places.upstream}` }] : []), ...(context === 'location' && this.random.chance(0.06) ? [{ line: 'error_page 405 =204 /page.html' }] : [])];
    return { line: `if (${condition})`, block: body };
  }

  #headers(least: number, most: number): readonly Node[] {
    return this.random.times(least, most, () => {
      if (this.random.chance(0.1)) return { line: this.#more() };
      const name = this.random.pick(['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'Vary', 'X-Mark']);
      return { line: `add_header ${name} ${this.#headerValue(name)}${this.random.chance(0.5) ? ' always' : ''}` };
    });
  }

  #more(): string {
    return this.random.pick([
      "more_set_headers 'Access-Control-Allow-Origin: $http_origin'",
      "more_set_headers 'Access-Control-Allow-Origin: *' 'X-Mark: more'",
      "more_set_headers -s '404 405' 'Access-Control-Allow-Origin: https://app.example.com'",
      "more_clear_headers 'Access-Control-*'",
      'more_clear_headers Access-Control-Allow-Origin',
      "more_set_headers 'Access-Control-Allow-Origin: $chosen'",
      "more_set_headers 'Access-Control-Allow-Origin:'",
    ]);
  }

  #headerValue(name: string): string {
    switch (name) {
      case 'Access-Control-Allow-Credentials':
        return this.random.pick(['true', '"true"', 'false', '""']);
      case 'Access-Control-Allow-Methods':
        return this.random.pick(['"GET, PUT"', 'GET,POST', "'*'"]);
      case 'Access-Control-Allow-Headers':
        return this.random.pick(['*', '"Content-Type, X-Custom"', '$http_access_control_request_headers']);
      case 'Vary':
        return this.random.pick(['Origin', '"Origin, Accept"']);
      case 'X-Mark':
        return this.random.pick(['1', '$chosen', '"$chosen-$http_origin"', '$1', '$who', '"a${http_x_custom}"', '$http_x_custom$http_origin', '$upstream_http_access_control_allow_origin']);
      default:
        return this.#value();
    }
  }

  #value(): string {
    return this.random.pick(['*', '"*"', ORIGIN, '$http_origin', '"$http_origin"', '$chosen', '"${chosen}1"', 'null', '0', '1', '""', ...this.#made, ...this.#made]);
  }

  #plain(): string {
    return this.random.pick(['*', ORIGIN, '""', '1', '0']);
  }

  #return(): string {
    return this.random.pick(['204', '204', '200', '200 "ok"', '403', '404', '405', '301 https://other.example/', '302 /a/one.txt', '401', '418', '202', '404 "no"', 'https://other.example/$request_method', '444', '500']);
  }
}
