import type { Revised } from '../../engine.js';
import { configurationIn, type Middleware } from '../../middleware/traefik/definitions.js';
import type { Policy } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { contains, sameSpan } from '../../text/span.js';
import { partsOf, partsRemoved, withEmptied, type YamlPart } from './yaml-parts.js';

/** Settings of `headers` that are about CORS (Traefik, "Headers", "CORS Headers"). */
const SETTING = /^(?:accesscontrol\w+|addvaryheader)$/i;

/**
 * A middleware of Traefik without its headers of CORS: without `accessControl…`, and where it says nothing else, without
 * itself, in the routers and chains that name it, too. Traefik refuses a `headers` that is empty.
 */
export function middlewareRemoved(repository: Revised, unit: YamlFile, policy: Policy): readonly TextEdit[] | undefined {
  const middleware = configurationIn(unit).middlewares.find(({ at, does }) => does.kind === 'headers' && sameSpan(at, policy.at));
  if (middleware === undefined) return undefined;
  const parts = partsOf(unit);
  const gone = withEmptied(middleware.source === 'labels' ? parts.filter((part) => isLabelOfCors(part, middleware.name)) : parts.filter((part) => isSettingOfCors(part, middleware)));
  if (gone === undefined || gone.length === 0) return undefined;
  const stays = middleware.source === 'labels' ? parts.some((part) => labelOf(part)?.key.toLowerCase().startsWith(`traefik.http.middlewares.${middleware.name.toLowerCase()}.`) === true && !gone.includes(part)) : !gone.some(({ at }) => contains(at, middleware.at));
  if (stays) return partsRemoved(unit, gone);
  if (middleware.source === 'object') return undefined;
  return withoutName(repository, unit, gone, middleware);
}

function isSettingOfCors({ key, around }: YamlPart, { at }: Middleware): boolean {
  const headers = around?.key?.toLowerCase() === 'customresponseheaders' ? around.around : around;
  const owner = headers?.key?.toLowerCase() === 'headers' ? headers.around : undefined;
  const isOwn = owner !== undefined && (contains(owner.at, at) || owner.key === 'spec') && key !== undefined;
  return isOwn && (around === headers ? SETTING.test(key) : /^access-control-/i.test(key));
}

/** A label of a container, `- key=value` or `key: value`. */
function labelOf({ key, value, at }: YamlPart): { readonly key: string; readonly value: string; readonly start: number } | undefined {
  if (value?.kind !== 'scalar') return undefined;
  if (key !== undefined) return { key, value: String(value.value ?? ''), start: value.at.start };
  const sign = typeof value.value === 'string' ? value.value.indexOf('=') : -1;
  return sign === -1 ? undefined : { key: String(value.value).slice(0, sign).trim(), value: String(value.value).slice(sign + 1), start: at.start };
}

function isLabelOfCors(part: YamlPart, name: string): boolean {
  const [traefik, http, middlewares, own, headers, ...setting] = (labelOf(part)?.key ?? '').split('.');
  if (`${traefik}.${http}.${middlewares}`.toLowerCase() !== 'traefik.http.middlewares' || own !== name || headers?.toLowerCase() !== 'headers') return false;
  return SETTING.test(setting[0] ?? '') || /^customresponseheaders\.access-control-/i.test(setting.join('.'));
}

/** What is gone, and the name of the middleware in every list of middlewares; undefined where something else knows it by its name. */
function withoutName(repository: Revised, unit: YamlFile, gone: readonly YamlPart[], { name, source }: Middleware): readonly TextEdit[] | undefined {
  const provider = source === 'labels' ? 'docker' : 'file';
  const mentions = new RegExp(`(?:^|[^\\w-])${name.replace(/[^\w-]/g, '\\$&')}(?:@${provider})?(?![\\w@-])`, 'i');
  const edits: TextEdit[] = [];
  for (const path of repository.paths.filter((one) => one === unit.file || (/\.(?:ya?ml|json|toml)$/.test(one) && /middlewares/i.test(repository.files.read(one) ?? '') && mentions.test(repository.files.read(one) ?? '')))) {
    const file = path === unit.file ? unit : (repository.unit('yaml', path) as YamlFile | undefined);
    if (file === undefined) return undefined;
    // Another installation has one of its own by that name.
    if (file !== unit && configurationIn(file).middlewares.some((one) => one.name === name && (one.source === 'labels') === (source === 'labels'))) continue;
    const names = new Set([`${name}@${provider}`, ...(isOfLabels(file) === (source === 'labels') ? [name] : [])]);
    const parts = partsOf(file);
    const listed = parts.filter((part) => part.key === undefined && part.around?.key?.toLowerCase() === 'middlewares' && part.value?.kind === 'scalar' && names.has(String(part.value.value)));
    const labels = parts.filter((part) => /^traefik\.http\.(?:routers|middlewares)\..*\.middlewares$/i.test(labelOf(part)?.key ?? '')).map((part) => ({ part, rest: labelOf(part)!.value.split(',').map((one) => one.trim()).filter((one) => !names.has(one)) }));
    const emptied = withEmptied([...(path === unit.file ? gone : []), ...listed, ...labels.filter(({ rest }) => rest.length === 0).map(({ part }) => part)]);
    const removed = emptied === undefined ? undefined : partsRemoved(file, emptied);
    if (removed === undefined) return undefined;
    edits.push(...removed, ...labels.flatMap(({ part, rest }) => (rest.length === 0 ? [] : withRest(file, part, rest))));
  }
  return edits;
}

function isOfLabels({ source }: YamlFile): boolean {
  return /traefik\.http\./i.test(source.text);
}

/** A label whose list has become shorter. */
function withRest(file: YamlFile, part: YamlPart, rest: readonly string[]): readonly TextEdit[] {
  const { value, start } = labelOf(part)!;
  const from = file.source.text.indexOf(value, start);
  const text = rest.join(/,\s+/.test(value) ? ', ' : ',');
  return from === -1 || from + value.length > part.at.end || text === value ? [] : [{ file: file.file, start: from, end: from + value.length, text }];
}
