import type { Random } from './seed.js';

/** Where a generated configuration's server listens and what it can pass requests to. */
export interface Places {
  readonly port: number;
  readonly upstream: number;
  readonly root: string;
}

/** A whole configuration file around the content of `http`, as both nginx and the linter read it; with the modules of `more_set_headers` and of Lua where Debian has them. */
export function whole(http: string, { root }: Places): string {
  const lua = http.includes('by_lua') ? ['ndk_http_module', 'ngx_http_lua_module'] : [];
  return `${[...lua, 'ngx_http_headers_more_filter_module'].map((name) => `load_module /usr/lib/nginx/modules/${name}.so;\n`).join('')}daemon off;
master_process off;
worker_processes 1;
error_log stderr;
pid ${root}/nginx.pid;
events {
    worker_connections 64;
}
http {
    access_log off;
    root ${root};
    client_body_temp_path ${root}/body;
    proxy_temp_path ${root}/proxy;
    fastcgi_temp_path ${root}/fastcgi;
    uwsgi_temp_path ${root}/uwsgi;
    scgi_temp_path ${root}/scgi;
${http}
}
`;
}

/** A fixture's text with addresses and folders that exist here; locations alone stand in a server, and the upstream is asked over HTTP. */
export function localised(text: string, { port, upstream, root }: Places): string {
  const served = /^server\b/m.test(text) ? text : `server {\n    listen 80;\n${text}}\n`;
  return served
    .replace(/listen [^;]*;/g, `listen 127.0.0.1:${port};`)
    .replace(/proxy_pass http:\/\/[^/;]*/g, `proxy_pass http://127.0.0.1:${upstream}`)
    .replace(/\bserver [\w.]+:\d+/g, `server 127.0.0.1:${upstream}`)
    .replace(/fastcgi_pass [^;]*/g, `proxy_pass http://127.0.0.1:${upstream}`)
    .replace(/\/srv\/www[\w/]*/g, root);
}

/** Paths of files that exist below the root, which generated requests ask for. */
export const FILES = ['/index.txt', '/a/one.txt', '/a/b/two.txt', '/a/b/two.js', '/c/three.txt', '/fonts/x', '/items/x', '/api/x', '/x', '/cart'] as const;

const PATTERNS = ['"^https://app\\.example\\.com$"', '"^https://app.example.com"', '"^https?://(app|admin)\\.example\\.com(:[0-9]+)?$"', 'example\\.com', '"^null$"'] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'Access-Control-Max-Age', 'Vary'] as const;

/** One random `http` content: maps and a server with locations, `if`, `return`, `error_page` and passes to an upstream. */
export function generated(random: Random, places: Places): string {
  return new Generator(random, places).http();
}

class Generator {
  #maps: readonly string[] = [];

  constructor(
    private readonly random: Random,
    private readonly places: Places,
  ) {}

  http(): string {
    const maps = this.random.times(0, 2, (index) => this.#map(`$map${index}`));
    this.#maps = maps.map((_map, index) => `$map${index}`);
    return [...maps, ...this.#headers(0, 1, '    '), this.#server()].join('\n');
  }

  #map(name: string): string {
    const rows = [
      ...(this.random.chance(0.7) ? [`default ${this.random.pick(['""', 'https://app.example.com', '*', '$http_origin'])};`] : []),
      ...this.random.times(0, 2, (index) => `https://${['app', 'admin'][index]}.example.com ${this.random.pick(['$http_origin', 'https://app.example.com', '""'])};`),
      ...(this.random.chance(0.4) ? [`~${this.random.chance(0.3) ? '*' : ''}^https://[a-z]+\\.example\\.com$ $http_origin;`] : []),
    ];
    return `    map ${this.random.pick(['$http_origin', '$http_origin', '$request_method'])} ${name} {\n${rows.map((row) => `        ${row}`).join('\n')}\n    }`;
  }

  #server(): string {
    const { port, root } = this.places;
    const lines = [`listen 127.0.0.1:${port};`, `root ${root};`, ...(this.random.chance(0.3) ? [`set $chosen ${this.#text()};`] : ['set $chosen "";'])].map((line) => `        ${line}`);
    const locations = [...new Set(this.random.times(1, 4, () => this.random.pick(['/', '/a/', '^~ /a/b/', '= /a/one.txt', '~ \\.txt$', '~* /b/', '/c'])))];
    return ['    server {', ...lines, ...this.#headers(0, 3, '        '), ...(this.random.chance(0.2) ? this.#if('        ') : []), ...this.#errorPage('        '), ...locations.flatMap((location) => this.#location(location, '        ', 0)), '    }'].join('\n');
  }

  #errorPage(indent: string): readonly string[] {
    return this.random.chance(0.15) ? [`${indent}error_page ${this.random.pick(['403', '404', '405'])} ${this.random.pick(['', '=200 ', '=204 '])}/index.txt;`] : [];
  }

  #location(name: string, indent: string, depth: number): readonly string[] {
    const inner = `${indent}    `;
    const isPrefix = name.startsWith('/');
    const handler = this.random.pick(['', '', `proxy_pass http://127.0.0.1:${this.places.upstream};`, `proxy_pass http://127.0.0.1:${this.places.upstream};\n${inner}proxy_hide_header Access-Control-Allow-Origin;`, `return ${this.#return()};`, 'deny all;']);
    return [
      `${indent}location ${name} {`,
      ...(this.random.chance(0.3) ? [`${inner}set $chosen ${this.#text()};`] : []),
      ...this.random.times(0, 2, () => this.#if(inner)).flat(),
      ...this.#headers(0, 3, inner),
      ...(this.random.chance(0.1) ? [`${inner}limit_except GET {`, `${inner}    deny all;`, `${inner}}`] : []),
      ...(handler === '' ? [] : [`${inner}${handler}`]),
      ...(isPrefix && depth === 0 && this.random.chance(0.3) ? this.#location(`${name === '/' ? '/a/' : name.replace(/\/?$/, '/')}${this.random.pick(['one', 'b/'])}`, inner, 1) : []),
      `${indent}}`,
    ];
  }

  #if(indent: string): readonly string[] {
    const condition = this.random.pick([
      '$request_method = OPTIONS',
      '$request_method = "OPTIONS"',
      '$request_method != GET',
      '$http_origin',
      '$http_origin = "https://app.example.com"',
      '$http_origin != ""',
      '$chosen',
      `$http_origin ~ ${this.random.pick(PATTERNS)}`,
      `$http_origin ~* ${this.random.pick(PATTERNS)}`,
      `$http_origin !~ ${this.random.pick(PATTERNS)}`,
    ]);
    const inLocation = indent.length > 8;
    const body = [...(this.random.chance(0.4) ? [`set $chosen ${this.#text()};`] : []), ...(inLocation ? this.#headers(0, 2, '') : []), ...(this.random.chance(0.4) ? [`return ${this.#return()};`] : [])];
    return [`${indent}if (${condition}) {`, ...body.map((line) => `${indent}    ${line}`), `${indent}}`];
  }

  #headers(least: number, most: number, indent: string): readonly string[] {
    return this.random.times(least, most, () => {
      const name = this.random.pick(NAMES);
      return `${indent}add_header ${name} ${this.#value(name)}${this.random.chance(0.5) ? ' always' : ''};`;
    });
  }

  #value(name: string): string {
    switch (name) {
      case 'Access-Control-Allow-Credentials':
        return this.random.pick(['true', '"true"', 'false', '""']);
      case 'Access-Control-Allow-Methods':
        return this.random.pick(['"GET, PUT"', 'GET,POST', "'*'"]);
      case 'Access-Control-Allow-Headers':
        return this.random.pick(['*', '"Content-Type, X-Custom"', '$http_access_control_request_headers']);
      case 'Access-Control-Max-Age':
        return this.random.pick(['600', '"86400"']);
      case 'Vary':
        return this.random.pick(['Origin', '"Origin, Accept"']);
      default:
        return this.#text();
    }
  }

  #text(): string {
    return this.random.pick(['*', '"*"', 'https://app.example.com', '$http_origin', '"$http_origin"', '$chosen', 'null', ...this.#maps, ...this.#maps]);
  }

  #return(): string {
    return this.random.pick(['204', '200 "ok"', '403', '404', '301 https://other.example/']);
  }
}
