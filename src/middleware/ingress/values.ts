import { casesOf } from '../../policy/from-condition.js';
import { NEVER, whenAll, whenAny, type Effect, type Gap, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Annotated, Field } from './annotations.js';

/** The field, or what a template may write for it. */
export function field({ fields, rest }: Annotated, name: string): Field | undefined {
  return fields.get(name) ?? (rest === undefined ? undefined : { value: rest, at: rest.at });
}

/** When is a switch on? Undefined where it is not there. `invalid` stands for a text that is no boolean. */
export function switched({ fields, rest }: Annotated, name: string, invalid: boolean, isTrue?: (text: string) => boolean | undefined): Guard | undefined {
  const value = fields.get(name)?.value;
  if (value !== undefined) return truth(value, invalid, isTrue);
  return rest === undefined ? undefined : { g: 'fact', fact: { ...factOf(rest), key: `${factOf(rest).key}:${name}` } };
}

/** Go's `strconv.ParseBool`, or a controller's own reading; `invalid` stands for a text that it refuses. */
export function truth(value: Value, invalid: boolean, isTrue: (text: string) => boolean | undefined = parseBool): Guard {
  return whenAny(
    ...casesOf(value).map(({ when, value: option }) => {
      if (option.kind === 'unknown' || option.kind === 'env') return whenAll(when, { g: 'fact', fact: factOf(option) });
      if (option.kind === 'concat') return whenAll(when, { g: 'fact', fact: factOf(unknown('template-syntax', 'a switch that a template writes', option.at)) });
      const text = option.kind === 'string' ? option.value.trim() : option.kind === 'boolean' || option.kind === 'number' ? String(option.value) : '';
      return (isTrue(text) ?? invalid) ? when : NEVER;
    }),
  );
}

/** Go's `strconv.ParseBool`; undefined for what it refuses. */
export function parseBool(text: string): boolean | undefined {
  return /^(?:1|t|T|true|TRUE|True)$/.test(text) ? true : /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

/** The text that is sent for an annotation: what the controller makes of it, or the default for one that it does not accept. */
export function textOf(written: Field | undefined, fallback: string, made: (text: string) => string | undefined, at: Span): HeaderValue {
  const value = written?.value;
  const standard: HeaderValue = { v: 'literal', text: fallback, at, written: false };
  if (value === undefined || value.kind === 'nothing') return standard;
  if (value.kind === 'unknown' || value.kind === 'env') return { v: 'unknown', fact: factOf(value), at: value.at };
  const text = value.kind === 'string' ? value.value : value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : undefined;
  if (text === undefined) return { v: 'unknown', fact: factOf(composed(value)), at: value.at };
  const sent = made(text);
  return sent === undefined ? standard : { v: 'literal', text: sent, at: value.at, written: true };
}

/** Stands for a text that nobody has before the configuration is made. */
export function composed({ at }: Value): Value & { readonly kind: 'unknown' } {
  return unknown('template-syntax', 'a text that is put together when the configuration is made', at);
}

/** The header is set over what the upstream says, on every response. */
export function setTo(header: string, value: HeaderValue, at: Span): Effect {
  return { op: 'set', header, value, statuses: 'all', at };
}

/** What the API server refuses: annotations that are no strings. */
export function mistyped({ strict, fields }: Annotated, isOurs: (name: string) => boolean): Gap | undefined {
  const found = strict ? [...fields].find(([name, { value: { kind } }]) => isOurs(name) && (kind === 'boolean' || kind === 'number' || kind === 'list' || kind === 'record')) : undefined;
  return found === undefined ? undefined : { at: found[1].at, reason: 'unsupported-syntax', message: `The API server refuses this object: the annotation \`${found[0]}\` is not a string (quote it)` };
}
