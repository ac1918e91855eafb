import type { Random } from './seed.js';

type Field = readonly [name: string, value: string | number | boolean | readonly string[]];

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://App.example.com', 'https://app.example.com/', 'null', '*', 'http://app.example.com', 'https://app.example.com:8443'] as const;
const PATTERNS = ['https://.*\\.example\\.com', '^https://app\\.example\\.com$', 'example', '.*', '^https?://[a-z]+\\.example\\.com(:[0-9]+)?$', 'null|x', '(?i)APP\\.EXAMPLE'] as const;
const BROKEN = ['[', 'https://(?!evil).*'] as const;

/** A dynamic file with the middleware `cors`, and paths to ask for. With `routed`, routers lead there. */
export function generatedDynamic(random: Random, language: 'yaml' | 'toml', routed: boolean): { readonly Content: string; readonly Paths: readonly string[] } {
  const fields: Field[] = [];
  const some = (chance: number, name: string, make: () => Field[1]): void => {
    if (random.chance(chance)) fields.push([random.chance(0.1) ? name.toLowerCase() : name, make()]);
  };
  some(0.7, 'accessControlAllowOriginList', () => (random.chance(0.1) ? 'https://admin.example.com, https://app.example.com' : random.times(1, 3, () => random.pick(ORIGINS))));
  some(0.4, 'accessControlAllowOriginListRegex', () => random.times(1, 2, () => (random.chance(0.04) ? random.pick(BROKEN) : random.pick(PATTERNS))));
  some(0.6, 'accessControlAllowMethods', () => random.pick([['GET', 'PUT'], ['*'], ['PUT', '*'], 'GET,PUT', ['put']]));
  some(0.5, 'accessControlAllowHeaders', () => random.pick([['Content-Type'], ['*'], 'content-type, X-Custom', ['*', 'X-Custom']]));
  some(0.4, 'accessControlExposeHeaders', () => random.pick([['*'], ['X-A', 'X-B'], 'X-A']));
  some(0.6, 'accessControlAllowCredentials', () => random.pick([true, true, false, 'true', '1']));
  some(0.4, 'accessControlMaxAge', () => random.pick([600, 0, -1]));
  some(0.5, 'addVaryHeader', () => random.chance(0.8));
  if (fields.length === 0) fields.push(['accessControlAllowOriginList', ['*']]);
  const custom: readonly Field[] = random.chance(0.25) ? [random.pick<Field>([['Access-Control-Allow-Origin', 'https://fixed.example'], ['Access-Control-Allow-Methods', ''], ['Vary', 'Accept'], ['Access-Control-Allow-Origin', '']])] : [];
  const { routers, paths } = routed ? generatedRouters(random) : { routers: [], paths: ['/'] };
  return { Content: language === 'yaml' ? inYaml(fields, custom, routers) : inToml(fields, custom, routers), Paths: paths };
}

interface Router {
  readonly rule: string;
  readonly middlewares: readonly string[];
  readonly priority: number | undefined;
}

const RULES = ['PathPrefix(`/api`)', 'Host(`api.example.com`) && PathPrefix(`/api`)', 'Method(`GET`) && PathPrefix(`/api`)', 'PathPrefix(`/api`) && (Method(`PUT`) || Method(`OPTIONS`))', '!Path(`/api/x`) && PathPrefix(`/api`)', 'PathPrefix(`/api`) && !Method(`OPTIONS`)', 'HostRegexp(`^[a-z]+\\.example\\.com$`) && PathRegexp(`^/api`)', 'Path(`/other`) || Path(`/api/x`)', 'Host(`other.example.com`)', 'PathPrefix(`/`)', 'Header(`X-Custom`, `1`) && PathPrefix(`/api/x`)'] as const;

function generatedRouters(random: Random): { readonly routers: readonly Router[]; readonly paths: readonly string[] } {
  const rule = (): string => random.pick(RULES);
  const first: Router = { rule: rule(), middlewares: random.pick([['cors'], ['chain'], ['guard', 'cors'], ['cors', 'guard']]), priority: random.chance(0.2) ? 1 + random.below(60) : undefined };
  const seen = new Set([first.rule.length]);
  // Two routers of one priority are asked in the order of a Go map: nobody knows it.
  const others = random.times(0, 2, (): Router => ({ rule: rule(), middlewares: random.pick([[], ['cors'], ['other']]), priority: random.chance(0.2) ? 61 + random.below(60) : undefined })).filter((one) => {
    const fresh = !seen.has(one.priority ?? one.rule.length) && one.priority !== first.priority;
    seen.add(one.priority ?? one.rule.length);
    return fresh;
  });
  return { routers: first.priority === undefined || others.every((one) => (one.priority ?? one.rule.length) !== first.priority) ? [first, ...others] : [first], paths: ['/api', '/api/x', '/other'] };
}

const CHAIN = ['other', 'cors'];

function inYaml(fields: readonly Field[], custom: readonly Field[], routers: readonly Router[]): string {
  const line = (indent: number, [name, value]: Field): string => `${' '.repeat(indent)}${name}: ${JSON.stringify(value)}\n`;
  const middle = `  middlewares:\n    cors:\n      headers:\n${fields.map((field) => line(8, field)).join('')}${custom.length === 0 ? '' : `        customResponseHeaders:\n${custom.map((field) => line(10, field)).join('')}`}`;
  if (routers.length === 0) return `http:\n${middle}`;
  const written = routers.map(({ rule, middlewares, priority }, index) => `    r${index}:\n      rule: ${JSON.stringify(rule)}\n      service: s\n      middlewares: ${JSON.stringify(middlewares)}\n${priority === undefined ? '' : `      priority: ${priority}\n`}`);
  return `http:\n  routers:\n${written.join('')}${middle}    chain: {chain: {middlewares: ${JSON.stringify(CHAIN)}}}\n    other: {headers: {frameDeny: true}}\n    guard: {basicAuth: {users: ["a:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/"]}}\n`;
}

function inToml(fields: readonly Field[], custom: readonly Field[], routers: readonly Router[]): string {
  const line = ([name, value]: Field): string => `${name} = ${JSON.stringify(value)}\n`;
  const middle = `[http.middlewares.cors.headers]\n${fields.map(line).join('')}${custom.length === 0 ? '' : `[http.middlewares.cors.headers.customResponseHeaders]\n${custom.map(line).join('')}`}`;
  if (routers.length === 0) return middle;
  const written = routers.map(({ rule, middlewares, priority }, index) => `[http.routers.r${index}]\nrule = ${JSON.stringify(rule)}\nservice = "s"\nmiddlewares = ${JSON.stringify(middlewares)}\n${priority === undefined ? '' : `priority = ${priority}\n`}`);
  return `${written.join('')}${middle}[http.middlewares.chain.chain]\nmiddlewares = ${JSON.stringify(CHAIN)}\n[http.middlewares.other.headers]\nframeDeny = true\n[http.middlewares.guard.basicAuth]\nusers = ["a:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/"]\n`;
}
