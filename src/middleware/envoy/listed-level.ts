import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { listFrom, switchFrom, type Field, type Fields, type Refused } from './fields.js';
import type { CorsLevel, Origins, Written } from './level.js';

/** Where a product of the family keeps what Envoy is given: lists that are joined by commas, a switch. */
export interface Listed {
  readonly fields: Fields;
  /** The place that switches CORS on. */
  readonly at: Span;
  /** What was refused counts as absent, here and below: whoever reads says so. */
  readonly origins: Origins | Refused | undefined;
  readonly methods: Field | undefined;
  readonly headers: Field | undefined;
  readonly exposed: Field | undefined;
  readonly maxAge: Written | Refused | undefined;
  readonly credentials: Field | undefined;
  readonly privateNetwork?: Field | undefined;
  /** Between the items of a list; absent: a comma alone. */
  readonly separator?: string;
  /** Preflights of strangers go on to the upstream; absent: as Envoy does by itself. */
  readonly forwards?: Guard;
}

export function listedLevel(listed: Listed): CorsLevel {
  const { fields, at, origins, maxAge, forwards } = listed;
  const [methods, headers, exposed] = [listed.methods, listed.headers, listed.exposed].map((field) => listFrom(field, listed.separator ?? ','));
  const [credentials, privateNetwork] = [listed.credentials, listed.privateNetwork].map((field) => switchFrom(fields.file, field));
  return {
    at,
    enabled: ALWAYS,
    ...(origins === undefined || 'refused' in origins ? {} : { origins }),
    ...(methods === undefined ? {} : { methods }),
    ...(headers === undefined ? {} : { headers }),
    ...(exposed === undefined ? {} : { exposed }),
    ...(maxAge === undefined || 'refused' in maxAge ? {} : { maxAge }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(privateNetwork === undefined ? {} : { privateNetwork }),
    ...(forwards === undefined ? {} : { forwards: { on: forwards, at } }),
  };
}

/** The first of several results that is a refusal. */
export function refusedAmong(...results: readonly (object | undefined)[]): Refused | undefined {
  return results.find((result): result is Refused => result !== undefined && 'refused' in result);
}

/** A field whose name the product does not know; the API server drops or refuses it. */
export function unknownField({ all }: Fields, known: ReadonlySet<string>, what: string): Refused | undefined {
  for (const [name, { at }] of all) if (!known.has(name)) return { at, refused: `${what} has no field \`${name}\`` };
  return undefined;
}
