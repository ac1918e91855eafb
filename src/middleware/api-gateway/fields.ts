import { casesOf } from '../../policy/from-condition.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { CorsConfiguration, Refusal, Setting } from './cors-configuration.js';

type Field = Exclude<keyof CorsConfiguration, 'at'>;

/** What a source calls the fields of a configuration. */
export type FieldNames = Readonly<Record<string, Field>>;

/** Of `AWS::ApiGatewayV2::Api`, `AWS::Lambda::Url` and SAM. */
export const RESOURCE_NAMES: FieldNames = { AllowOrigins: 'origins', AllowMethods: 'methods', AllowHeaders: 'headers', ExposeHeaders: 'exposed', MaxAge: 'maxAge', AllowCredentials: 'credentials' };

/** Of `x-amazon-apigateway-cors`. */
export const HTTP_API_NAMES: FieldNames = { allowOrigins: 'origins', allowMethods: 'methods', allowHeaders: 'headers', exposeHeaders: 'exposed', maxAge: 'maxAge', allowCredentials: 'credentials' };

export interface Configured {
  /** One for each alternative of the whole. */
  readonly configurations: readonly { readonly when: Guard; readonly configuration: CorsConfiguration }[];
  readonly refused: readonly Refusal[];
}

/** A configuration from a map with names of its source; names that are not among them are refused. */
export function configurationFrom(value: Value, at: Span, names: FieldNames): Configured {
  const refused: Refusal[] = [];
  const configurations = casesOf(value).flatMap(({ when, value: option }): Configured['configurations'] => {
    if (option.kind === 'nothing') return [];
    if (option.kind !== 'record') {
      refused.push({ at: option.at, message: option.kind === 'unknown' || option.kind === 'env' ? 'the CORS configuration stands elsewhere' : 'AWS refuses this configuration: it is no map' });
      return [];
    }
    const settings: Partial<Record<Field, Setting>> = {};
    for (const { key, value: written, at: place } of option.entries) {
      const field = Object.hasOwn(names, key) ? names[key] : undefined;
      if (field === undefined) refused.push({ at: place, message: `AWS refuses this configuration: it has no field \`${key}\`` });
      else if (LISTS.has(field) && written.kind === 'string') refused.push({ at: place, message: `AWS refuses this configuration: \`${key}\` is a list` });
      else settings[field] = { value: written, at: place, written: true };
    }
    return [{ when, configuration: { at, ...settings } }];
  });
  return { configurations, refused };
}

const LISTS: ReadonlySet<Field> = new Set(['origins', 'methods', 'headers', 'exposed']);
