import type { Random } from './seed.js';

/** Where a generated configuration listens and what it can pass requests to. */
export interface Places {
  readonly port: number;
  readonly upstream: number;
}

/** What a configuration needs before its proxies, as HAProxy and the linter read it. */
export const DEFAULTS = ['mode http', 'timeout connect 2s', 'timeout client 5s', 'timeout server 5s'].map((line) => `    ${line}`).join('\n');

/** Users of generated `auth` rules. */
export const USERS = 'userlist users\n    user editor insecure-password secret\n';

/** Paths that generated configurations are asked for; the upstream answers by them. */
export const PATHS = ['/', '/api/x', '/star/a.json', '/api/status/404', '/API'] as const;

/** One frontend with its backends; names end with the number, so that many fit into one process. */
export function generated(random: Random, number: number, places: Places): string {
  return new Generator(random, number, places).whole();
}

const PATTERNS = ['^https://app\\.example\\.com$', '^https://app.example.com', '^https?://(app|admin)\\.example\\.com(:[0-9]+)?$', 'example\\.com', '^(https://[a-z]+\\.example\\.com)$', '^null$', '^HTTPS://APP'] as const;
const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'null', 'HTTPS://APP.example.com', 'https://app.example.com https://admin.example.com'] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'access-control-allow-headers', 'Access-Control-Max-Age', 'Vary'] as const;

class Generator {
  #acls: readonly { readonly name: string; readonly inResponse: boolean }[] = [];
  #variables: readonly string[] = [];
  #captures = 0;

  constructor(
    private readonly random: Random,
    private readonly number: number,
    private readonly places: Places,
  ) {}

  whole(): string {
    const { random, number } = this;
    const backends = Array.from({ length: 1 + random.below(3) }, (_unused, index) => `b${number}x${index}`);
    const isListen = random.chance(0.25);
    const inherited = random.chance(0.25) && !isListen;
    const own: string[] = [`bind 127.0.0.1:${this.places.port}`];
    if (random.chance(0.1)) own.push('monitor-uri /API');
    if (random.chance(0.4)) {
      own.push(`capture request header origin len ${random.pick([64, 128])}`);
      this.#captures = 1;
      if (random.chance(0.5)) {
        own.push('capture request header access-control-request-headers len 100');
        this.#captures = 2;
      }
    }
    own.push(...random.times(0, 4, (index) => this.#acl(`a${index}`)));
    own.push(...random.times(0, 5, () => this.#request()));
    if (random.chance(0.3)) {
      own.push(`http-request capture ${random.pick(['req.hdr(origin)', 'req.fhdr(access-control-request-headers)', 'req.hdr(access-control-request-headers)'])} len 100`);
      this.#captures += 1;
    }
    own.push(...this.#responses(0, 5));
    if (random.chance(0.1)) own.push(`redirect ${random.pick(['location /elsewhere', 'prefix https://other.example', 'scheme https'])} ${random.pick(['', 'code 301 ', 'code 307 '])}if { path_end .json }`);
    own.push(...random.times(0, 2, () => `use_backend ${this.#oneOf(backends)} ${this.#condition('request')}`));
    own.push(...(isListen && random.chance(0.7) ? [this.#server()] : [`default_backend ${backends[0]!}`]));
    // The order of lines of different kinds means nothing, but for ACLs, which stand before their use.
    const front = section(`${isListen ? 'listen' : 'frontend'} f${number} from ${inherited ? 'd' : 'e'}${number}`, own);
    const named = inherited ? [section(`defaults d${number}`, [...DEFAULTS.split('\n').map((line) => line.trim()), ...this.#defaultRules()])] : [];
    return [...named, `defaults e${number}\n${DEFAULTS}`, front, ...backends.map((name) => this.#backend(name, number))].join('\n\n');
  }

  #defaultRules(): readonly string[] {
    const saved = this.#acls;
    this.#acls = [];
    const rules = this.#responses(1, 2).filter((line) => !line.startsWith('acl'));
    this.#acls = saved;
    return rules;
  }

  #backend(name: string, number: number): string {
    this.#acls = [];
    const { random } = this;
    const lines = [...random.times(0, 2, (index) => this.#acl(`a${index}`)), ...random.times(0, 2, () => this.#request()), ...this.#responses(0, 3), ...(random.chance(0.93) ? [this.#server()] : [])];
    return section(`backend ${name} from e${number}`, lines);
  }

  #server(): string {
    return `server s 127.0.0.1:${this.places.upstream}`;
  }

  #acl(name: string): string {
    const inResponse = this.random.chance(0.5);
    const test = inResponse ? this.#test('response') : this.#test('request');
    this.#acls = [...this.#acls, { name, inResponse }];
    return `acl ${name} ${test}`;
  }

  #oneOf(from: readonly string[]): string {
    return from[this.random.below(from.length)] ?? '';
  }

  /** The words of an ACL behind its name. */
  #test(phase: 'request' | 'response'): string {
    const { random } = this;
    const carried = [...this.#variables.map((name) => `var(${name})`), ...Array.from({ length: this.#captures }, (_unused, index) => `capture.req.hdr(${index})`)];
    const text = phase === 'request' || carried.length === 0 ? random.pick(['req.hdr(origin)', 'req.hdr(origin)', 'hdr(origin)', 'req.fhdr(origin)', 'req.hdr(origin),lower']) : this.#oneOf(carried);
    const flags = random.chance(0.25) ? ' -i' : '';
    const matching = random.pick<() => string>([
      () => `${text}${text.startsWith('var(') ? ' -m str' : ''}${flags} ${random.pick(ORIGINS)}`,
      () => `${text} -m str${flags} ${random.pick(ORIGINS)}`,
      () => `${text} -m reg${flags} ${random.pick(PATTERNS)}`,
      () => `${text} -m ${random.pick(['sub', 'end', 'dom', 'dir'])}${flags} ${random.pick(['example.com', '.example.com', 'app.example.com', 'App.Example.com'])}`,
      () => `${text} -m beg${flags} ${random.pick(['https://app.example.com', 'https://', 'http'])}`,
      () => `${text} -m len ${random.pick(['4', '23', '4 25'])}`,
      () => `${text} -m found`,
      () => `${text} -m found`,
      () => `${random.pick(['method OPTIONS', 'method POST PUT', 'method PATCH', 'method -m str GET', 'always_true', 'ssl_fc', 'always_false'])}`,
    ]);
    if (phase === 'request') {
      return random.pick<() => string>([
        matching,
        matching,
        matching,
        () => `hdr_${random.pick(['beg', 'end', 'sub', 'dom'])}(origin)${flags} ${random.pick(['https://app', '.example.com', 'example.com', 'example'])}`,
        () => `hdr_reg(origin)${flags} ${random.pick(PATTERNS)}`,
        () => random.pick(['path /api/x', 'path_beg /api', 'path_beg -i /api', 'path_end .json', 'path_sub status', 'path_dir api', 'path_reg ^/(api|star)/', 'path -m sub api', 'url_beg /api', 'path_dir -i API']),
        () => random.pick(['req.hdr(access-control-request-method) -m found', 'req.hdr(access-control-request-method) PUT', 'req.hdr(access-control-request-headers) x-custom', 'req.hdr(access-control-request-headers) -m sub content', 'req.hdr_cnt(origin) gt 0', 'req.hdr_cnt(origin) eq 0', 'req.hdr(cookie) -m found', 'http_auth(users)']),
        () => random.pick(['hdr(host) -i api.example.com', 'hdr_dom(host) -i example.com', 'hdr_beg(host) api.', 'req.hdr(host),field(1,:) api.example.com', 'req.hdr(host),lower api.example.com', 'dst_port 80', 'req.hdr(origin),field(3,/) app.example.com', 'req.hdr(origin),word(2,/) -m end .example.com']),
      ])();
    }
    return random.pick<() => string>([
      carried.length > 0 ? matching : () => 'status 200',
      carried.length > 0 ? matching : () => 'status 404',
      () => random.pick(['status 200', 'status 400:499', 'status ge 400', 'status 200 404', 'status gt 299', 'res.hdr(access-control-allow-origin) -m found', 'res.hdr(access-control-allow-origin) *', 'res.hdr_cnt(access-control-allow-origin) eq 0', 'res.hdr(vary) -m sub Origin', 'res.hdr(vary) Origin', 'res.fhdr(access-control-allow-origin) -m beg https']),
      () => random.pick(['method OPTIONS', 'method GET', 'method PATCH']),
      // Asked too late: never matches.
      () => random.pick(['req.hdr(origin) -m found', 'path_beg /api', 'hdr(origin) https://app.example.com']),
    ])();
  }

  /** `if …` or `unless …`; ACLs of the other phase are used too, as people do. */
  #condition(phase: 'request' | 'response'): string {
    const { random } = this;
    const usable = this.#acls.filter(({ inResponse }) => inResponse === (phase === 'response') || random.chance(0.1)).map(({ name }) => name);
    const predefined = random.pick(['METH_OPTIONS', 'METH_GET', 'METH_PUT', 'TRUE', 'FALSE', 'METH_POST']);
    const term = (): string => {
      const named = random.chance(0.7) && usable.length > 0 ? this.#oneOf(usable) : random.chance(0.4) ? predefined : `{ ${this.#test(phase)} }`;
      return random.chance(0.25) ? `!${named}` : named;
    };
    const terms = [term(), ...(random.chance(0.4) ? [`${random.pick(['', 'or ', '|| '])}${term()}`] : []), ...(random.chance(0.15) ? [`${random.pick(['', 'or '])}${term()}`] : [])];
    return `${random.pick(['if', 'if', 'if', 'unless'])} ${terms.join(' ')}`;
  }

  #maybe(phase: 'request' | 'response', probability: number): string {
    return this.random.chance(probability) ? ` ${this.#condition(phase)}` : '';
  }

  #request(): string {
    const { random } = this;
    return `http-request ${random.pick<() => string>([
      () => this.#variable(),
      () => this.#variable(),
      () => this.#variable(),
      () => `return status ${random.pick(['200', '204', '403', '404'])}${random.times(0, 3, () => ` hdr ${this.#header('request')}`).join('')} ${random.chance(0.5) ? 'if METH_OPTIONS' : this.#condition('request')}`,
      () => `return status ${random.pick(['200', '403'])} content-type text/plain string ok hdr ${this.#header('request')} ${this.#condition('request')}`,
      () => `deny${random.pick(['', ' deny_status 401', ' deny_status 404', ` deny_status 403 hdr ${this.#header('request')}`])} ${this.#condition('request')}`,
      () => `redirect ${random.pick(['location /elsewhere', 'prefix https://other.example code 308', 'scheme https code 301'])} ${this.#condition('request')}`,
      () => `auth realm R ${random.pick(['unless { http_auth(users) }', 'if !METH_OPTIONS !{ http_auth(users) }'])}`,
      () => `allow ${this.#condition('request')}`,
      () => `set-header Origin ${random.pick(['https://app.example.com', 'https://changed.example', '"%[req.hdr(origin)]"'])}${this.#maybe('request', 0.7)}`,
      () => `del-header Origin${this.#maybe('request', 0.8)}`,
      () => `replace-path ^/api/(.*) /\\1${this.#maybe('request', 0.3)}`,
    ])()}`;
  }

  #variable(): string {
    const { random } = this;
    const name = random.pick(['txn.o', 'txn.p', 'req.q', 'sess.r']);
    if (name !== 'req.q' && !this.#variables.includes(name)) this.#variables = [...this.#variables, name];
    if (random.chance(0.15)) return `set-var-fmt(${name}) "${random.pick(['https://app.example.com', '%[req.hdr(origin)]', 'a%%b', 'https://%[req.hdr(x-none)]app.example.com'])}"${this.#maybe('request', 0.4)}`;
    if (random.chance(0.05)) return `unset-var(${name})${this.#maybe('request', 0.5)}`;
    return `set-var(${name}) ${random.pick(['req.hdr(origin)', 'req.hdr(origin)', 'req.hdr(origin),lower', 'req.fhdr(origin)', 'str(https://app.example.com)', 'str(*)', 'req.hdr(access-control-request-headers)', 'req.fhdr(access-control-request-headers)', 'var(txn.o)', 'str(),concat(https://,txn.none,app.example.com)'])}${this.#maybe('request', 0.4)}`;
  }

  #responses(least: number, most: number): readonly string[] {
    const { random } = this;
    return [
      ...random.times(least, most, () => this.#response('http-response')),
      ...random.times(0, 2, () => this.#response('http-after-response')),
    ];
  }

  #response(set: string): string {
    const { random } = this;
    const late = (): string => this.#maybe('response', 0.55);
    return `${set} ${random.pick<() => string>([
      () => `set-header ${this.#header('response')}${late()}`,
      () => `set-header ${this.#header('response')}${late()}`,
      () => `set-header ${this.#header('response')}${late()}`,
      () => `add-header ${this.#header('response')}${late()}`,
      () => `add-header Vary Origin${late()}`,
      () => `del-header ${random.pick(['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'vary', 'Access-Control- -m beg', 'origin$ -m reg'])}${late()}`,
      () => `replace-header ${random.pick(['Access-Control-Allow-Origin', 'Vary'])} ${random.pick(['^.*$', '^\\*$', 'app', '^(.*)$'])} ${random.pick(['https://app.example.com', 'X', '"%[var(txn.o)]"'])}${late()}`,
      () => `replace-value Access-Control-Allow-Origin ${random.pick(['\\*', 'https://.*'])} ${random.pick(['https://app.example.com', 'null'])}${late()}`,
      () => (random.chance(0.3) ? `allow ${this.#condition('response')}` : `set-var(txn.late) str(https://app.example.com)${random.pick(['', ' if METH_GET', ' unless { method POST }'])}`),
      () => (set === 'http-response' && random.chance(0.5) ? `${random.pick([`return status 204 hdr ${this.#header('response')}`, 'deny', 'redirect location /late'])} ${random.pick(['if METH_OPTIONS', 'if { method POST }'])}` : `set-header ${this.#header('response')}${late()}`),
    ])()}`;
  }

  /** A name and its value. */
  #header(phase: 'request' | 'response'): string {
    const name = this.random.pick(NAMES);
    return `${name} ${this.#value(name, phase)}`;
  }

  #value(name: string, phase: 'request' | 'response'): string {
    const { random } = this;
    switch (name) {
      case 'Access-Control-Allow-Credentials':
        return random.pick(['true', '"true"', 'false']);
      case 'Access-Control-Allow-Methods':
        return random.pick(['"GET, PUT"', 'GET,POST', '*', 'GET,\\ PUT', "'GET, PUT'"]);
      case 'access-control-allow-headers':
        return random.pick(['*', '"Content-Type, X-Custom"', ...(this.#captures > 1 ? ['"%[capture.req.hdr(1)]"'] : []), ...(phase === 'request' ? ['"%[req.fhdr(access-control-request-headers)]"', '%[req.hdr(access-control-request-headers)]'] : [])]);
      case 'Access-Control-Max-Age':
        return random.pick(['600', '"86400"']);
      case 'Vary':
        return random.pick(['Origin', '"Origin, Accept"', 'Accept']);
      default:
        return random.pick(['*', '"*"', 'https://app.example.com', 'null', '"%[var(txn.o)]"', '%[var(txn.p)]', '%[var(txn.late)]', ...(this.#captures > 0 ? ['"%[capture.req.hdr(0)]"', '%[capture.req.hdr(0)]'] : []), ...(phase === 'request' ? ['%[req.hdr(origin)]', '"%[req.hdr(origin)]"'] : ['%[var(txn.o),lower]'])]);
    }
  }
}

function section(head: string, lines: readonly string[]): string {
  // ACLs stand before their use.
  const sorted = [...lines.filter((line) => line.startsWith('acl ')), ...lines.filter((line) => !line.startsWith('acl '))];
  return [head, ...sorted.map((line) => `    ${line}`)].join('\n');
}
