import type { HeaderRule, HeaderWrite } from '../../middleware/static-headers/rules.js';
import { netlifyPath } from '../../middleware/static-headers/splats.js';
import { mappedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS } from '../../policy/program.js';
import { itemsOf, nodeAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { unknownPath } from '../../middleware/static-headers/paths.js';

/** `[[headers]]` with `for` and `[headers.values]`. */
export function* configuredRules(file: YamlFile): Generator<HeaderRule> {
  for (const item of itemsOf(nodeAt(file.documents[0]?.root, 'headers')) ?? []) {
    const writes = mappedHeaders(file, nodeAt(item, 'values'), false).flatMap(texts);
    if (writes.length === 0) continue;
    const path = textAt(item, 'for');
    const at = placeIn(item, 'for');
    yield { place: path === undefined ? unknownPath('a path that is not read', at) : netlifyPath(path, at), when: ALWAYS, writes };
  }
}

/** A list is a header that is set several times; blanks and line ends beside commas are one blank. */
function texts(write: HeaderWrite): readonly HeaderWrite[] {
  const { value } = write;
  if (value === undefined || 'v' in value) return [write];
  if (value.kind === 'list' && value.rest === undefined) return value.items.map((item) => ({ ...write, value: item, at: item.at }));
  return value.kind === 'string' ? [{ ...write, value: { ...value, value: value.value.trim().split(/\s*,\s*/).join(', ') } }] : [write];
}

/** What stands in front of the first wildcard in `from` of rewrites to functions and to other sites. */
export function answeredByOthers(file: YamlFile): readonly string[] {
  return (itemsOf(nodeAt(file.documents[0]?.root, 'redirects')) ?? []).flatMap((item) => {
    const [from, to] = [textAt(item, 'from'), textAt(item, 'to')];
    if (from === undefined || to === undefined || statusOf(item) !== 200 || !/^(?:\/\.netlify\/(?:functions|builders)\/|https?:\/\/)/.test(to)) return [];
    const prefix = from.replace(/[*:].*$/, '');
    return prefix === '/' || prefix === '' ? [] : [prefix];
  });
}

function statusOf(item: YamlNode): number | undefined {
  const status = resolve(nodeAt(item, 'status'));
  return status?.kind === 'scalar' && typeof status.value === 'number' ? status.value : undefined;
}
