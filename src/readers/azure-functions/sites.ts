import { effect, HAS_ORIGIN, literal, open, truth, withinLimit } from '../../middleware/api-gateway/cors-configuration.js';
import { ANY, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, guardedSet } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Gap, type Step } from '../../policy/program.js';
import { pairAt, textAt, valueOf, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type Value } from '../../values/value.js';

const MAX_NODES = 50_000;

/** CORS of a site, with what the site is called. */
export interface Site {
  readonly cors: YamlPair;
  readonly title: string;
}

/** Sites and their `web` configurations, wherever a template nests them. */
export function sitesIn(file: YamlFile): readonly Site[] {
  const found: Site[] = [];
  const pending: YamlNode[] = file.documents.flatMap(({ root }) => root ?? []).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    if (node.kind === 'seq') pending.push(...[...node.items].reverse());
    if (node.kind !== 'map') continue;
    const type = textAt(node, 'type') ?? '';
    const cors = /^Microsoft\.Web\/sites(?:\/slots)?$/i.test(type) ? pairAt(node, 'properties', 'siteConfig', 'cors') : /^(?:Microsoft\.Web\/sites(?:\/slots)?\/)?config$/i.test(type) ? pairAt(node, 'properties', 'cors') : undefined;
    if (cors !== undefined) found.push({ cors, title: `site ${textAt(node, 'name') ?? 'without a name'}` });
    pending.push(...node.pairs.flatMap(({ value }) => value ?? []).reverse());
  }
  return found;
}

/**
 * `siteConfig.cors`: exact origins, or `*` for everybody, which App Service refuses with credentials. What it answers to
 * preflights is not documented, and neither are its `Vary` and its way with letters and slashes.
 *
 * https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-rest-api#enable-cors
 */
export function siteSteps(file: YamlFile, { cors, title }: Site): { readonly steps: readonly Step[]; readonly gaps: readonly Gap[]; readonly at: Span; readonly title: string } {
  const settings = valueOf(file, cors.value);
  const nothing = { steps: [], at: cors.at, title };
  if (settings.kind !== 'record') return { ...nothing, gaps: settings.kind === 'nothing' ? [] : [{ at: cors.at, reason: 'template-syntax', message: 'CORS of this site depends on an expression' }] };
  const [origins, credentials] = ['allowedOrigins', 'supportCredentials'].map((key) => entry(settings, key));
  if (origins === undefined) return { ...nothing, gaps: [] };
  const allowed = truth(credentials === undefined ? undefined : { value: arm(credentials.value), at: credentials.at, written: true });
  const gaps: Gap[] = [];
  const steps: Step[] = [];
  for (const { when, value } of casesOf(arm(origins.value))) {
    const items = value.kind === 'list' ? withinLimit(value.items.map(arm), value.at) : value.kind === 'nothing' ? [] : [value];
    const star = items.find((item) => item.kind === 'string' && item.value === '*');
    const here = whenAll(when, HAS_ORIGIN);
    if (star !== undefined) {
      const both = whenAll(when, allowed);
      if (both.g === 'always') gaps.push({ at: star.at, reason: 'unsupported-syntax', message: 'App Service refuses `*` with `supportCredentials`' });
      if (both.g !== 'never') steps.push({ when: both, effects: [], end: { to: 'answer', status: 400, fault: 'App Service refuses `*` with credentials: nothing is deployed' }, at: star.at });
      steps.push({ when: here, effects: [effect('set', 'access-control-allow-origin', literal('*', star.at, true), star.at)], at: star.at });
      continue;
    }
    for (const item of items) {
      const served = whenAll(here, { g: 'origin', in: originOf(item) });
      steps.push({ when: served, effects: [effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: item.at }, item.at)], at: item.at });
      if (credentials !== undefined) steps.push({ when: whenAll(served, allowed), effects: [effect('set', 'access-control-allow-credentials', literal('true', credentials.value.at, true), credentials.at)], at: credentials.at });
    }
  }
  const vary: Step = { when: ALWAYS, effects: [effect('append', 'vary', { v: 'unknown', fact: factOf(unknown('upstream', 'whether App Service says `Vary: Origin`', cors.at)), at: cors.at }, cors.at)], at: cors.at };
  return { steps: steps.length === 0 ? [] : [vary, ...steps.filter(({ when }) => when.g !== 'never')], gaps, at: cors.at, title };
}

/** `[parameters('origins')]` is an expression of the template. */
function arm(value: Value): Value {
  return value.kind === 'string' && /^\[[^[][^]*\]$/.test(value.value) ? unknown('template-syntax', `the expression \`${value.value}\``, value.at) : value;
}

function originOf(item: Value): OriginSet {
  if (item.kind === 'either') return guardedSet(item, originOf);
  if (item.kind === 'string') return exact(item.value, item.at);
  return { s: 'dynamic', why: factOf(open(item, 'an origin')), lower: NONE, upper: ANY, exactTexts: true, at: item.at };
}

