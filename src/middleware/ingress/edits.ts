import { editSetting, isListText, isOfSettings } from '../setting-edits.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import type { Policy } from '../../policy/program.js';
import { decline, type Change, type Declined } from '../../readers/reader.js';
import { insertPairAfter, itemSpans, removeEntry, respell, rewrite, scalarOf, whyNotEditable, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import type { Annotated, Field } from './annotations.js';

/** How a controller spells what changes ask for. */
export interface Spelling {
  /** Names of the switches, without prefix. */
  readonly enable: string;
  readonly credentials: string;
  /** What a new annotation's name begins with. */
  readonly prefix: string;
  /** Are credentials sent without the annotation? */
  readonly credentialsByDefault: boolean;
}

/** Spells a change in the annotations that the policy came from. */
export function edit(bags: readonly Annotated[], policy: Policy, change: Change, spelling: Spelling): readonly TextEdit[] | Declined {
  const owner = bags.find(({ fields }) => [...fields.values()].some(({ at }) => sameSpan(at, policy.at)));
  if (owner === undefined) return decline('the annotations are not in this file');
  if (change.kind === 'allow-only') {
    // The whole list, or one of its entries.
    const list = owner.fields.get('cors-allow-origin');
    return respell(owner.file, list !== undefined && sameSpan(list.at, change.at) ? list.value.at : change.at, change.origins.join(', '));
  }
  if (isOfSettings(policy, change)) return editSetting(owner.file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return /[,\s]/.test(change.text) && !isListText(policy, change.at) ? decline('an origin has no comma and no blank') : respell(owner.file, change.at, change.text);
    case 'replace-pattern':
      return /["'#\s]/.test(change.source) ? decline('the pattern would need quotes of its own') : originLeaves(policy).some((leaf) => leaf.s === 'regex' && leaf.sourceAt !== undefined && sameSpan(leaf.at, change.at)) ? respell(owner.file, change.at, change.source) : decline('no pattern stands there');
    case 'remove-entry':
      return withoutItem(owner.file, change.at);
    case 'remove-header':
      return withoutCredentials(owner, policy, change.at, spelling);
    default:
      return decline('not a change that the annotations can spell');
  }
}

/** Takes one origin out of the comma-separated text; the last one stays: without a value everybody is let in. */
function withoutItem(file: YamlFile, at: Span): readonly TextEdit[] | Declined {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return decline(refusal);
  const scalar = scalarOf(file, at);
  if (scalar === undefined || typeof scalar.value !== 'string') return removeEntry(file, at);
  const items = itemSpans(file, { value: scalar.value, at: scalar.at });
  const index = items.findIndex((item) => sameSpan(item.at, at));
  const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
  if (item === undefined || items.filter(({ text }) => text !== '').length < 2) return decline('it is the only entry');
  const [start, end] = after === undefined ? [before?.at.end ?? item.at.start, item.at.end] : [item.at.start, after.at.start];
  return [{ file: at.file, start, end, text: '' }];
}

function withoutCredentials({ fields, file }: Annotated, policy: Policy, at: Span, spelling: Spelling): readonly TextEdit[] | Declined {
  const value = effectAt(policy, at)?.value;
  const credentials = fields.get(spelling.credentials);
  if (credentials !== undefined) {
    if (value?.v !== 'literal' || !value.written) return decline('the switch is not written in this file');
    return credentials.value.kind === 'boolean' ? rewrite(file, credentials.value.at, 'false') : respell(file, credentials.value.at, 'false');
  }
  const enable: Field | undefined = fields.get(spelling.enable);
  if (!spelling.credentialsByDefault || enable?.pair === undefined) return decline('a patch is not given another operation');
  const quoted = enable.pair.key.kind === 'scalar' && enable.pair.key.style === 'double';
  const key = `${spelling.prefix}${spelling.credentials}`;
  return insertPairAfter(file, enable.pair, `${quoted ? `"${key}"` : key}: "false"`);
}
