import type { Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Requests that announce a longer body than a `client_max_body_size` lets in; undefined when any is let in. */
export function longerBody({ args: [size] }: Directive): Guard | undefined {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)$/i.exec(size?.text ?? '') ?? [];
  const limit = Number(digits) * UNITS[unit.toLowerCase()]!;
  if (digits === undefined || limit === 0 || size === undefined) return undefined;
  return { g: 'header', name: 'content-length', in: { s: 'regex', source: `^(?:${above(String(limit))})$`, flags: '', dialect: 'pcre', use: 'full', subject: 'origin', at: size } };
}

/** A pattern of the decimal numbers above one. */
function above(limit: string): string {
  const larger = [...limit].flatMap((digit, index) => (digit === '9' ? [] : [`${limit.slice(0, index)}[${Number(digit) + 1}-9]\\d{${limit.length - index - 1}}`]));
  return [...larger, `[1-9]\\d{${limit.length},}`].join('|');
}
