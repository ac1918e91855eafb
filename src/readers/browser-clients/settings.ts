import { entry, type Value } from '../../values/value.js';

/** What a client is told about requests. Undefined where it is not known, or given nowhere. */
export interface Settings {
  readonly base: Value | undefined;
  readonly method: Value | undefined;
  readonly credentials: Value | undefined;
  /** Names of headers that are surely set, lower-case. */
  readonly headers: readonly string[];
  /** There may be settings that are not in view. */
  readonly open: boolean;
}

export const NO_SETTINGS: Settings = { base: undefined, method: undefined, credentials: undefined, headers: [], open: false };

/** Names of options that one client has. */
export interface Names {
  readonly base: readonly string[];
  readonly credentials: string;
  /** A body that is sent as JSON, and says so. */
  readonly json: readonly string[];
}

export function settingsIn(options: Value | undefined, { base, credentials, json }: Names): Settings {
  if (options === undefined || options.kind === 'nothing') return NO_SETTINGS;
  if (options.kind !== 'record') return { ...NO_SETTINGS, open: true };
  const own = (name: string): Value | undefined => entry(options, name)?.value;
  const isJson = json.some((name) => isObject(own(name)));
  return { base: base.map(own).find((value) => value !== undefined), method: own('method'), credentials: own(credentials), headers: [...headersIn(own('headers')), ...(isJson ? ['content-type'] : [])], open: options.rest !== undefined };
}

/** The settings of a request over those of the client. */
export function over(request: Settings, client: Settings): Settings {
  return {
    base: request.base ?? client.base,
    method: request.method ?? client.method,
    credentials: request.credentials ?? client.credentials,
    headers: [...new Set([...client.headers, ...request.headers])],
    open: request.open || client.open,
  };
}

/** A body that axios and its like send as JSON. */
export function isObject(value: Value | undefined): boolean {
  return value?.kind === 'record' || value?.kind === 'list';
}

/** Values of `Content-Type` that need no permission. */
const PLAIN_TYPE = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/** Names of a page may always set. */
const PLAIN = /^(?:accept|accept-language|content-language)$/i;

/** Headers of an object or of pairs; those that may be missing are left out. */
export function headersIn(value: Value | undefined): readonly string[] {
  if (value?.kind === 'record') return value.entries.flatMap(({ key, value: text }) => headerOf(key, text));
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((item) => (item.kind === 'list' && item.items[0]?.kind === 'string' ? headerOf(item.items[0].value, item.items[1]) : []));
}

/** The name in lower case, where a page needs permission for it. */
export function headerOf(name: string, value: Value | undefined): readonly string[] {
  const isPlain = PLAIN.test(name) || (/^content-type$/i.test(name) && (value?.kind !== 'string' || PLAIN_TYPE.test(value.value)));
  return isPlain || value === undefined || value.kind === 'nothing' || value.kind === 'either' ? [] : [name.toLowerCase()];
}
