import { argumentsIn } from './arguments.js';
import { PYTHON } from './python-programs.js';
import type { Program, Target } from './program.js';

const HERE: Target = { of: 'folder', path: '.' };

const NODE_VALUED = ['-r', '--require', '--import', '--loader', '--experimental-loader', '--env-file', '--watch-path', '-P', '--project', '--tsconfig', '-C', '--conditions', '--cwd', '-O', '-w', '--ext', '--ignore', '-i', '--delay', '--name', '--port', '-p'];

/** Node.js and what runs scripts on it. Applications read PORT by custom. */
const NODE: readonly Program[] = [
  {
    names: /^(?:node|nodejs|nodemon|ts-node|ts-node-dev|tsnd|ts-node-esm|tsx|babel-node|swc-node|bun|deno|pm2|pm2-runtime|pm2-dev|forever|supervisor)$/,
    honours: 'PORT',
    start(words, name) {
      const ownScript = name === 'node' ? argumentsIn(words, ['--run']).option('--run') : undefined;
      if (ownScript !== undefined && ownScript !== '') return { targets: [{ of: 'script', name: ownScript, folder: '.', more: [] }] };
      // For Node.js itself these are programs in words, and for nodemon its watched folder.
      if (name === 'node' && words.some((word) => /^(?:-[ep]|--eval|--print)$/.test(word))) return undefined;
      const { positional, option, behind } = argumentsIn(words, name === 'nodemon' ? [...NODE_VALUED, '--watch', '-e'] : NODE_VALUED);
      const [first, second] = positional;
      const verb = first !== undefined && /^(?:start|watch|run|task)$/.test(first) && name !== 'node';
      const script = verb ? second : first;
      if (script === undefined) return undefined;
      if (name === 'bun' && verb && !isPath(script)) return { targets: [{ of: 'script', name: script, folder: '.', more: positional.slice(2) }] };
      if (/^pm2/.test(name) && /(?:\.json|\.ya?ml|ecosystem[\w.-]*)$/.test(script)) return { targets: [HERE] };
      if (/^pm2/.test(name) && /^(?:npm|yarn|pnpm)$/.test(script)) return { targets: behind[0] === undefined ? [HERE] : [{ of: 'script', name: behind.filter((word) => word !== 'run')[0] ?? 'start', folder: '.', more: [] }] };
      return { targets: [script === '.' ? HERE : { of: 'file', path: script }], told: [name === 'node' || name.startsWith('ts') ? option('--port') : undefined] };
    },
  },
  {
    names: /^(?:npm|yarn|pnpm|yarnpkg)$/,
    start(words) {
      const { positional, option, behind } = argumentsIn(words, ['--prefix', '-C', '--cwd', '--dir', '-w', '--workspace', '--filter', '-F', '--port', '-p']);
      if (option('-w', '--workspace', '--workspaces', '--filter', '-F', '-r', '--recursive') !== undefined) return undefined;
      const [verb, script] = positional;
      const name = verb === 'run' || verb === 'run-script' ? script : verb;
      if (name === undefined || OWN_VERBS.has(name) || name.includes('*')) return undefined;
      const rest = positional.slice(positional.indexOf(name) + 1);
      const more = [...rest, ...behind, ...portWords(option('--port', '-p'))];
      return { targets: [{ of: 'script', name, folder: option('--prefix', '-C', '--cwd', '--dir') ?? '.', more }], told: [] };
    },
  },
];

/** What these tools do themselves. */
const OWN_VERBS: ReadonlySet<string> = new Set(['install', 'i', 'ci', 'add', 'remove', 'test', 't', 'audit', 'link', 'pack', 'publish', 'update', 'upgrade', 'version', 'config', 'cache', 'workspace', 'workspaces', 'dlx', 'exec', 'create', 'init', 'why', 'set', 'import', 'rebuild', 'prune', 'global', 'view', 'outdated', 'ls', 'list', 'deploy', 'fetch', 'store']);

function portWords(port: string | undefined): readonly string[] {
  return port === undefined ? [] : ['--port', port];
}

function isPath(word: string): boolean {
  return /[/\\]|\.[cm]?[jt]sx?$/.test(word);
}

/**
 * Servers of front ends. `otherwise` stands where only the command line and a variable tell the port; those of Vite,
 * Webpack and their kin stand in a configuration as often.
 */
const TOOLS: readonly (readonly [names: RegExp, verbs: RegExp | undefined, honours: string | undefined, otherwise: number | undefined])[] = [
  [/^next$/, /^(?:dev|start)$/, 'PORT', 3000],
  [/^react-scripts$/, /^start$/, 'PORT', 3000],
  [/^vite$/, /^(?:dev|serve|preview)?$/, undefined, undefined],
  [/^vue-cli-service$/, /^serve$/, 'PORT', undefined],
  [/^(?:webpack-dev-server|webpack-serve)$/, undefined, undefined, undefined],
  [/^webpack$/, /^(?:serve|server|s)$/, undefined, undefined],
  [/^ng$/, /^(?:serve|s)$/, undefined, undefined],
  [/^(?:nuxt|nuxi)$/, /^(?:dev|start|preview)?$/, 'PORT', undefined],
  [/^astro$/, /^(?:dev|preview)$/, undefined, undefined],
  [/^(?:gatsby|strapi)$/, /^(?:develop|start|serve|dev)$/, 'PORT', undefined],
  [/^nest$/, /^start$/, 'PORT', undefined],
  [/^(?:sls|serverless)$/, /^offline$/, undefined, undefined],
  [/^wrangler$/, /^dev$/, undefined, undefined],
  [/^(?:http-server|serve)$/, undefined, 'PORT', undefined],
  [/^fastify$/, /^start$/, 'PORT', undefined],
  [/^(?:sails)$/, /^(?:lift|console)$/, 'PORT', undefined],
];

const FRONT: readonly Program[] = TOOLS.map(([names, verbs, honours, otherwise]) => ({
  names,
  ...(honours === undefined ? {} : { honours }),
  start(words, name) {
    const { positional, option } = argumentsIn(words, ['-p', '--port', '-H', '--hostname', '--host', '-c', '--config', '--mode', '-m', '-l', '--listen', '-a', '--address', '--configuration', '--project']);
    const [verb = ''] = positional;
    // `vite web` serves a folder; so does `http-server public`.
    const hasVerb = verbs !== undefined && verb !== '' && verbs.test(verb);
    if (verbs !== undefined && !verbs.test(verb) && !(verbs.test('') && isPath(verb))) return undefined;
    const file = name === 'fastify' ? positional.find(isPath) : undefined;
    const folder = /^(?:next|vite|nuxt|nuxi)$/.test(name) ? positional[hasVerb ? 1 : 0] : undefined;
    return { targets: [file === undefined ? { of: 'folder', path: folder ?? '.' } : { of: 'file', path: file }], told: [option('-p', '--port', '-l', '--listen')], ...(otherwise === undefined ? {} : { otherwise }) };
  },
}));

/** Applications on the Java virtual machine and on .NET: an archive holds what the folder around was built to. */
const BUILT: readonly Program[] = [
  {
    names: /^java$/,
    honours: 'SERVER_PORT',
    start(words) {
      const at = words.indexOf('-jar');
      const port = words.flatMap((word) => /^(?:--|-D)(?:server\.port|quarkus\.http\.port|micronaut\.server\.port|http\.port)=(.*)$/.exec(word)?.[1] ?? []);
      return { targets: [at === -1 || words[at + 1] === undefined ? HERE : { of: 'file', path: words[at + 1]! }], told: port };
    },
  },
  { names: /^(?:mvn|mvnw|gradle|gradlew|sbt)$/, honours: 'SERVER_PORT', start: (words) => (words.some((word) => /(?:spring-boot:run|quarkus:dev|jetty:run|mn:run|^:?(?:[\w-]+:)?(?:bootRun|run|quarkusDev)$)/.test(word)) ? { targets: [HERE] } : undefined) },
  {
    names: /^dotnet$/,
    start(words) {
      const { positional, option } = argumentsIn(words, ['--project', '--urls', '-c', '--configuration']);
      const [first = ''] = positional;
      if (/^(?:run|watch)$/.test(first)) return { targets: [{ of: 'folder', path: option('--project')?.replace(/\/?[^/]*\.\w+proj$/, '') || '.' }], told: [option('--urls')] };
      return first.endsWith('.dll') ? { targets: [{ of: 'file', path: first }], told: [option('--urls')] } : undefined;
    },
  },
];

/** Proxies and web servers with the option that names their configuration. */
const SERVERS: readonly (readonly [names: RegExp, option: readonly string[], standard: string | undefined])[] = [
  [/^(?:nginx|nginx-debug|openresty)$/, ['-c'], '/etc/nginx/nginx.conf'],
  [/^caddy$/, ['--config', '-c'], undefined],
  [/^haproxy$/, ['-f'], undefined],
  [/^(?:httpd|httpd-foreground|apache2|apache2-foreground|apachectl)$/, ['-f'], undefined],
  [/^envoy$/, ['--config-path', '-c'], undefined],
  [/^traefik$/, ['--configFile', '--configfile'], undefined],
  [/^varnishd$/, ['-f'], undefined],
  [/^lighttpd$/, ['-f'], undefined],
  [/^krakend$/, ['--config', '-c'], undefined],
];

const PROXIES: readonly Program[] = SERVERS.map(([names, options, standard]) => ({
  names,
  start(words) {
    const path = argumentsIn(words, [...options, '-g', '-p', '--adapter', '-a', '-s', '-b', '-D', '-k']).option(...options) ?? standard;
    return { targets: path === undefined || path === '' ? [] : [{ of: 'file', path }] };
  },
}));

export const programs: readonly Program[] = [...NODE, ...FRONT, ...PYTHON, ...BUILT, ...PROXIES];
