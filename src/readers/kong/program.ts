import { whenEverythingIsGranted } from '../../middleware/gateway-plugins/needed.js';
import { joined, settingOf, truth, type Refused, type Settings } from '../../middleware/gateway-plugins/settings.js';
import type { ImageVersion } from '../../middleware/ingress/version.js';
import { complement, PRESENT } from '../../origins/origin-set.js';
import { headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { originCases, type Origins } from './origins.js';

/** From this version on a `*` among other origins stands for everybody: `major * 1000 + minor`. */
const STARS_FROM = 3008;

const FIELDS = new Set(['origins', 'methods', 'headers', 'exposed_headers', 'max_age', 'credentials', 'preflight_continue', 'private_network', 'allow_origin_absent']);
const METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT';

/** What the plugin does to a request that its route let in; or why Kong refuses the configuration. */
export function program(settings: Settings, version: ImageVersion | undefined): readonly Step[] | Refused {
  for (const [key, { at }] of settings.fields) if (!FIELDS.has(key)) return { at, refused: `the plugin has no field \`${key}\`` };
  const origins = originCases(settingOf(settings, 'origins'), settings.at, version === undefined || version.major * 1000 + version.minor >= STARS_FROM);
  if ('refused' in origins) return origins;
  const credentials = truth(settings, 'credentials', false);
  if ('refused' in credentials) return credentials;
  const continues = truth(settings, 'preflight_continue', false);
  if ('refused' in continues) return continues;
  const privateNetwork = truth(settings, 'private_network', false);
  if ('refused' in privateNetwork) return privateNetwork;
  const withoutOrigin = truth(settings, 'allow_origin_absent', true);
  if ('refused' in withoutOrigin) return withoutOrigin;
  const { at } = settings;
  const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });
  const served = whenAny(HAS_ORIGIN, withoutOrigin);
  const steps: readonly Step[] = [
    { when: whenAll(preflight, continues), effects: [], end: { to: 'behind' }, at },
    ...origins.flatMap((known) => originSteps(known.origins, whenAll(served, known.when), credentials, settings)),
    ...preflightSteps(settings, preflight, privateNetwork),
    { when: served, effects: listEffect(settings, 'exposed_headers', 'access-control-expose-headers'), at },
  ];
  return steps.filter((step) => step.when.g !== 'never' && (step.effects.length > 0 || step.end !== undefined));
}

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };

function originSteps(origins: Origins, when: Guard, credentials: Guard, settings: Settings): readonly Step[] {
  const { at } = origins;
  const vary = effect('append', 'vary', { v: 'literal', text: 'Origin', at, written: false }, at);
  const allow = (value: HeaderValue): Effect => effect('set', 'access-control-allow-origin', value, at);
  const echo = allow({ v: 'request-header', name: 'origin', at });
  const none = effect('remove', 'access-control-allow-origin', { v: 'literal', text: '', at, written: false }, at);
  const allowed = credentialsEffect(settings);
  const step = (guard: Guard, ...effects: readonly Effect[]): Step => ({ when: whenAll(when, guard), effects, at });
  const always = step(credentials, allowed);
  switch (origins.o) {
    case 'all': {
      const star = allow({ v: 'literal', text: '*', at, written: origins.written });
      // `*` cannot go with credentials, so Kong sends the origin instead.
      const opened = step(whenAll(credentials, HAS_ORIGIN), echo, vary, allowed);
      if (!origins.listed) return [step(ALWAYS, star), opened];
      return [step(ALWAYS, vary), step(HAS_ORIGIN, star), opened, step(unless(HAS_ORIGIN), none), step(whenAll(credentials, unless(HAS_ORIGIN)), allowed)];
    }
    case 'fixed':
      return [step(ALWAYS, allow({ v: 'literal', text: origins.text, at, written: true }), vary), always];
    case 'set':
      return [step({ g: 'origin', in: origins.set }, echo), step({ g: 'origin', in: complement(origins.set) }, none), step(ALWAYS, vary), always];
    case 'unknown':
      return [step(ALWAYS, allow({ v: 'unknown', fact: origins.fact, at }), vary), always];
  }
}

function credentialsEffect(settings: Settings): Effect {
  const field = settings.fields.get('credentials');
  return effect('set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: field?.value.at ?? settings.at, written: field !== undefined }, field?.at ?? settings.at);
}

function preflightSteps(settings: Settings, preflight: Guard, privateNetwork: Guard): readonly Step[] {
  const { at } = settings;
  const headers = listEffect(settings, 'headers', 'access-control-allow-headers');
  const methods = joined(settings, 'methods');
  const maxAge = settingOf(settings, 'max_age');
  const age = maxAge === undefined || maxAge.kind === 'nothing' ? undefined : headerValueOf(maxAge);
  const effects = [
    ...(headers.length > 0 ? headers : [effect('set', 'access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at }, at)]),
    effect('set', 'access-control-allow-methods', methods ?? { v: 'literal', text: METHODS, at, written: false }, settings.fields.get('methods')?.at ?? at),
    ...(age === undefined ? [] : [effect('set', 'access-control-max-age', age, settings.fields.get('max_age')?.at ?? at)]),
  ];
  const asked: Guard = { g: 'header', name: 'access-control-request-private-network', in: { s: 'exact', text: 'true', comparison: [], at } };
  const granted = effect('set', 'access-control-allow-private-network', { v: 'literal', text: 'true', at, written: true }, settings.fields.get('private_network')?.at ?? at);
  return [
    { when: whenAll(preflight, asked, privateNetwork), effects: [granted], at },
    { when: preflight, effects, end: { to: 'answer', status: 200 }, at },
  ];
}

/**
 * The headers that make a browser ask first: those among `headers`, since handlers read a JSON body, or a token; for
 * a route whose methods were picked, one of what is granted where everything is.
 */
export function neededHeaders(settings: Settings, methods: readonly string[] | null): readonly string[] {
  const value = settingOf(settings, 'headers');
  const names = value?.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value.toLowerCase()] : [])) : [];
  const listed = ['content-type', 'authorization'].filter((name) => names.includes(name));
  const everything = value === undefined || value.kind === 'nothing' || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined);
  return everything ? whenEverythingIsGranted(methods, 'authorization') : listed;
}

/** The header that a list of texts makes; none for a list that is absent or empty. */
function listEffect(settings: Settings, field: string, header: string): readonly Effect[] {
  const value = joined(settings, field);
  return value === undefined || (value.v === 'literal' && value.text === '') ? [] : [effect('set', header, value, settings.fields.get(field)?.at ?? settings.at)];
}

function effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}
