import type { Random } from './seed.js';

/** Where a generated configuration listens and what it can pass requests to. */
export interface LighttpdPlaces {
  readonly port: number;
  readonly secondPort: number;
  readonly upstream: number;
  readonly root: string;
}

/** Paths of files that exist below the root, which generated requests ask for. */
export const LIGHTTPD_FILES = ['/index.txt', '/a/one.txt', '/a/b/two.js', '/api/x'] as const;

export const LIGHTTPD_HOSTS = ['www.example.com', 'api.example.com'] as const;

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'null', '*', '%0'] as const;

/** One random configuration: lists in conditional blocks of every kind, chains of `else`, variables, `+=`, and modules that answer by themselves, in any order. */
export function generatedLighttpd(random: Random, places: LighttpdPlaces): string {
  return new Configuration(random, places).text();
}

/** A fixture's text with an address, a folder and an upstream that exist here, and every module it may need. */
export function localisedLighttpd(text: string, { port, upstream, root }: LighttpdPlaces): string {
  const own = text
    .replace(/^(\s*server\.(?:port|document-root|bind|username|groupname|errorlog|pid-file|upload-dirs|modules)\s*\+?=\s*)(?:\([^)]*\)|"[^"]*"|\d+)/gm, '# $1')
    .replace(/\("host"\s*=>\s*"[^"]*",\s*"port"\s*=>\s*\d+/g, `("host" => "127.0.0.1", "port" => ${upstream}`)
    .replace(/"host" => "[^"]*", "port" => \d+/g, `"host" => "127.0.0.1", "port" => ${upstream}`)
    .replace(/\/etc\/lighttpd\/users/g, `${root}/users`);
  const modules = ['mod_setenv', ...['redirect', 'access', 'auth', 'authn_file', 'proxy', 'rewrite'].map((name) => `mod_${name}`)];
  return `${head({ port, root }, /^\s*server\.modules/m.test(text) ? [...modulesIn(text)] : modules)}\n${own}`;
}

function* modulesIn(text: string): Generator<string> {
  for (const match of text.matchAll(/"(mod_\w+)"/g)) yield match[1]!;
}

function head({ port, root }: Pick<LighttpdPlaces, 'port' | 'root'>, modules: readonly string[]): string {
  return [`server.document-root = "${root}"`, 'server.bind = "127.0.0.1"', `server.port = ${port}`, `server.upload-dirs = ( "${root}" )`, `server.modules = ( ${modules.map((name) => `"${name}"`).join(', ')} )`].join('\n');
}

class Configuration {
  #lists = 0;

  constructor(
    private readonly random: Random,
    private readonly places: LighttpdPlaces,
  ) {}

  text(): string {
    const { random } = this;
    const others = ['mod_redirect', 'mod_access', 'mod_auth', 'mod_proxy', 'mod_rewrite'].filter(() => random.chance(0.7));
    const modules = [...others];
    if (random.chance(0.97)) modules.splice(random.below(modules.length + 1), 0, 'mod_setenv');
    this.#lists = random.below(3);
    return [
      head(this.places, [...modules, ...(others.includes('mod_auth') ? ['mod_authn_file'] : [])]),
      ...(others.includes('mod_auth') ? ['auth.backend = "plain"', `auth.backend.plain.userfile = "${this.places.root}/users"`] : []),
      ...(random.chance(0.15) && others.includes('mod_rewrite') ? [`url.rewrite-once = ( "^/api/" => "${random.pick(['/a/one.txt', '/index.txt?x=1'])}" )`] : []),
      ...Array.from({ length: this.#lists }, (_unused, index) => `${random.chance(0.5) ? 'var.' : ''}list${index} = ${this.#list()}`),
      ...(random.chance(0.6) ? [this.#headers(0)] : []),
      ...random.times(1, 5, () => this.#chain(0)),
      ...(random.chance(0.2) ? [this.#headers(0, '+=')] : []),
      ...(random.chance(0.15) ? [`$SERVER["socket"] == "127.0.0.1:${this.places.secondPort}" {\n    ${this.#headers(1)}\n}`] : []),
      '',
    ].join('\n');
  }

  #chain(depth: number): string {
    const { random } = this;
    // A condition that stands twice in a chain is refused.
    const conditions = [...new Set(random.times(1, random.chance(0.3) ? 3 : 2, () => this.#condition()))];
    const links = conditions.map((condition) => `${condition} ${this.#block(depth)}`);
    if (random.chance(0.2)) links.push(this.#block(depth));
    return links.join(random.pick([' else ', '\nelse ', '\n# or\nelse ']));
  }

  #block(depth: number): string {
    const indent = '    '.repeat(depth + 1);
    // So is a setting that is assigned twice, mostly.
    const lines = [...new Map(this.random.times(1, 3, () => this.#statement(depth)).map((line) => [this.random.chance(0.02) ? line : line.split(' ')[0], line])).values()];
    return `${this.random.chance(0.1) ? '\n' : ''}{\n${lines.map((line) => indent + line).join('\n')}\n${'    '.repeat(depth)}}`;
  }

  #statement(depth: number): string {
    const { random } = this;
    if (depth < 2 && random.chance(0.25)) return this.#chain(depth + 1);
    return random.pick<() => string>([
      () => this.#headers(depth),
      () => this.#headers(depth),
      () => this.#headers(depth),
      () => this.#headers(depth, '+='),
      () => `url.redirect := ( "${random.pick(['^/a/(.*)', '', 'two'])}" => "${random.pick(['https://other.example/$1', '/index.txt', ''])}" )`,
      () => `url.redirect-code := ${random.pick(['302', '307'])}`,
      () => `url.access-deny := ( "${random.pick(['.js', '.txt', ''])}" )`,
      () => 'url.access-allow := ( ".txt" )',
      () => `auth.require := ( "${random.pick(['/a/', '/api', ''])}" => ( "method" => "basic", "realm" => "r", "require" => "valid-user" ) )`,
      () => `proxy.server := ( "${random.pick(['', '/api', '.txt'])}" => ( ( "host" => "127.0.0.1", "port" => ${this.places.upstream} ) ) )`,
    ])();
  }

  #condition(): string {
    const { random } = this;
    return random.pick<() => string>([
      () => `$REQUEST_HEADER["Origin"] ${random.pick(['==', '!='])} "${random.pick(['https://app.example.com', 'https://admin.example.com', 'null', ''])}"`,
      () => `$REQUEST_HEADER["origin"] ${random.pick(['=~', '!~'])} "${random.pick(['^https://(app|admin)\\.example\\.com$', '^https://app.example.com', 'example\\.com', '^https://app', '^null$', 'x*', ''])}"`,
      () => `$REQUEST_HEADER["Origin"] ${random.pick(['=^ "https://', '=$ ".example.com', '=^ "', '=$ "'])}"`,
      () => `$HTTP["request-method"] ${random.pick(['== "OPTIONS"', '!= "OPTIONS"', '=~ "^(?:OPTIONS|PUT)$"'])}`,
      () => `$HTTP["url"] ${random.pick(['=~ "^/a/"', '=~ "\\.txt$"', '== "/index.txt"', '=^ "/a"', '!~ "^/a/b/"', '=$ ".js"', '=^ "/api/"'])}`,
      () => `$HTTP["host"] ${random.pick(['== "api.example.com"', '=~ "^api\\."', '!= "www.example.com"', '=$ ".example.com"'])}`,
      () => `$HTTP["scheme"] == "${random.pick(['http', 'https'])}"`,
      () => `$HTTP["cookie"] ${random.pick(['=~ "session"', '!= ""'])}`,
    ])();
  }

  #headers(depth: number, operator?: '+='): string {
    const { random } = this;
    return `setenv.${random.chance(0.7) ? 'add' : 'set'}-response-header ${operator ?? (depth > 0 && random.chance(0.93) ? ':=' : '=')} ${operator === undefined ? this.#value() : this.#list(1)}`;
  }

  #value(): string {
    const { random } = this;
    const name = `list${random.below(Math.max(1, this.#lists))}`;
    if (this.#lists > 0 && random.chance(0.2)) return random.chance(0.5) ? `var.${name}` : `${name} + ${this.#list(1)}`;
    return this.#list();
  }

  #list(most = 6): string {
    const { random } = this;
    const names = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Vary', 'Access-Control-Allow-Methods', 'X-Mark', 'access-control-max-age'].filter(() => random.chance(0.4)).slice(-most);
    // What is added to another list mostly has a name of its own.
    if (most === 1 && random.chance(0.8)) names.splice(0, 1, `Access-Control-Expose-Headers${random.pick(['', '-', '--'])}`);
    return `( ${names.map((name) => `"${name}" => ${this.#text(name)}`).join(random.pick([', ', ',\n      ']))}${names.length > 0 && random.chance(0.2) ? ',' : ''} )`;
  }

  #text(name: string): string {
    const { random } = this;
    switch (name) {
      case 'Access-Control-Allow-Origin':
        return random.pick([`"${random.pick(ORIGINS)}"`, `"${random.pick(ORIGINS)}"`, '""', '"https://" + "app.example.com"', '" https://app.example.com "']);
      case 'Access-Control-Allow-Credentials':
        return random.pick(['"true"', '""', '"false"']);
      case 'Vary':
        return random.pick(['"Origin"', '"Origin, Accept"']);
      case 'Access-Control-Allow-Methods':
        return random.pick(['"GET, PUT"', '"*"']);
      default:
        return random.pick(['"60"', '"6" + 0', '"6" + "00"']);
    }
  }
}
