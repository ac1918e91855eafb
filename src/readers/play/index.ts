/**
 * Play's CORS filter, switched on and set in `conf/application.conf`.
 *
 * Switched on and left alone it sends every origin back, with credentials. `"*"` in the list of origins is another thing
 * than no list: origins that the list does not name get a `*`, which browsers refuse with credentials.
 */
import { whenAll, type Guard, type Policy, type Probe } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { HoconConfig, removeItem, respell, rewrite, type HoconFile } from '../../syntax/hocon/index.js';
import { folderOf, resolvePath } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { environmentNamed, runsIn } from '../../values/fact.js';
import { factOf } from '../../values/value.js';
import { decline, defineReader } from '../reader.js';
import { program } from './program.js';

const FILTER = 'play.filters.cors.CORSFilter';

export default defineReader<HoconFile>({
  title: 'Play',
  language: 'hocon',
  mayConcern: /CORSFilter|play\s*\.\s*filters\s*\.\s*cors|play\s*\{[\s\S]*filters[\s\S]*cors|filters\s*\{[\s\S]*cors/,

  *read(file) {
    if (/(?:^|\/)(?:test|tests|it)\//.test(file.file)) return;
    const config = new HoconConfig(file);
    const on = switchedOn(file, config);
    const own = [...(on?.places ?? []), ...config.placesBelow(['play', 'filters', 'cors'])].filter((at) => at.file === file.file);
    const at = own[0];
    // A file that only includes another one says nothing of its own.
    if (on === undefined || at === undefined) return;
    for (const include of config.unread) {
      if (include.at.file === file.file && include.from === 'url') yield { kind: 'gap', gap: { at: include.at, reason: 'import-not-resolved', message: `what \`${include.what}\` holds is not in the repository` } };
    }
    const guard = whenAll(on.when, environmentOf(file.file, at));
    const steps = program(config, at).map((step) => ({ ...step, when: whenAll(guard, step.when) })).filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
    const policy: Policy = {
      reader: 'play',
      title: "Play's CORSFilter",
      layer: 'app-middleware',
      at,
      steps,
      // Play's router has no answer to OPTIONS unless a route is written for it.
      behind: { options: 404 },
      probes: probesOf(file, at),
      survivesUncaught: true,
      listens: [9000],
      version: 'Play 3.0',
      evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'policy', policy };
  },

  write(file, policy, change) {
    switch (change.kind) {
      case 'replace-text':
        return respell(file, change.at, change.text);
      case 'remove-entry':
        return removeItem(file, change.at);
      case 'remove-header': {
        const effect = effectAt(policy, change.at);
        const value = effect?.header === 'access-control-allow-credentials' ? effect.value : undefined;
        return value?.v === 'literal' && value.written ? rewrite(file, value.at, 'false') : decline('credentials are not switched on by a value of this file');
      }
      default:
        return decline('not a change that the filter can spell');
    }
  },
});

/** The filter is in the list of filters that are on, or in the class that the application names for its filters. */
function switchedOn(file: HoconFile, config: HoconConfig): { readonly when: Guard; readonly places: readonly Span[] } | undefined {
  const enabled = config.at('play', 'filters', 'enabled');
  const names = (what: 'enabled' | 'disabled'): boolean => {
    const items = config.at('play', 'filters', what)?.value;
    return items?.kind === 'list' && items.items.some((item) => casesOfValue(item).some(({ value }) => value.kind === 'string' && value.value === FILTER));
  };
  if (names('disabled')) return undefined;
  if (enabled !== undefined && names('enabled')) return { when: { g: 'always' }, places: enabled.from };
  const filters = config.at('play', 'http', 'filters');
  const written = filters?.value.kind === 'string' ? filters.value.value : 'Filters';
  const code = codeOf(file, written);
  if (code !== undefined) return /\bCORSFilter\b/.test(code) ? { when: { g: 'always' }, places: [] } : undefined;
  const open = enabled?.value.kind === 'list' ? enabled.value.rest : undefined;
  return open === undefined ? undefined : { when: { g: 'fact', fact: factOf(open) }, places: enabled?.from ?? [] };
}

/** The source of a class of the application; `conf` and `app` stand side by side. */
function codeOf(file: HoconFile, name: string): string | undefined {
  const root = folderOf(folderOf(file.file));
  for (const source of ['app', 'src/main/java', 'src/main/scala']) {
    for (const extension of ['scala', 'java']) {
      const path = resolvePath(root, `${source}/${name.replaceAll('.', '/')}.${extension}`);
      const text = path !== undefined && file.files.exists(path) ? file.files.read(path) : undefined;
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** `application.dev.conf`, `local.conf`: what only developers load. */
function environmentOf(path: string, at: Span): Guard {
  const name = /(?:^|[/.-])(dev|development|local|test|testing)(?:\.\w+)?\.conf$/.exec(path)?.[1];
  const environment = name === undefined ? 'production' : environmentNamed(name);
  return environment === 'production' ? { g: 'always' } : { g: 'fact', fact: runsIn(environment, at) };
}

/** Past so many routes one policy says the same again. */
const MAX_PROBES = 40;

/** Paths that `conf/routes` serves, with their methods. */
function probesOf(file: HoconFile, at: Span): readonly Probe[] {
  const path = resolvePath(folderOf(file.file), 'routes');
  const text = path !== undefined && file.files.exists(path) ? (file.files.read(path) ?? '') : '';
  const routes = new Map<string, string[]>();
  for (const [, method = '', route = ''] of text.matchAll(/^(GET|POST|PUT|PATCH|DELETE|HEAD)\s+(\/\S*)\s/gm)) {
    const sample = route.replace(/:\w+|\$\w+<[^>]*>|\*\w+/g, 'x');
    routes.set(sample, [...(routes.get(sample) ?? []), method]);
  }
  const probes = [...routes].slice(0, MAX_PROBES).map(([sample, methods]): Probe => ({ path: sample, methods, requestHeaders: [], at }));
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: [], at }] : probes;
}
