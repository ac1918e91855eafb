import { laidOver, Options } from '../../middleware/options.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { RouteConfig } from './config.js';
import { optionOf } from './option-names.js';

export interface Refusal {
  readonly fault: string;
  readonly at: Span;
}

/** Sails checks the settings before it lifts; the first that it refuses. */
export function refusalOf(global: Value, routes: readonly RouteConfig[]): Refusal | undefined {
  return settingsRefusal(global) ?? routes.flatMap(({ cors }) => (cors.kind === 'record' ? (settingsRefusal(laidOver(global, cors)) ?? []) : []))[0];
}

function settingsRefusal(settings: Value): Refusal | undefined {
  if (settings.kind !== 'record') return undefined;
  const options = new Options(settings, settings.at);
  const credentialsAt = optionOf(options, 'allowCredentials')?.at ?? settings.at;
  const { value, at } = optionOf(options, 'allowOrigins') ?? { value: { kind: 'string', value: '*', at: credentialsAt } as const, at: credentialsAt };
  if (value.kind === 'string') {
    if (value.value !== '*') return value.value.split(',').flatMap((text) => originRefusal(text.trim(), value.at) ?? [])[0];
    const [credentials, unsafe] = [optionOf(options, 'allowCredentials')?.value, options.get('allowAnyOriginWithCredentialsUnsafe')?.value];
    const asks = credentials?.kind === 'boolean' && credentials.value;
    const insists = unsafe !== undefined && (unsafe.kind !== 'boolean' || unsafe.value);
    return asks && !insists ? { fault: 'Sails refuses to lift: credentials for every origin need allowAnyOriginWithCredentialsUnsafe', at } : undefined;
  }
  if (value.kind === 'list') return value.items.flatMap((item) => (item.kind === 'string' ? (originRefusal(item.value, item.at) ?? []) : item.kind === 'regex' || item.kind === 'boolean' ? [{ fault: 'Sails refuses to lift: allowOrigins holds texts', at: item.at }] : []))[0];
  const wrong = value.kind === 'regex' || value.kind === 'function' || value.kind === 'boolean' || value.kind === 'record' || value.kind === 'number' || (value.kind === 'nothing' && value.what === 'null');
  return wrong ? { fault: "Sails refuses to lift: allowOrigins is '*' or a list of texts", at: value.at } : undefined;
}

/** An origin has a scheme of the web, and neither a path nor a port that goes without saying. */
function originRefusal(text: string, at: Span): Refusal | undefined {
  const rest = /^https?:\/\/(.*)$/s.exec(text)?.[1];
  if (rest === undefined) return { fault: 'Sails refuses to lift: an origin starts with http:// or https://', at };
  if (/[/?#]/.test(rest)) return { fault: 'Sails refuses to lift: an origin has no path', at };
  const redundant = (text.startsWith('https:') && rest.endsWith(':443')) || (text.startsWith('http:') && rest.endsWith(':80'));
  return redundant ? { fault: 'Sails refuses to lift: the port goes without saying', at } : undefined;
}
