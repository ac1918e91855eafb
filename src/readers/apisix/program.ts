import { whenEverythingIsGranted } from '../../middleware/gateway-plugins/needed.js';
import { settingOf, truth, type Refused, type Settings } from '../../middleware/gateway-plugins/settings.js';
import { anyOf, NONE, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import { originCases } from './origins.js';
import type { Version } from './version.js';

const ALL_METHODS = 'GET,POST,PUT,DELETE,PATCH,HEAD,OPTIONS,CONNECT,TRACE';

/** Fields where `*` cannot stand beside credentials: the first three have it where nothing is written. */
const STARRED = ['allow_origins', 'allow_methods', 'allow_headers', 'expose_headers', 'timing_allow_origins'];

/**
 * The plugin, from its source (apisix/plugins/cors.lua): OPTIONS of any kind is answered with 200 before anything
 * else runs; every response to an origin that is let in gets all headers, the preflight's too, over the upstream's.
 */
export function program(settings: Settings, version: Version): readonly Step[] | Refused {
  const origins = originCases(settings, version);
  if ('refused' in origins) return origins;
  const credentials = truth(settings, 'allow_credential', false);
  if ('refused' in credentials) return credentials;
  const starred = credentials.g === 'never' ? undefined : STARRED.find((field) => isStar(settings, field, version));
  if (starred !== undefined && credentials.g === 'always') {
    const at = settings.fields.get('allow_credential')?.at ?? settings.at;
    return { at, refused: `\`allow_credential\` does not go with \`*\`, which \`${starred}\` ${settings.fields.has(starred) ? 'says' : 'is where nothing is written'}` };
  }
  const { at } = settings;
  const steps: Step[] = [];
  for (const { when, star, echoed, varies } of origins) {
    const granted = anyOf([star?.to ?? NONE, echoed?.set ?? NONE]);
    const known: Guard = { g: 'origin', in: granted };
    const starAt = star?.at ?? at;
    const echoAt = echoed?.at ?? at;
    const varyTo = version.patternsAlone ? (varies ? ALWAYS : undefined) : whenAll({ g: 'origin', in: echoed?.set ?? NONE });
    if (varyTo !== undefined) steps.push({ when: whenAll(when, varyTo), effects: [effect('append', 'vary', { v: 'literal', text: 'Origin', at: echoAt, written: false }, echoAt)], at: echoAt });
    if (star !== undefined) steps.push({ when: whenAll(when, within(star.to)), effects: [effect('set', 'access-control-allow-origin', { v: 'literal', text: '*', at: starAt, written: star.written }, starAt)], at: starAt });
    if (echoed !== undefined) steps.push({ when: whenAll(when, within(echoed.set)), effects: [effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: echoAt }, echoAt)], at: echoAt });
    steps.push(
      { when: whenAll(when, granted.s === 'any' ? ALWAYS : known), effects: lists(settings, version), at },
      // One of the two cannot be: the plugin refuses both together.
      { when: whenAll(when, granted.s === 'any' ? ALWAYS : known, starred === undefined ? credentials : unless(ALWAYS)), effects: [credentialsEffect(settings)], at },
    );
  }
  const answered: Step = { when: { g: 'method', in: ['OPTIONS'] }, effects: [], end: { to: 'answer', status: 200 }, at };
  return [...steps, answered].filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
}

function within(set: OriginSet): Guard {
  return set.s === 'any' ? ALWAYS : { g: 'origin', in: set };
}

function isStar(settings: Settings, field: string, version: Version): boolean {
  const value = settings.fields.get(field)?.value;
  if (value === undefined) return settings.rest === undefined && (field.startsWith('allow_') || (field === 'expose_headers' && version.exposesAll));
  return casesOf(value).every((option) => option.value.kind === 'string' && option.value.value === '*');
}

function credentialsEffect(settings: Settings): Effect {
  const field = settings.fields.get('allow_credential');
  return effect('set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: field?.value.at ?? settings.at, written: field !== undefined }, field?.at ?? settings.at);
}

function lists(settings: Settings, version: Version): readonly Effect[] {
  const asked: HeaderValue = { v: 'request-header', name: 'access-control-request-headers', at: settings.at };
  return [
    ...field(settings, 'allow_methods', 'access-control-allow-methods', '*', (text, at) => ({ v: 'literal', text: text === '**' ? ALL_METHODS : text, at, written: text !== '**' })),
    ...field(settings, 'allow_headers', 'access-control-allow-headers', '*', (text, at) => (text === '**' ? { ...asked, at } : { v: 'literal', text, at, written: true })),
    ...field(settings, 'expose_headers', 'access-control-expose-headers', version.exposesAll ? '*' : '', (text, at) => ({ v: 'literal', text, at, written: true })),
    ...field(settings, 'max_age', 'access-control-max-age', '5', (text, at) => ({ v: 'literal', text, at, written: true })),
  ];
}

/** A text that is sent as it stands; `fallback` where nothing is written. */
function field(settings: Settings, name: string, header: string, fallback: string, make: (text: string, at: Span) => HeaderValue): readonly Effect[] {
  const value = settingOf(settings, name);
  const at = settings.fields.get(name)?.at ?? settings.at;
  if (value === undefined || value.kind === 'nothing') return fallback === '' ? [] : [effect('set', header, { v: 'literal', text: fallback, at: settings.at, written: false }, at)];
  if (value.kind === 'string' || value.kind === 'number') return value.value === '' ? [] : [effect('set', header, make(String(value.value), value.at), at)];
  const doubt = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', `the value of \`${name}\``, value.at);
  return [effect('set', header, headerValueOf(doubt) ?? { v: 'unknown', fact: factOf(doubt), at: value.at }, at)];
}

/** The headers that make a browser ask first, as far as the plugin's author lists them, or grants every one. */
export function neededHeaders(settings: Settings, methods: readonly string[] | null): readonly string[] {
  const value = settingOf(settings, 'allow_headers');
  if (value === undefined || value.kind === 'nothing' || (value.kind === 'string' && /^\*\*?$/.test(value.value))) return whenEverythingIsGranted(methods, 'x-requested-with');
  const names = value.kind === 'string' ? value.value.toLowerCase().split(',').map((name) => name.trim()) : [];
  return ['content-type', 'authorization'].filter((name) => names.includes(name));
}

function effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}
