import type { Change } from '../policy/change.js';
import type { Effect, Policy } from '../policy/program.js';
import { effectAt, effectsOn } from '../policy/views.js';
import { decline } from '../readers/reader.js';
import { editList, listAround, listAt, pairAround, pairWith, removePair, respell, rewrite, scalarOf, type Edited, type YamlFile, type YamlPair } from '../syntax/yaml/index.js';
import type { TextEdit } from '../text/edit.js';
import { headerName } from '../text/header-name.js';
import { sameSpan, type Span } from '../text/span.js';

const CREDENTIALS = 'access-control-allow-credentials';

/** Is it one of the changes that all such products spell alike? Credentials are switched in each product's own way. */
export function isOfSettings(policy: Policy, change: Change): boolean {
  if (change.kind === 'remove-header') return !headersFrom(policy, change.at).includes(CREDENTIALS);
  return change.kind === 'edit-list' || change.kind === 'rename-header' || change.kind === 'allow-only';
}

/** Does a text at a place hold the whole list of a header, whose commas are its own? */
export function isListText(policy: Policy, at: Span): boolean {
  return policy.steps.some(({ effects }) => effects.some(({ header, value }) => header !== 'access-control-allow-origin' && value.v === 'literal' && value.written && sameSpan(value.at, at)));
}

/** What products with a list for each header of CORS, or with headers in a map, spell alike in YAML, JSON and TOML. */
export function editSetting(file: YamlFile, policy: Policy, change: Change): Edited {
  switch (change.kind) {
    case 'edit-list': {
      const list = listOf(file, effectAt(policy, change.at), change.at);
      return list === undefined ? decline('no list stands there') : editList(file, list, change.remove, change.add);
    }
    case 'remove-header': {
      const effect = effectAt(policy, change.at);
      if (effect === undefined) return decline('no header is sent from there');
      return headersFrom(policy, change.at).length === 1 ? withoutHeader(file, effect) : decline('other headers are sent from there too');
    }
    case 'rename-header': {
      const pair = pairWith(file, change.at);
      const written = pair?.key.kind === 'scalar' && /^(?:access-control-|vary$)/i.test(String(pair.key.value)) ? pair : undefined;
      return written === undefined ? decline('the header has no name of its own there') : respell(file, written.key.at, headerName(change.header));
    }
    case 'allow-only':
      return allowedOnly(file, policy, change.at, change.origins);
    default:
      return decline('not a change that these settings can spell');
  }
}

/** The list that a header is made of: its value's, or that of the setting that sends it. */
function listOf(file: YamlFile, effect: Effect | undefined, at: Span): ReturnType<typeof listAt> {
  return (effect === undefined ? undefined : listAt(file, effect.value.at)) ?? listAt(file, at);
}

/** What a place sends: headers that a product adds by itself have the place that switched it on. */
function headersFrom(policy: Policy, at: Span): readonly string[] {
  return [...new Set(policy.steps.flatMap(({ effects }) => effects.flatMap((effect) => (sameSpan(effect.at, at) ? [effect.header] : []))))];
}

/** A switch is turned off; any other setting is taken out. */
function withoutHeader(file: YamlFile, { header, value, at }: Effect): Edited {
  if (value.v === 'literal' && !value.written) return decline('the header is a default of the product');
  const scalar = scalarOf(file, value.at);
  if (header === CREDENTIALS && scalar?.value === true) return rewrite(file, value.at, 'false');
  const pair = pairWith(file, at) ?? pairWith(file, value.at);
  return pair === undefined ? decline('no setting of its own sends the header') : header === CREDENTIALS && pair.value?.kind === 'scalar' && pair.value.value === true ? rewrite(file, pair.value.at, 'false') : removePair(file, pair);
}

/** An entry becomes the origins; where it stands alone as a text, one of them. */
function allowedOnly(file: YamlFile, policy: Policy, at: Span, origins: readonly string[]): Edited {
  const effect = effectAt(policy, at);
  const places = effect === undefined ? [at] : [at, effect.value.at];
  const opened = places.map((place) => openedAt(file, place, origins)).find((edits) => edits !== undefined);
  if (opened === undefined) return decline('no list of origins stands there');
  if ('declined' in opened || !origins.includes('*')) return opened;
  const edits: TextEdit[] = [...opened];
  for (const { effect: allowing } of effectsOn(policy, CREDENTIALS).slice(0, 1)) {
    const off = withoutHeader(file, allowing);
    if ('declined' in off) return off;
    edits.push(...off);
  }
  return edits;
}

function openedAt(file: YamlFile, at: Span, origins: readonly string[]): Edited | undefined {
  const list = listAt(file, at);
  if (list !== undefined) return editList(file, list, list.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : [])), origins);
  const scalar = scalarOf(file, at);
  const around = listAround(file, at);
  if (scalar !== undefined && around !== undefined) return respelledEntry(file, scalar.at, origins);
  const pair = pairWith(file, at);
  const value = pair?.value;
  if (value?.kind === 'seq') return openedAt(file, value.at, origins);
  if (value?.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  return exactly(file, pair!, origins);
}

/** One entry in the place of another one, the rest behind it. */
function respelledEntry(file: YamlFile, at: Span, [first, ...more]: readonly string[]): Edited {
  if (first === undefined) return decline('no origin would be let in');
  const instead = respell(file, at, first);
  const list = listAround(file, at);
  if (more.length === 0 || 'declined' in instead || list === undefined) return instead;
  const others = editList(file, list, [], more);
  return 'declined' in others ? others : [...instead, ...others];
}

/** A text that is compared, or sent: a matcher of another kind becomes one of whole texts. */
function exactly(file: YamlFile, pair: YamlPair, [only, ...others]: readonly string[]): Edited {
  const { key, value } = pair;
  if (only === undefined || others.length > 0 || value === undefined) return decline('there is place for one origin');
  const kind = key.kind === 'scalar' ? String(key.value) : '';
  const text = respell(file, value.at, only);
  if (!/^(?:prefix|suffix|contains|regex|safe_?regex)$/i.test(kind) || 'declined' in text) return text;
  const exact = key.kind === 'scalar' && key.style === 'double' ? '"exact"' : 'exact';
  // Envoy's pattern is a mapping of its own.
  const around = pairAround(file, pair);
  if (around?.key.kind === 'scalar' && /^safe_?regex$/i.test(String(around.key.value)) && around.value !== undefined) return [{ ...around.key.at, end: around.value.at.end, text: `${exact}: ${text[0]?.text ?? ''}` }];
  const name = rewrite(file, key.at, exact);
  return 'declined' in name ? name : [...name, ...text];
}
