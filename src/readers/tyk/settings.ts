import { isOpen, whenTrue, WrittenFields } from '../../middleware/rs-cors/fields.js';
import type { Field, RsCorsSettings } from '../../middleware/rs-cors/settings.js';
import { casesOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, type Gap, type Guard } from '../../policy/program.js';
import { keyOf, pairsOf, valueOfPair } from '../../syntax/yaml/index.js';
import type { Definition } from './definitions.js';
import type { Tyk } from './version.js';

type Name = 'enable' | 'origins' | 'methods' | 'headers' | 'exposed' | 'maxAge' | 'credentials' | 'passes' | 'debug';

const KEYS: Readonly<Record<Definition['spelling'], Readonly<Record<Name, string>>>> = {
  classic: { enable: 'enable', origins: 'allowed_origins', methods: 'allowed_methods', headers: 'allowed_headers', exposed: 'exposed_headers', maxAge: 'max_age', credentials: 'allow_credentials', passes: 'options_passthrough', debug: 'debug' },
  oas: { enable: 'enabled', origins: 'allowedOrigins', methods: 'allowedMethods', headers: 'allowedHeaders', exposed: 'exposedHeaders', maxAge: 'maxAge', credentials: 'allowCredentials', passes: 'optionsPassthrough', debug: 'debug' },
};

/** Key of the setting that lets OPTIONS pass. */
export function passesKey(spelling: Definition['spelling']): string {
  return KEYS[spelling].passes;
}

export interface Enabled {
  readonly when: Guard;
  /** OPTIONS requests are let through. */
  readonly passes: Guard;
  readonly cors: RsCorsSettings;
}

/**
 * The settings of one API; undefined where CORS is off, or where Tyk does not load the definition. Its decoder wants every
 * value in its type, and takes a key in any case; other keys are dropped without a word.
 */
export function settingsOf({ file, cors: pair, spelling }: Definition, tyk: Tyk): { readonly enabled: Enabled | undefined; readonly gaps: readonly Gap[] } {
  const whole = valueOfPair(file, pair);
  const at = pair.at;
  if (whole.kind === 'nothing') return { enabled: undefined, gaps: [] };
  if (whole.kind !== 'record' && !isOpen(whole)) return { enabled: undefined, gaps: [gap(at, 'Tyk does not load this definition: the settings of CORS are no object')] };
  const keys = KEYS[spelling];
  const written = new WrittenFields(whole, pair.key.at, true);
  const field = (name: Name): Field => written.get(keys[name]);
  const when = whenTrue(field('enable'));
  const wrong = TYPES.flatMap(([name, type]) => problemOf(field(name), keys[name], type));
  if (wrong.length > 0) return { enabled: undefined, gaps: wrong };
  if (when.g === 'never') return { enabled: undefined, gaps: [] };
  const known = Object.values(keys).map((key) => key.toLowerCase());
  const unread = pairsOf(pair.value).filter((one) => !known.includes((keyOf(one) ?? keys.enable).toLowerCase()));
  const passes = whenTrue(field('passes'));
  return {
    enabled: {
      when,
      passes,
      cors: {
        at: pair.key.at,
        release: tyk.cors,
        origins: field('origins'),
        methods: field('methods'),
        headers: field('headers'),
        exposed: field('exposed'),
        maxAge: field('maxAge'),
        credentials: field('credentials'),
        allowsCredentials: whenTrue(field('credentials')),
        allowsPrivateNetwork: NEVER,
        passesPreflights: whenAll(passes, unless(tyk.own)),
        status: undefined,
        anyHeader: false,
        inner: 'replaced',
      },
    },
    gaps: unread.map((one) => gap(one.at, `Tyk knows no \`${keyOf(one) ?? ''}\` here: it is not read`)),
  };
}

type Type = 'boolean' | 'number' | 'list of texts';

const TYPES: readonly (readonly [name: Name, type: Type])[] = [
  ['enable', 'boolean'],
  ['origins', 'list of texts'],
  ['methods', 'list of texts'],
  ['headers', 'list of texts'],
  ['exposed', 'list of texts'],
  ['maxAge', 'number'],
  ['credentials', 'boolean'],
  ['passes', 'boolean'],
  ['debug', 'boolean'],
];

function problemOf({ value }: Field, key: string, type: Type): readonly Gap[] {
  if (value === undefined) return [];
  const bad = casesOf(value).find(({ value: one }) => {
    if (isOpen(one) || one.kind === 'nothing') return false;
    if (type !== 'list of texts') return one.kind !== type || (one.kind === 'number' && !Number.isInteger(one.value));
    return one.kind !== 'list' || one.items.some((item) => casesOf(item).some(({ value: text }) => !isOpen(text) && text.kind !== 'string' && text.kind !== 'nothing'));
  });
  return bad === undefined ? [] : [gap(bad.value.at, `Tyk does not load this definition: \`${key}\` is no ${type === 'number' ? 'whole number' : type}`)];
}

function gap(at: Gap['at'], message: string): Gap {
  return { at, reason: 'unsupported-syntax', message };
}
