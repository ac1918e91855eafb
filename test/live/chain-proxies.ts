import { ADMIN, APP } from './option-sets.js';
import type { Random } from './seed.js';

/** Where an nginx listens, and what it passes requests on to: `host:port` as its configuration names it. */
export interface Seat {
  readonly listen: string;
  readonly upstream: string;
  /** The file of passwords. */
  readonly passwords: string;
}

/** One generated nginx in front of something. */
export interface Proxy {
  readonly title: string;
  /** The content of `http`. */
  http(seat: Seat): string;
  /** Prefixes of paths outside, and by what each is replaced behind. */
  readonly ways: readonly (readonly [outside: string, inside: string])[];
}

/** The name and password that a client of the suites knows. */
export const PASSWORD = { user: 'ada', password: 'lovelace', header: `Basic ${Buffer.from('ada:lovelace').toString('base64')}`, file: 'ada:{PLAIN}lovelace\n' } as const;

/** What a level of nginx says of CORS. */
interface Said {
  readonly title: string;
  /** At the level of `http`. */
  readonly maps: readonly string[];
  /** Parts of the server, each of several lines. */
  readonly server: readonly string[];
  /** In the location. */
  readonly location: readonly string[];
}

const SILENT: Said = { title: 'nothing', maps: [], server: [], location: [] };

type Speech = 'silent' | 'star' | 'echo' | 'fixed' | 'map' | 'set' | 'if-block' | 'more';

/** Every one of them comes, whatever the seed. */
export const SPEECHES: readonly [Speech, ...Speech[]] = ['silent', 'fixed', 'echo', 'map', 'star', 'set', 'if-block', 'silent', 'fixed', 'echo', 'map', 'more'];

const PATTERN = '"^https://(app|admin)\\.example\\.com$"';

/** @param speech what its first location says of CORS */
export function proxy(random: Random, speech: Speech): Proxy {
  const first = location(random, speech);
  const shape = random.pick(SHAPES);
  const second = shape.two ? location(random, random.pick<Speech>(['silent', 'fixed', 'echo', 'star'])) : undefined;
  const named = random.chance(0.3);
  const host = random.pick(['', '    server_name api.example;\n', '    server_name _;\n']);
  const inherited = random.chance(0.12) ? [`add_header Access-Control-Allow-Origin ${random.pick(['*', APP])};`] : [];
  const all = second === undefined ? [first] : [first, second];
  const maps = [...new Set(all.flatMap(({ said }) => said.maps))];
  const server = [...inherited, ...byFirstLine(all.flatMap(({ said }) => said.server))];
  const http = ({ listen, upstream, passwords }: Seat): string => {
    const to = named ? 'backend' : upstream;
    const lines = [
      ...maps,
      ...(named ? ['upstream backend {', `    server ${upstream};`, '    keepalive 8;', '}'] : []),
      'server {',
      `    listen ${listen};`,
      ...(host === '' ? [] : [host.trimEnd()]),
      ...server.flatMap((part) => part.split('\n')).map((line) => `    ${line}`),
      ...shape.locations(to, second === undefined ? [first.lines] : [first.lines, second.lines]).flatMap(({ head, lines: inner }) => [`    ${head} {`, ...inner.map((line) => `        ${line}`), '    }']),
      '}',
    ];
    return `${lines.join('\n').replaceAll('$PASSWORDS', passwords)}\n`;
  };
  return { title: `nginx ${shape.title}: ${all.map(({ title }) => title).join(' and ')}${inherited.length > 0 ? ', one inherited' : ''}${named ? ', upstream' : ''}`, http, ways: shape.ways };
}

/** A name is set up once, whoever needs it. */
function byFirstLine(parts: readonly string[]): readonly string[] {
  return [...new Map(parts.map((part) => [part.split('\n')[0], part])).values()];
}

interface Shape {
  readonly title: string;
  readonly two?: true;
  readonly ways: Proxy['ways'];
  locations(to: string, lines: readonly (readonly string[])[]): readonly { readonly head: string; readonly lines: readonly string[] }[];
}

const SHAPES: readonly [Shape, ...Shape[]] = [
  { title: 'passes all on', ways: [['/', '/']], locations: (to, [lines = []]) => [{ head: 'location /', lines: [...lines, `proxy_pass http://${to};`] }] },
  { title: 'passes all on', ways: [['/', '/']], locations: (to, [lines = []]) => [{ head: 'location /', lines: [...lines, `proxy_pass http://${to};`] }] },
  { title: 'strips /api/', ways: [['/api/', '/']], locations: (to, [lines = []]) => [{ head: 'location /api/', lines: [...lines, `proxy_pass http://${to}/;`] }] },
  { title: 'rewrites /api/', ways: [['/api/', '/']], locations: (to, [lines = []]) => [{ head: 'location /api/', lines: [...lines, 'rewrite ^/api/(.*)$ /$1 break;', `proxy_pass http://${to};`] }] },
  { title: 'has a pattern', ways: [['/', '/']], locations: (to, [lines = []]) => [{ head: 'location ~ ^/(data|more|boom|nowhere|api/|public/)', lines: [...lines, `proxy_pass http://${to};`] }] },
  { title: 'has one place and the rest', two: true, ways: [['/', '/']], locations: (to, [first = [], second = []]) => [{ head: 'location = /data', lines: [...first, `proxy_pass http://${to};`] }, { head: 'location /', lines: [...second, `proxy_pass http://${to};`] }] },
  { title: 'has two ways in', two: true, ways: [['/', '/'], ['/public/', '/']], locations: (to, [first = [], second = []]) => [{ head: 'location /', lines: [...first, `proxy_pass http://${to};`] }, { head: 'location /public/', lines: [...second, `proxy_pass http://${to}/;`] }] },
];

interface Place {
  readonly title: string;
  readonly said: Said;
  /** Without what passes requests on. */
  readonly lines: readonly string[];
}

function location(random: Random, speech: Speech): Place {
  const said = saying(random, speech);
  const hidden = random.pick<readonly string[]>([[], [], [], ['Access-Control-Allow-Origin'], ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'], ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'Vary']]);
  const isHiding = speech !== 'silent' && random.chance(0.8) && hidden.length > 0;
  const options = random.pick(['goes on', 'goes on', 'is answered', 'is answered with headers']);
  const answered = options === 'goes on' ? [] : ['if ($request_method = OPTIONS) {', ...(options === 'is answered' || speech === 'silent' ? [] : [`    add_header Access-Control-Allow-Origin ${random.pick([APP, '$http_origin', '*'])}${random.chance(0.5) ? ' always' : ''};`, '    add_header Access-Control-Allow-Methods "GET, PUT, POST";', '    add_header Access-Control-Allow-Headers "Content-Type, X-Custom";', ...(random.chance(0.3) ? ['    add_header Access-Control-Allow-Credentials true;'] : [])]), `    return ${random.pick(['204', '204', '200'])};`, '}'];
  const auth = random.chance(0.12) ? ['auth_basic "staff";', 'auth_basic_user_file $PASSWORDS;'] : [];
  const asked = random.pick<readonly string[]>([[], ['proxy_set_header Host $host;'], ['proxy_set_header Host $host;', 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'], ['proxy_http_version 1.1;', 'proxy_set_header Connection "";']]);
  const origin = random.chance(0.08) ? [`proxy_set_header Origin ${random.pick(['""', APP])};`] : [];
  const errors = random.chance(0.04) ? ['proxy_intercept_errors on;', `error_page ${random.pick(['404', '500', '404 500'])} ${random.pick(['', '= ', '=503 '])}@failed;`] : [];
  const failed = errors.length === 0 ? [] : [['location @failed {', ...(speech === 'silent' ? [] : ['    add_header Access-Control-Allow-Origin * always;']), '    return 404;', '}'].join('\n')];
  return {
    title: [said.title, ...(isHiding ? [`hides ${hidden.length}`] : []), `OPTIONS ${options}`, ...(auth.length > 0 ? ['password'] : []), ...(origin.length > 0 ? ['other Origin'] : []), ...(errors.length > 0 ? ['own errors'] : [])].join(', '),
    said: { ...said, server: [...said.server, ...failed] },
    lines: [...answered, ...auth, ...said.location, ...(isHiding ? hidden.map((name) => `proxy_hide_header ${name};`) : []), ...asked, ...origin, ...errors],
  };
}

function saying(random: Random, speech: Speech): Said {
  const always = random.chance(0.6) ? ' always' : '';
  const header = (name: string, value: string): string => `add_header ${name} ${value}${always};`;
  const credentials = random.chance(speech === 'star' ? 0.15 : 0.5) ? [header('Access-Control-Allow-Credentials', random.pick(['true', '"true"']))] : [];
  const lists = random.chance(0.5) ? [header('Access-Control-Allow-Methods', '"GET, PUT, POST"'), header('Access-Control-Allow-Headers', '"Content-Type, X-Custom"')] : [];
  const others = [...(random.chance(0.15) ? [header('Access-Control-Max-Age', '600')] : []), ...(random.chance(0.15) ? [header('Access-Control-Expose-Headers', 'X-Total')] : [])];
  const vary = speech !== 'star' && random.chance(0.4) ? [header('Vary', 'Origin')] : [];
  const headers = (value: string): readonly string[] => [header('Access-Control-Allow-Origin', value), ...credentials, ...lists, ...others, ...vary];
  const title = `${speech}${always}${credentials.length > 0 ? ' credentials' : ''}`;
  switch (speech) {
    case 'silent':
      return SILENT;
    case 'star':
      return { ...SILENT, title, location: headers('*') };
    case 'echo':
      return { ...SILENT, title, location: headers('$http_origin') };
    case 'fixed':
      return { ...SILENT, title, location: headers(random.pick([APP, APP, ADMIN])) };
    case 'map':
      return { ...SILENT, title, maps: ['map $http_origin $cors_origin {', '    default "";', `    ${APP} $http_origin;`, `    ~${PATTERN.slice(1, -1)} $http_origin;`, '}'], location: headers('$cors_origin') };
    case 'set':
      return { ...SILENT, title, server: [`set $allowed "";\nif ($http_origin ~ ${PATTERN}) {\n    set $allowed $http_origin;\n}`], location: headers('$allowed') };
    case 'if-block':
      return { ...SILENT, title, location: [`if ($http_origin ~* ${PATTERN}) {`, ...headers('$http_origin').map((line) => `    ${line}`), '}'] };
    case 'more':
      return { ...SILENT, title, location: [random.pick(["more_set_headers 'Access-Control-Allow-Origin: $http_origin';", `more_set_headers 'Access-Control-Allow-Origin: ${APP}' 'Access-Control-Allow-Credentials: true';`, "more_clear_headers 'Access-Control-Allow-Credentials';"])] };
  }
}
