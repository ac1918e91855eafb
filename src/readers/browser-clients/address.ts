import type { ClientCall } from '../../policy/client-call.js';
import type { Value } from '../../values/value.js';

/** Characters that no address holds: one stands for a piece that is not known, the other for the text of a setting. */
const UNKNOWN = '\uE000';
const SETTING = '\uE001';

/** So many alternatives of one address are told apart. */
const MAX_TEXTS = 4;

/** The texts that a value may be; pieces that are not known are marked. */
export function textsOf(value: Value | undefined): readonly string[] {
  switch (value?.kind) {
    case 'string':
      return [value.value];
    case 'number':
      return [String(value.value)];
    case 'env':
      return [SETTING];
    case 'either':
      return value.options.flatMap((option) => textsOf(option.value)).slice(0, MAX_TEXTS);
    case 'concat':
      return value.parts.reduce<readonly string[]>((texts, part) => texts.flatMap((text) => textsOf(part).map((piece) => text + piece)).slice(0, MAX_TEXTS), ['']);
    case 'derived':
      // `BASE.replace(/\/$/, '')`
      return value.how === 'strip-trailing-slash' ? textsOf(value.of).map((text) => text.replace(/\/$/, '')) : [UNKNOWN];
    default:
      return [UNKNOWN];
  }
}

/** A path below a base, as axios and ky put them together: an address of its own stays what it is. */
export function below(base: string | undefined, path: string): string {
  return base === undefined || base === '' || /^https?:\/\//.test(path) ? path : `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}

/** Where an address leads to; undefined where that is not plain, or to the page's own origin. */
export function placeOf(text: string): Pick<ClientCall, 'target' | 'path'> | undefined {
  const [, host, afterHost] = /^(https?:\/\/[^\uE000\uE001/?#]+)(?=[/?#]|$)(.*)$/s.exec(text) ?? [];
  const rest = afterHost ?? (text.startsWith(SETTING) ? text.slice(1) : undefined);
  if (rest === undefined || (host !== undefined && !URL.canParse(host))) return undefined;
  const segments = rest.replace(/[?#].*$/s, '').split('/').filter((segment) => segment !== '');
  // A piece at the end of a segment may be a query, or more of the path.
  if (segments.some((segment) => segment !== UNKNOWN && /[\uE000\uE001]/.test(segment))) return undefined;
  if (host === undefined && segments.every((segment) => segment === UNKNOWN)) return undefined;
  return { target: host === undefined ? null : new URL(host).origin, path: `/${segments.map((segment) => (segment === UNKNOWN ? '*' : segment)).join('/')}` };
}
