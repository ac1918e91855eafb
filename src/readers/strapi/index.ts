/**
 * Strapi 3 to 5: `strapi::cors` in `config/middlewares`, `settings.cors` in `config/middleware` of version 3.
 *
 * The middleware stands in every project, and where nothing is configured it lets in every origin with credentials: the
 * default `*` becomes the origin of the request. The version decides how a text and a list are matched.
 */
import { exportedConfig } from '../../middleware/config-module.js';
import { editScript } from '../../middleware/edit-script.js';
import { contextFor } from '../../middleware/koa/context.js';
import { errorHandler, Onion } from '../../middleware/koa/onion.js';
import { covering, sendsCors, versionText } from '../../middleware/readings.js';
import { strapiCorsProgram } from '../../middleware/strapi-cors.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { insertProperty, moduleAt, packageVersion, portsIn, run, truthy, type EstreeModule } from '../../syntax/estree/index.js';
import type { TextEdit } from '../../text/edit.js';
import { folderOf } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { environmentNamed, runsIn } from '../../values/fact.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import { decline, defineReader, type Declined, type Reading } from '../reader.js';
import { envHandle } from './env.js';

const FILE = /^(.*?)config\/(?:env\/([\w-]+)\/)?(middlewares?)\.[cm]?[jt]s$/;

export default defineReader<EstreeModule>({
  title: 'Strapi',
  language: 'estree',
  mayConcern: /strapi::cors|^(?=[^]*\bsettings\b)[^]*\bcors['"]?\s*:/,

  *read(module) {
    yield* covering(module.file, readingsOf(module));
  },

  write: (module, policy, change) => (change.kind === 'remove-header' ? dropCredentials(module, policy, change.at) : editScript(module, policy, change, {})),
});

/** One place that switches the middleware on. */
interface Site {
  readonly when: Guard;
  readonly config: Value | undefined;
  /** What stands in the list, or the name in it. */
  readonly at: Span;
  /** The object in the list, where it is one. */
  readonly item: RecordValue | undefined;
  /** What it throws is answered by a middleware in front. */
  readonly caught: boolean;
}

function* readingsOf(module: EstreeModule): Generator<Reading> {
  if (!isThird(module) && !module.source.text.includes('strapi::cors')) return;
  const sites = sitesIn(module);
  const [first] = sites;
  if (first === undefined) return;
  const name = isThird(module) ? 'strapi' : '@strapi/strapi';
  const version = packageVersion(module.files, module.file, name)?.version ?? (isThird(module) ? '3.6' : undefined);
  const runs = environmentOf(module);
  const steps = mergeSteps(sites.flatMap(({ when, config, at, caught }): readonly Step[] => {
    const onion = new Onion();
    if (caught) onion.wait(errorHandler(at));
    onion.take(strapiCorsProgram({ options: config, context: contextFor(at, false, 'text').ctx, base: whenAll(runs, when), at, missing: 'text' }, version).steps);
    return onion.steps;
  }));
  for (const { config } of sites) if (config?.kind === 'unknown') yield { kind: 'gap', gap: { at: config.at, reason: config.reason, message: `The CORS options depend on ${config.detail}.` } };
  if (sendsCors(steps)) yield { kind: 'policy', policy: policyOf(module, first.at, steps, versionText(module, name, 'Strapi', isThird(module) ? '3.6' : '5')) };
}

function policyOf(module: EstreeModule, at: Span, steps: readonly Step[], version: string): Policy {
  return {
    reader: 'strapi',
    title: 'strapi::cors',
    layer: 'app-middleware',
    at,
    steps,
    behind: { options: null },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    // The middleware that makes the answers of errors leaves the headers that were set.
    survivesUncaught: /strapi::errors/.test(module.source.text),
    listens: portOf(module),
    version,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}

function sitesIn(module: EstreeModule): readonly Site[] {
  const exported = configOf(module);
  if (exported === undefined) return [];
  return casesOf(exported).flatMap(({ when, value }): readonly Site[] => {
    if (isThird(module)) return thirdSites(value, when);
    if (value.kind !== 'list') return [];
    const errors = value.items.findIndex((item) => nameOf(item)?.value === 'strapi::errors');
    return value.items.flatMap((item, index) => casesOf(item).flatMap((option) => itemSites(option.value, whenAll(when, option.when), errors !== -1 && errors < index)));
  });
}

/** `'strapi::cors'` and `{ name: 'strapi::cors', config }` */
function itemSites(item: Value, when: Guard, caught: boolean): readonly Site[] {
  const name = nameOf(item);
  if (name?.value !== 'strapi::cors') return [];
  if (item.kind !== 'record') return [{ when, config: undefined, at: name.at, item: undefined, caught }];
  const configs = casesOf(entry(item, 'config')?.value ?? { kind: 'nothing', what: 'undefined', at: name.at });
  return configs.map((option) => ({ when: whenAll(when, option.when), config: option.value.kind === 'nothing' ? undefined : option.value, at: name.at, item, caught }));
}

/** The name of what stands in the list; in an object, the entry that says it. */
function nameOf(item: Value): { readonly value: string; readonly at: Span } | undefined {
  if (item.kind === 'string') return item;
  const name = item.kind === 'record' ? entry(item, 'name') : undefined;
  return name?.value.kind === 'string' ? { value: name.value.value, at: name.at } : undefined;
}

/** `settings.cors` of version 3 */
function thirdSites(value: Value, when: Guard): readonly Site[] {
  const settings = value.kind === 'record' ? entry(value, 'settings')?.value : undefined;
  const cors = settings?.kind === 'record' ? entry(settings, 'cors') : undefined;
  if (cors?.value.kind !== 'record') return [];
  const enabled = entry(cors.value, 'enabled')?.value;
  const on = whenAll(when, enabled === undefined ? { g: 'always' } : guardOf(truthy(enabled)));
  return on.g === 'never' ? [] : [{ when: on, config: cors.value, at: cors.at, item: undefined, caught: false }];
}

/** What a configuration file exports, called with Strapi's `env` where it is a function. */
function configOf(module: EstreeModule): Value | undefined {
  const at: Span = { file: module.file, start: 0, end: 0 };
  return exportedConfig(run(module, () => undefined), [{ kind: 'record', entries: [{ key: 'env', value: envHandle(at), at }], at }]);
}

function isThird(module: EstreeModule): boolean {
  return FILE.exec(module.file)?.[3] === 'middleware';
}

/** `config/env/production/middlewares` replaces `config/middlewares` in production, and is read in production only. */
function environmentOf(module: EstreeModule): Guard {
  const [, root, named, file] = FILE.exec(module.file) ?? [];
  const at: Span = { file: module.file, start: 0, end: 0 };
  const inside = (name: string): Guard => ({ g: 'fact', fact: runsIn(environmentNamed(name), at) });
  if (named !== undefined) return inside(named);
  const own = ['production', 'development', 'test'].filter((name) => EXTENSIONS.some((extension) => module.files.exists(`${root ?? ''}config/env/${name}/${file ?? ''}.${extension}`)));
  return whenAll(...own.map((name) => unless(inside(name))));
}

const EXTENSIONS = ['js', 'ts', 'mjs', 'cjs'];

/** The port of `config/server`, 1337 where it names none. */
function portOf(module: EstreeModule): readonly number[] {
  const folder = folderOf(module.file);
  const found = EXTENSIONS.map((extension) => moduleAt(module, `${folder}/server.${extension}`)).find((server) => server !== undefined);
  const config = found === undefined ? undefined : configOf(found);
  const ports = config?.kind === 'record' ? portsIn(entry(config, 'port')?.value) : [];
  return ports.length > 0 ? ports : [1337];
}

/** Credentials are on by default: there is nothing to take out, but something to say. */
function dropCredentials(module: EstreeModule, policy: Policy, at: Span): readonly TextEdit[] | Declined {
  const site = sitesIn(module).find((one) => one.at.file === at.file && one.at.start === at.start && one.at.end === at.end);
  if (site === undefined) return editScript(module, policy, { kind: 'remove-header', at }, {});
  const holder = moduleAt(module, at.file);
  const written = holder?.source.text.slice(at.start, at.end);
  if (holder === undefined || written === undefined) return decline('the list stands in a file that is not in view');
  if (site.item === undefined && site.config === undefined) return [{ file: at.file, start: at.start, end: at.end, text: `{ name: ${written}, config: { credentials: false } }` }];
  const last = site.config?.kind === 'record' ? site.config.entries.at(-1) : undefined;
  const edit = site.config === undefined ? insertProperty(holder, at, 'config', 'config: { credentials: false }') : last === undefined ? undefined : insertProperty(holder, last.at, 'credentials', 'credentials: false');
  return edit === undefined ? decline('no object stands there that credentials could be turned off in') : [edit];
}
