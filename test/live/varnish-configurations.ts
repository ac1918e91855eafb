import type { Random } from './seed.js';

/** Paths that generated requests ask for; the upstream answers by them. */
export const PATHS = ['/', '/api/x', '/star', '/missing', '/vary/a.js'] as const;

const PATTERNS = ['^https://app\\.example\\.com$', '^https://app.example.com', '^https?://(app|admin)\\.example\\.com(:[0-9]+)?$', 'example\\.com', '^null$', '(?i)^HTTPS://APP\\.', '\\.example\\.com$', ''] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'access-control-max-age', 'Vary'] as const;

type Where = 'recv' | 'fetch' | 'response' | 'deliver' | 'synth' | 'shared';

/** One random program around a backend on this port. */
export function generated(random: Random, port: number): string {
  return new Generator(random).program(port);
}

/** A program's text with its backends where the upstream of the suite is. */
export function localised(text: string, port: number): string {
  return text.replace(/(\.host\s*=\s*)"[^"]*"/g, '$1"127.0.0.1"').replace(/(\.port\s*=\s*)"[^"]*"/g, `$1"${port}"`);
}

class Generator {
  #shared = false;
  /** Places where something was made to depend on the response behind: whether another one is made cannot wait for it there. */
  readonly #waiting = new Set<Where>();

  constructor(private readonly random: Random) {}

  program(port: number): string {
    const { random } = this;
    this.#shared = random.chance(0.4);
    const subs: string[] = [];
    const sub = (name: string, where: Where, least: number, most: number, chance = 1): void => {
      if (random.chance(chance)) subs.push(`sub ${name} {\n${this.#statements(where, least, most, 1).join('\n')}\n}`);
    };
    sub('vcl_recv', 'recv', 0, 3);
    sub('vcl_recv', 'recv', 1, 2, 0.2);
    sub('vcl_backend_fetch', 'fetch', 1, 2, 0.15);
    sub('vcl_backend_response', 'response', 0, 3, 0.6);
    sub('vcl_deliver', 'deliver', 1, 5);
    sub('vcl_deliver', 'deliver', 1, 2, 0.2);
    sub('vcl_synth', 'synth', 1, 4, 0.8);
    if (this.#shared) {
      sub('cors', 'shared', 1, 3);
      subs.push('sub vcl_deliver { call cors; }', ...(random.chance(0.5) ? ['sub vcl_synth { call cors; }'] : []));
    }
    return `vcl 4.1;\n\nimport std;\n\nbackend default { .host = "127.0.0.1"; .port = "${port}"; }\n\n${subs.join('\n\n')}\n`;
  }

  #statements(where: Where, least: number, most: number, depth: number): readonly string[] {
    return this.random.times(least, most, () => this.#statement(where, depth));
  }

  #statement(where: Where, depth: number): string {
    const { random } = this;
    const indentation = '    '.repeat(depth);
    if (depth < (where === 'recv' ? 2 : 3) && random.chance(depth === 1 ? 0.55 : 0.3)) return this.#if(where, depth);
    if (depth > 1 && random.chance(0.2)) {
      const action = this.#return(where);
      if (action !== undefined) return `${indentation}return (${action});`;
    }
    return `${indentation}${this.#simple(where)}`;
  }

  #if(where: Where, depth: number): string {
    const { random } = this;
    const indentation = '    '.repeat(depth);
    const block = (): string => `{\n${this.#statements(where, 1, 3, depth + 1).join('\n')}\n${indentation}}`;
    const first = `${indentation}if (${this.#condition(where, 0)}) ${block()}`;
    const others = random.times(0, 1, () => ` ${random.pick(['elseif', 'else if', 'elsif', 'elif'])} (${this.#condition(where, 0)}) ${block()}`);
    return `${first}${others.join('')}${random.chance(0.3) ? ` else ${block()}` : ''}`;
  }

  #return(where: Where): string | undefined {
    const { random } = this;
    switch (where) {
      case 'recv':
        return random.pick(['synth(204)', 'synth(200, "cors")', 'synth(750, "x")', 'synth(403)', 'pass', 'hash', 'pipe', 'purge', 'fail']);
      case 'fetch':
        return random.pick(['fetch', 'abandon', 'error(418, "t")']);
      case 'response':
        return this.#waiting.has(where) ? 'deliver' : random.pick(['deliver', 'deliver', 'deliver', 'pass(10s)', 'abandon', 'error(419)']);
      case 'deliver':
        return this.#waiting.size > 0 ? 'deliver' : random.pick(['deliver', 'deliver', 'synth(404)', 'synth(200, "again")']);
      case 'synth':
        return 'deliver';
      case 'shared':
        return undefined;
    }
  }

  #simple(where: Where): string {
    const { random } = this;
    const header = random.pick(NAMES);
    if (where === 'recv' || where === 'fetch') {
      const request = where === 'recv' ? 'req' : 'bereq';
      return random.pick([
        random.chance(0.2) ? `set ${request}.http.Origin = ${this.#value(where)};` : `set ${request}.http.X-Cors = ${this.#value(where)};`,
        `set ${request}.http.X-Cors = ${this.#value(where)};`,
        `unset ${request}.http.${random.chance(0.2) ? 'Origin' : 'X-Cors'};`,
        `unset ${request}.http.Cookie;`,
        where === 'recv' ? 'set req.url = std.querysort(req.url);' : 'unset bereq.http.X-Nothing;',
      ]);
    }
    const response = where === 'response' ? 'beresp' : 'resp';
    if (random.chance(0.15)) return `unset ${response}.http.${header};`;
    if (random.chance(0.08) && (where === 'response' || where === 'synth' || (where === 'deliver' && this.#waiting.size === 0))) return where === 'response' ? 'set beresp.http.X-Seen = "1";' : `set resp.status = ${random.pick([200, 204, 201])};`;
    if (random.chance(0.1)) return `if (${response}.http.Vary) { set ${response}.http.Vary = ${response}.http.Vary + ", Origin"; } else { set ${response}.http.Vary = "Origin"; }`;
    const text = header.endsWith('Origin') ? this.#value(where) : header.endsWith('Credentials') ? '"true"' : header === 'Vary' ? '"Origin"' : header.endsWith('Age') ? '86400' : random.pick(['"GET, PUT"', '"content-type"', 'req.http.Access-Control-Request-Headers']).replace(/^req/, where === 'response' ? 'bereq' : 'req');
    return random.chance(0.06) ? `set ${response}.http.${header} += ${text};` : `set ${response}.http.${header} = ${text};`;
  }

  #request(where: Where): string {
    return where === 'fetch' || where === 'response' ? 'bereq' : 'req';
  }

  #value(where: Where): string {
    const request = this.#request(where);
    const computed = where === 'recv' || where === 'fetch' ? [] : [`"https://" + ${request}.http.X-Cors`];
    return this.random.pick([
      `${request}.http.Origin`,
      `${request}.http.Origin`,
      `${request}.http.X-Cors`,
      ...computed,
      '"*"',
      '"https://app.example.com"',
      '{"https://admin.example.com"}',
      `std.tolower(${request}.http.Origin)`,
      `${request}.http.Origin.lower()`,
      'regsub("http://app.example.com", "^http:", "https:")',
      '""',
    ]);
  }

  #condition(where: Where, depth: number): string {
    const { random } = this;
    if (depth < 2 && random.chance(0.3)) return random.pick([(a: string, b: string) => `${a} && ${b}`, (a: string, b: string) => `${a} || ${b}`, (a: string, b: string) => `(${a}) && !(${b})`, (a: string, b: string) => `!(${a} || ${b})`])(this.#condition(where, depth + 1), this.#condition(where, depth + 1));
    const request = this.#request(where);
    const origin = random.pick([`${request}.http.Origin`, `${request}.http.Origin`, `${request}.http.X-Cors`]);
    const tests: [string, ...string[]] = [
      `${origin} ${random.pick(['~', '~', '!~'])} "${random.pick(PATTERNS)}"`,
      `${origin} ${random.pick(['~', '~', '!~'])} "${random.pick(PATTERNS)}"`,
      `${origin} ${random.pick(['==', '!='])} "${random.pick(['https://app.example.com', 'https://admin.example.com', '*', ''])}"`,
      `${random.chance(0.4) ? '!' : ''}${origin}`,
      `${request}.method == "OPTIONS"`,
      `${request}.method ${random.pick(['==', '!='])} "${random.pick(['OPTIONS', 'GET', 'POST'])}"`,
      `${request}.url ~ "${random.pick(['^/api', '\\.js$', '^/$', 'star'])}"`,
      `${request}.http.Access-Control-Request-Method`,
      `${request}.http.host ~ "^127"`,
    ];
    if (where === 'response') tests.push('beresp.status == 404', 'beresp.status >= 400', 'beresp.http.Access-Control-Allow-Origin', '!beresp.http.Vary', 'beresp.http.Access-Control-Allow-Origin == "*"');
    if (where === 'deliver') tests.push('resp.status == 404', 'resp.status < 400', '!resp.http.Access-Control-Allow-Origin', 'resp.http.Vary', 'resp.http.Access-Control-Allow-Origin ~ "example"', 'req.restarts == 0');
    if (where === 'shared') tests.push('!resp.http.Access-Control-Allow-Origin', 'resp.http.Vary ~ "Origin"');
    if (where === 'synth') tests.push('resp.status == 204', 'resp.status == 750', 'resp.reason == "cors"', 'resp.status >= 400');
    const chosen = random.pick(tests);
    if (/resp\./.test(chosen) && where !== 'synth') this.#waiting.add(where);
    return chosen;
  }
}
