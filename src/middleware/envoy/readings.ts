import type { Gap } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { Span } from '../../text/span.js';
import type { CorsLevel } from './level.js';
import type { Refused } from './fields.js';

/** A place that is read in another way than its author may think, or not at all. */
export function remark(at: Span, message: string, reason: Gap['reason'] = 'unsupported-syntax'): Reading {
  return { kind: 'gap', gap: { at, reason, message } };
}

/** The whole object is refused when it is deployed. */
export function refusal(product: string, { at, refused }: Refused): Reading {
  return remark(at, `${product} refuses this configuration: ${refused}`);
}

/**
 * What no rule can show on a response: beside an entry that lets everybody in, others that no browser's origin equals
 * change nothing; a `*` among other methods or headers is a name like any other.
 */
export function* remarksOn(level: CorsLevel): Generator<Reading> {
  const matchers = level.origins?.matchers ?? [];
  if (matchers.some(({ everybody }) => everybody)) {
    for (const { set, at } of matchers) {
      if (set.s === 'exact' && set.text.includes('*')) yield remark(at, `\`${set.text}\` is compared as it stands: no browser's origin equals it, no subdomain is let in by it`);
    }
  }
  for (const [written, what] of [[level.methods, 'methods'], [level.headers, 'headers']] as const) {
    if (written?.value.v !== 'literal' || !/,/.test(written.value.text)) continue;
    if (written.value.text.split(',').some((item) => item.trim() === '*')) yield remark(written.at, `\`*\` stands for all ${what} only when it is the only one; here browsers take it for a name${what === 'methods' ? ' in requests with credentials' : ', and never for Authorization'}`);
  }
}
