import { laidOver } from '../../middleware/options.js';
import { moduleAt, run, type EstreeModule } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, not, TRUE, type Condition } from '../../values/condition.js';
import { environmentNamed, runsIn } from '../../values/fact.js';
import { entry, type Value } from '../../values/value.js';

/** What the files in `config/` of a Sails app say about CORS. */
export interface Config {
  /** `security.cors`, or `cors` of `config/cors.js`, as it is in each environment. */
  readonly cors: Value | undefined;
  /** `config/cors.js`, where versions before 1 look. */
  readonly old: boolean;
  /** Routes with a `cors` of their own, in their order. */
  readonly routes: readonly RouteConfig[];
  /** Files that say any of it; the first one answers for all. */
  readonly files: readonly string[];
}

export interface RouteConfig {
  /** Upper case; undefined: all. */
  readonly verb: string | undefined;
  readonly path: string;
  readonly cors: Value;
  readonly at: Span;
}

const VERB = /^\s*(all|get|post|put|delete|trace|options|connect|patch|head)\s+/i;
const FILE = /^(.*\/|)config\/(?:security|cors|routes|env\/\w+)\.[cm]?[jt]s$/;

/** The folder above `config/`, with a slash behind it; undefined for files that Sails does not load. */
export function appFolder(file: string): string | undefined {
  return FILE.exec(file)?.[1];
}

/** Reads `config/security.js`, `config/cors.js`, `config/routes.js` and `config/env/*.js` together, as Sails does. */
export function configOf(module: EstreeModule, folder: string): Config {
  const files: string[] = [];
  const within = (name: string, keys: readonly string[]): Value | undefined => {
    const file = ['js', 'ts', 'cjs', 'mjs'].map((extension) => `${folder}config/${name}.${extension}`).find((path) => module.files.exists(path));
    const holder = file === undefined ? undefined : moduleAt(module, file);
    const found = holder === undefined ? undefined : exported(holder, keys);
    if (found !== undefined && file !== undefined) files.push(file);
    return found;
  };
  const security = within('security', ['security', 'cors']);
  const own = within('cors', ['cors']);
  const routes = routesIn(within('routes', ['routes']));
  if (routes.length === 0) remove(files, `${folder}config/routes`);
  const names = module.files.list(`${folder}config/env`).flatMap((name) => /^(\w+)\.[cm]?[jt]s$/.exec(name)?.[1] ?? []);
  const overrides = names.map((name) => ({ name, over: within(`env/${name}`, ['security', 'cors']) ?? within(`env/${name}`, ['cors']) }));
  const base = security === undefined || own === undefined ? security ?? own : laidOver(security, own);
  return { cors: inEnvironments(base, overrides), old: own !== undefined && security === undefined, routes, files };
}

function remove(files: string[], start: string): void {
  const index = files.findIndex((file) => file.startsWith(`${start}.`));
  if (index >= 0) files.splice(index, 1);
}

/** `module.exports.a = { b: … }`, `module.exports = { a: { b: … } }`, `export const a = …` */
function exported(module: EstreeModule, [first, ...others]: readonly string[]): Value | undefined {
  const { exports } = run(module, () => undefined);
  const whole = exports.get('module.exports') ?? exports.get('default');
  const start = exports.get(first!) ?? (whole?.kind === 'record' ? entry(whole, first!)?.value : undefined);
  return others.reduce<Value | undefined>((value, key) => (value?.kind === 'record' ? entry(value, key)?.value : undefined), start);
}

/** Each environment's file lies over the rest. */
function inEnvironments(base: Value | undefined, overrides: readonly { readonly name: string; readonly over: Value | undefined }[]): Value | undefined {
  const options: { when: Condition; value: Value }[] = [];
  let rest: Condition = TRUE;
  for (const { name, over } of overrides) {
    if (over === undefined) continue;
    const here: Condition = { c: 'fact', fact: runsIn(environmentNamed(name), over.at) };
    options.push({ when: and(rest, here), value: base === undefined ? over : laidOver(base, over) });
    rest = and(rest, not(here));
  }
  const [only] = options;
  if (only === undefined) return base;
  const otherwise: Value = base ?? { kind: 'record', entries: [], at: only.value.at };
  return { kind: 'either', options: [...options, { when: rest, value: otherwise }], at: base?.at ?? only.value.at };
}

/** `'PUT /path': { action, cors }` */
function routesIn(routes: Value | undefined): readonly RouteConfig[] {
  if (routes?.kind !== 'record') return [];
  return routes.entries.flatMap(({ key, value, at }): readonly RouteConfig[] => {
    const cors = value.kind === 'record' ? entry(value, 'cors') : undefined;
    if (cors === undefined || cors.value.kind === 'nothing') return [];
    const verb = VERB.exec(key)?.[1]?.toUpperCase();
    return [{ verb: verb === 'ALL' ? undefined : verb, path: key.replace(VERB, '').trim(), cors: cors.value, at: cors.at ?? at }];
  });
}
