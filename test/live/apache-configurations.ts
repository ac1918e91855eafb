import type { Random } from './seed.js';

/** Where a generated configuration's virtual host listens, what stands behind it and where its files are. */
export interface Places {
  readonly port: number;
  readonly upstream: number;
  readonly root: string;
}

/** A configuration: what a virtual host holds, and the rules of folders below its root. */
export interface Configuration {
  readonly host: string;
  readonly folders: Readonly<Record<string, string>>;
}

/** Files below the root, and the paths of some that are not there. */
export const FILES = ['/index.html', '/a.json', '/fonts/x.woff2', '/sub/b.json', '/sub/index.html', '/err.html', '/api/one.txt', '/app.js', '/moved/x', '/sub/x'] as const;
export const PATHS = ['/a.json', '/fonts/x.woff2', '/sub/b.json', '/api/one.txt', '/api/missing', '/missing.js', '/moved/x'] as const;

const PATTERNS = ['"^https://app\\.example\\.com$"', '"^https://app.example.com"', '"^https?://(app|admin)\\.example\\.com(:[0-9]+)?$"', 'example\\.com', '"^(https://[a-z]+\\.example\\.com)$"', '"^null$"', '"https://(.+\\.)?example\\.com$"', '.', '"^$"'] as const;
const NAMES = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'Access-Control-Max-Age', 'Vary'] as const;
const VARIABLES = ['CORS_OK', 'ORIGIN_OK', 'OTHER'] as const;

/** One random virtual host; with `ofFolders` all of its rules stand in `.htaccess` files. */
export function generated(random: Random, places: Places, ofFolders: boolean): Configuration {
  const generator = new Generator(random, places);
  if (!ofFolders) return { host: generator.host(), folders: {} };
  return { host: '    <Directory "${DOC}">\n        AllowOverride All\n    </Directory>', folders: { '': generator.folder(), ...(random.chance(0.4) ? { sub: generator.folder() } : {}) } };
}

class Generator {
  constructor(
    private readonly random: Random,
    private readonly places: Places,
  ) {}

  host(): string {
    const { random } = this;
    return [
      ...random.times(0, 2, () => this.#setEnvIf()),
      ...(random.chance(0.35) ? this.#rules(true) : []),
      ...(random.chance(0.3) ? [random.pick([`ProxyPass /api ${this.#address()}/api`, `ProxyPass /api/ ${this.#address()}/`, `ProxyPass /sub ${this.#address()}`, `ProxyPassMatch "^/(api|sub)/" ${this.#address()}`, `ProxyPass /api/missing !\nProxyPass /api ${this.#address()}/api`])] : []),
      ...(random.chance(0.2) ? [this.#redirect()] : []),
      // A page is fetched with the headers of the request as they have become: not followed.
      ...(random.chance(0.15) ? [this.#errorDocument()] : random.chance(0.1) ? [random.pick(['RequestHeader unset Origin', 'RequestHeader set Origin https://app.example.com'])] : []),
      ...(random.chance(0.1) ? ['SetEnv OTHER always'] : []),
      ...(random.chance(0.05) ? ['UnsetEnv OTHER'] : []),
      ...(random.chance(0.15) ? ['Alias /moved "${DOC}/sub"'] : []),
      ...random.times(0, 3, () => this.#header()),
      ...random.times(0, 3, () => this.#section(['Directory', 'Location', 'LocationMatch', 'Files', 'FilesMatch', 'If', 'IfModule'])).flat(),
      ...random.times(0, 1, () => this.#header()),
    ].map((line) => `    ${line}`).join('\n');
  }

  folder(): string {
    const { random } = this;
    return [
      ...random.times(0, 2, () => this.#setEnvIf()),
      ...(random.chance(0.4) ? this.#rules(false) : []),
      ...(random.chance(0.15) ? [this.#redirect()] : []),
      ...(random.chance(0.1) ? [this.#errorDocument()] : []),
      ...random.times(1, 3, () => this.#header()),
      ...random.times(0, 2, () => this.#section(['Files', 'FilesMatch', 'If', 'IfModule'])).flat(),
    ].join('\n').concat('\n');
  }

  #address(): string {
    return `http://127.0.0.1:${this.places.upstream}`;
  }

  #redirect(): string {
    return this.random.pick(['Redirect 301 /moved /a.json', 'Redirect gone /moved', 'RedirectMatch 302 ^/moved/(.*)$ /$1', 'Redirect permanent /moved/ https://other.example/']);
  }

  #errorDocument(): string {
    return this.random.pick(['ErrorDocument 404 /err.html', 'ErrorDocument 404 "not here"', 'ErrorDocument 405 /err.html', 'ErrorDocument 403 /err.html']);
  }

  #setEnvIf(): string {
    const { random } = this;
    const [name, pattern] = [random.pick(VARIABLES), random.pick(PATTERNS)];
    // An anchored pattern's whole find is the origin; the others' may be a part of it, which is not followed.
    const value = random.pick(pattern.endsWith('$"') && pattern.startsWith('"^') ? ['=$0', '=$0', '=$0', '', '=https://app.example.com', '=$1'] : ['', '=$0', '=https://app.example.com']);
    return random.pick([`SetEnvIf Origin ${pattern} ${name}${value}`, `SetEnvIf Origin ${pattern} ${name}${value}`, `SetEnvIfNoCase Origin ${pattern} ${name}${value}`, `SetEnvIf Request_Method "^(PUT|OPTIONS)$" ${name}`, `SetEnvIf Request_URI "\\.json$" ${name}${value.startsWith('=h') ? value : ''}`, `SetEnvIf Origin ${pattern} !${name}`, `SetEnvIf OTHER . ${name}`, `SetEnvIf Origin ${pattern} ${name} ORIGIN_OK=https://app.example.com`, `BrowserMatch ^$ ${name}`]);
  }

  #rules(ofServer: boolean): readonly string[] {
    const { random } = this;
    const rule = (): readonly string[] => [
      ...random.times(0, 2, () => `RewriteCond ${this.#condition()}`),
      random.pick(['RewriteRule ^ - [R=204,L]', 'RewriteRule ^(.*)$ $1 [R=200,L]', 'RewriteRule .* - [E=CORS_OK:%{HTTP:Origin}]', 'RewriteRule ^ - [E=ORIGIN_OK:%{HTTP:Origin},L]', 'RewriteRule ^ - [E=!CORS_OK]', `RewriteRule ${ofServer ? '^/' : '^'}sub/ - [F]`, 'RewriteRule \\.woff2$ - [G]', 'RewriteRule ^ - [E=OTHER:1]', 'RewriteRule \\.json$ - [S=1]', 'RewriteRule ^ - [C,NC]', 'RewriteRule ^ - [E=CORS_OK:%1]', `RewriteRule ${ofServer ? '^/' : '^'}sub/(.*)$ ${this.#address()}/$1 [P]`, 'RewriteRule ^ - [E=CORS_OK:%{ENV:ORIGIN_OK},NE]', `RewriteRule ${ofServer ? '^/' : '^'}missing\\.js$ /app.js [L]`, `RewriteRule ${ofServer ? '^/' : '^'}api/(.*)$ https://other.example/$1 [R=302,L]`]),
    ];
    return [random.chance(0.9) ? 'RewriteEngine On' : 'RewriteEngine off', ...random.times(1, 3, rule).flat()];
  }

  #condition(): string {
    return this.random.pick(['%{REQUEST_METHOD} =OPTIONS', '%{REQUEST_METHOD} OPTIONS', '%{REQUEST_METHOD} ^(GET|PUT)$', '%{HTTP:Origin} ^https://[a-z]+\\.example\\.com$ [NC]', '%{HTTP:Origin} !^https://app', '%{HTTP:Origin} ="https://app.example.com"', '%{HTTP_ORIGIN} .', '%{HTTP:Origin} example [OR]', '%{REQUEST_URI} \\.json$', '%{ENV:CORS_OK} .', "expr \"%{HTTP:Origin} == 'null'\"", '%{HTTP:Access-Control-Request-Method} PUT', '%{HTTP:Origin} ^(https://.*)$', '%{HTTP:Origin} !^$ [NV]', '%{HTTP_REFERER} ^$']);
  }

  #section(kinds: readonly [string, ...string[]]): readonly string[] {
    const { random } = this;
    const kind = random.pick(kinds);
    const inner = random.times(1, 2, () => this.#header());
    const wrap = (open: string, close: string, more: readonly string[] = []): readonly string[] => [`<${open}>`, ...[...more, ...inner].map((line) => `    ${line}`), `</${close}>`];
    switch (kind) {
      case 'Directory':
        return wrap(`Directory "\${DOC}${random.pick(['', '/sub', '/fonts', '/s*', '/'])}"`, kind, random.chance(0.35) ? [random.pick(['Require all denied', 'Require method GET OPTIONS', 'Require valid-user', '<LimitExcept OPTIONS>\n            Require valid-user\n        </LimitExcept>', 'Require all granted', 'Order allow,deny\n        Deny from all', 'Order deny,allow\n        Allow from all', '<Limit PUT>\n            Require all denied\n        </Limit>', '<RequireAll>\n            Require valid-user\n            Require method GET\n        </RequireAll>', "Require expr %{HTTP:Origin} == 'null'"]), 'AuthType Basic', 'AuthName x', 'AuthUserFile "${DOC}/../htpasswd"'] : []);
      case 'Location':
        if (random.chance(0.3)) return wrap(`Location ${random.pick(['/*.json', '"/s?b/*"', '~ "^/a"'])}`, kind);
        return wrap(`Location ${random.pick(['/', '/sub', '/api', '/api/', '/err.html'])}`, kind, random.chance(0.2) ? [random.pick([`ProxyPass ${this.#address()}/x`, 'SetEnvIf Origin "^https://admin" OTHER=$0', 'Require all denied'])] : []);
      case 'LocationMatch':
        return wrap(`LocationMatch ${random.pick(['"\\.(json|js)$"', '^/(api|sub)/', '"/x"'])}`, kind);
      case 'Files':
        return wrap(`Files ${random.pick(['a.json', '"*.json"', '"?.json"', 'index.html', '~ "json$"'])}`, kind);
      case 'FilesMatch':
        return wrap(`FilesMatch ${random.pick(['"\\.(woff2?|ttf|js)$"', '^a', '"^(a|b)\\.json$"', 'html', '"^x|json$"'])}`, kind);
      case 'If':
        return [...wrap(`If "${this.#expression()}"`, kind), ...(random.chance(0.3) ? [`<ElseIf "${this.#expression()}">`, `    ${this.#header()}`, '</ElseIf>'] : []), ...(random.chance(0.2) ? ['<Else>', `    ${this.#header()}`, '</Else>'] : [])];
      default:
        return wrap(random.pick(['IfModule mod_headers.c', 'IfVersion >= 2.4', 'IfModule headers_module']), kind === 'IfModule' ? 'IfModule' : kind).map((line, index, all) => (index === all.length - 1 && all[0]!.includes('IfVersion') ? '</IfVersion>' : line));
    }
  }

  #expression(): string {
    return this.random.pick(["%{HTTP:Origin} =~ m#^https://(app|admin)\\.example\\.com$#", "%{REQUEST_METHOD} == 'OPTIONS'", "-n %{HTTP:Origin}", "req('Origin') in {'https://app.example.com', 'null'}", "%{REQUEST_URI} =~ /json$/ && !(%{HTTP:Origin} == 'https://app.example.com')", "-z req('Origin') || %{HTTP:Origin} =~ /example/i", "reqenv('CORS_OK') != ''", "-T reqenv('OTHER')", "%{HTTP:Origin} !~ m#admin#", 'true', "%{HTTP_HOST} == 'x'"]);
  }

  #header(): string {
    const { random } = this;
    const name = random.pick(NAMES);
    const table = random.chance(0.45) ? 'always ' : random.chance(0.1) ? 'onsuccess ' : '';
    const action = random.pick(['set', 'set', 'set', 'set', 'add', 'append', 'merge', 'setifempty', 'unset', 'edit']);
    const end = random.chance(0.3) ? ` ${random.pick([`env=${random.pick(VARIABLES)}`, `env=!${random.pick(VARIABLES)}`, `"expr=${this.#expression()}"`])}` : '';
    if (action === 'unset') return `Header ${table}unset ${name}${end}`;
    if (action === 'edit') return `Header ${table}edit ${name} ${random.pick(['^true$ false', '"^\\*$" https://app.example.com', '^none$ x'])}${end}`;
    return `Header ${table}${action} ${name} ${this.#value(name)}${end}`;
  }

  #value(name: string): string {
    const { random } = this;
    switch (name) {
      case 'Access-Control-Allow-Credentials':
        return random.pick(['true', '"true"', 'false', '""']);
      case 'Access-Control-Allow-Methods':
        return random.pick(['"GET, PUT"', 'GET,POST', "'*'"]);
      case 'Access-Control-Allow-Headers':
        return random.pick(['*', '"Content-Type, X-Custom"', '"expr=%{HTTP:Access-Control-Request-Headers}"']);
      case 'Access-Control-Max-Age':
        return random.pick(['600', '"86400"']);
      case 'Vary':
        return random.pick(['Origin', '"Origin, Accept"']);
      default:
        return random.pick(['*', '"*"', 'https://app.example.com', '"expr=%{HTTP:Origin}"', '"%{CORS_OK}e"', '"%{CORS_OK}e"', '%{ORIGIN_OK}e', 'null', '"https://%{OTHER}e"', '100%%']);
    }
  }
}
