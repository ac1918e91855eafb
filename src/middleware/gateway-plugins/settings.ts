import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, whenAny, type Guard, type HeaderValue } from '../../policy/program.js';
import { truthOf, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type EnvValue, type UnknownValue, type Value } from '../../values/value.js';

/** One setting of a gateway's plugin: what it is, and where its key and value stand. */
export interface Setting {
  readonly value: Value;
  readonly at: Span;
  readonly pair?: YamlPair;
}

/** The configuration of one plugin of a gateway, as written, by field. */
export interface Settings {
  readonly file: YamlFile;
  /** The place of the plugin: where its defaults come from. */
  readonly at: Span;
  readonly fields: ReadonlyMap<string, Setting>;
  /** Fields that are not in `fields` may exist too. */
  readonly rest?: UnknownValue;
}

/** The gateway refuses the configuration: it is never in force. */
export interface Refused {
  readonly at: Span;
  readonly refused: string;
}

export function settingOf(settings: Settings, field: string): Value | undefined {
  return settings.fields.get(field)?.value ?? settings.rest;
}

/** When a switch is on. `meant` reads what is neither a boolean nor missing: another text, for products that take one. */
export function truth(settings: Settings, field: string, fallback: boolean, meant: (value: Value) => boolean | undefined = () => undefined): Guard | Refused {
  const value = settingOf(settings, field);
  const guards: Guard[] = [];
  for (const { when, value: option } of value === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(value)) {
    const read = option === undefined ? undefined : truthOf(settings.file, option);
    if (read === undefined || read.kind === 'nothing') guards.push(fallback ? when : NEVER);
    else if (read.kind === 'boolean') guards.push(read.value ? when : NEVER);
    else if (read.kind === 'unknown' || read.kind === 'env') guards.push(whenAll(when, { g: 'fact', fact: ownFact(settings, field, read) }));
    else if (read.kind === 'concat') guards.push(whenAll(when, { g: 'fact', fact: factOf(unknown('template-syntax', `the value of \`${field}\``, read.at)) }));
    else {
      const known = meant(read);
      if (known === undefined) return { at: read.at, refused: `\`${field}\` is not a boolean` };
      guards.push(known ? when : NEVER);
    }
  }
  return whenAny(...guards);
}

/** What may stand in the rest of the settings is decided field by field. */
function ownFact(settings: Settings, field: string, value: UnknownValue | EnvValue): Fact {
  const fact = factOf(value);
  return value === settings.rest ? { ...fact, key: `${fact.key}:${field}` } : fact;
}

/** A list of texts as the gateways send it, joined by commas; undefined for one that is not there. */
export function joined(settings: Settings, field: string): HeaderValue | undefined {
  const value = settingOf(settings, field);
  if (value === undefined || value.kind === 'nothing') return undefined;
  const items = value.kind === 'list' && value.rest === undefined ? value.items : [];
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  if (value.kind !== 'list' || value.rest !== undefined || texts.length < items.length) {
    return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', `the list \`${field}\``, value.at)), at: value.at };
  }
  return { v: 'literal', text: texts.join(','), at: value.at, written: true };
}
