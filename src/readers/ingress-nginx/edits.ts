import { effectAt } from '../../policy/views.js';
import type { Policy } from '../../policy/program.js';
import { insertPairAfter, itemSpans, removeEntry, respell, rewrite, scalarOf, whyNotEditable, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Change, type Declined } from '../reader.js';
import { annotationsIn, PREFIX, type Annotated, type Field } from './annotations.js';

/** Spells a change in the annotations that the policy came from. */
export function edit(outer: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const owner = annotationsIn(outer).find((found): found is Annotated => 'fields' in found && [...found.fields.values()].some(({ at }) => sameSpan(at, policy.at)));
  if (owner === undefined) return decline('the annotations are not in this file');
  switch (change.kind) {
    case 'replace-text':
      return /[,\s]/.test(change.text) ? decline('an origin has no comma and no blank') : respell(owner.file, change.at, change.text);
    case 'remove-entry':
      return withoutItem(owner.file, change.at);
    case 'drop-credentials':
      return withoutCredentials(owner, policy, change.at);
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

function withoutCredentials(owner: Annotated, policy: Policy, at: Span): readonly TextEdit[] | Declined {
  const value = effectAt(policy, at)?.value;
  const credentials = owner.fields.get('cors-allow-credentials');
  if (credentials !== undefined) {
    if (value?.v !== 'literal' || !value.written) return decline('the switch is not written in this file');
    return credentials.value.kind === 'boolean' ? rewrite(owner.file, credentials.value.at, 'false') : respell(owner.file, credentials.value.at, 'false');
  }
  const enable: Field | undefined = owner.fields.get('enable-cors');
  if (enable?.pair === undefined) return decline('a patch is not given another operation');
  const quoted = enable.pair.key.kind === 'scalar' && enable.pair.key.style === 'double';
  const key = `${PREFIX}cors-allow-credentials`;
  return insertPairAfter(owner.file, enable.pair, `${quoted ? `"${key}"` : key}: "false"`);
}
