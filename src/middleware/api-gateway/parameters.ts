import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Gap, type Guard } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import type { Value } from '../../values/value.js';
import { mappedText } from './mapping-expression.js';
import type { RestHeader } from './rest-api.js';
import { overriddenHeaders } from './velocity.js';

export interface Parameters {
  readonly headers: readonly RestHeader[];
  readonly gaps: readonly Gap[];
}

const CONCERNS_CORS = /^(?:access-control-|vary$)/i;

/**
 * The headers of a map of mapping expressions: `method.response.header.X: "'…'"` (the prefix is the caller's). Those
 * that the method's response does not declare (`declared`; undefined: it need not) are refused when the API is made.
 */
export function parametersOf(file: YamlFile, parameters: Value | undefined, prefix: string, declared: ReadonlySet<string> | undefined, base: Guard): Parameters {
  const headers: RestHeader[] = [];
  const gaps: Gap[] = [];
  for (const { when, value: map } of parameters === undefined ? [] : casesOf(parameters)) {
    if (map.kind === 'unknown' || map.kind === 'env') gaps.push({ at: map.at, reason: 'import-not-resolved', message: 'which headers are sent here stands elsewhere' });
    for (const { key, value, at } of map.kind === 'record' ? map.entries : []) {
      if (!key.toLowerCase().startsWith(prefix)) continue;
      const header = key.slice(prefix.length).toLowerCase();
      if (!CONCERNS_CORS.test(header)) continue;
      if (declared !== undefined && !declared.has(header)) gaps.push({ at, reason: 'unsupported-syntax', message: `API Gateway refuses this header: the method's response does not declare \`${header}\`` });
      for (const option of casesOf(value)) {
        const { value: text, refused } = mappedText(file, option.value);
        if (refused !== undefined) gaps.push({ at, reason: 'unsupported-syntax', message: `API Gateway refuses this value: ${refused}` });
        if (text !== undefined) headers.push({ when: whenAll(base, when, option.when), header, value: text, at });
      }
    }
  }
  return { headers, gaps };
}

/** The headers that a mapping template sets for itself; of several (one for each content type) they are alike. */
export function templateHeaders(file: YamlFile, templates: Value | undefined, base: Guard): readonly RestHeader[] {
  if (templates?.kind !== 'record') return [];
  for (const { value } of templates.entries) {
    if (value.kind !== 'string') continue;
    const written = file.source.text.slice(value.at.start, value.at.end);
    // Where the text stands as it is, each statement has its own place.
    const escaped = written.startsWith('"') && written.includes('\\');
    const found = overriddenHeaders(escaped ? value.value : written, (start, end) => (escaped ? value.at : { file: value.at.file, start: value.at.start + start, end: value.at.start + end }));
    const own = found.filter(({ header }) => CONCERNS_CORS.test(header)).map((header) => ({ ...header, when: whenAll(base, header.when) }));
    if (own.length > 0) return own;
  }
  return [];
}
