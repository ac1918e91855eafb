import type { Policy } from '../../policy/program.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import { decline, type Change, type Declined } from '../../readers/reader.js';
import { insertPairAfter, removeEntry, respell, rewrite, scalarOf, spelledPair, whyNotEditable, type Edited, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import { editSetting, isListText, isOfSettings } from '../setting-edits.js';
import { configurationIn, type Middleware } from './definitions.js';

/** Spells a change in the middleware that the policy came from. */
export function editTraefik(file: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const middleware = configurationIn(file).middlewares.find(({ at, does }) => does.kind === 'headers' && sameSpan(at, policy.at));
  if (middleware === undefined) return decline('the middleware is not in this file');
  if (middleware.source !== 'labels' && isOfSettings(policy, change)) return editSetting(file, policy, change);
  const text = (written: string): string => (middleware.source === 'labels' ? written.replaceAll('$', '$$$$') : written);
  switch (change.kind) {
    case 'replace-text':
      return (isListText(policy, change.at) ? undefined : inItem(file, middleware, change.at, change.text)) ?? respell(file, change.at, text(change.text));
    case 'replace-pattern':
      if (!originLeaves(policy).some((leaf) => leaf.s === 'regex' && sameSpan(leaf.at, change.at))) return decline('no pattern stands there');
      return inItem(file, middleware, change.at, change.source) ?? respell(file, change.at, text(change.source));
    case 'remove-entry':
      return middleware.source === 'labels' ? withoutItem(file, change.at) : removeEntry(file, change.at);
    case 'remove-header': {
      const value = effectAt(policy, change.at)?.value;
      if (value?.v !== 'literal' || !value.written) return decline('credentials are not switched on by a value of this file');
      return switched(file, middleware, value.at, 'false');
    }
    case 'add-vary':
      return withVary(file, middleware);
    default:
      return decline('not a change that the middleware can spell');
  }
}

/** A label that is escaped in its own way has no places for its parts; a comma would make two entries. */
function inItem(file: YamlFile, { source }: Middleware, at: Span, text: string): Declined | undefined {
  if (source !== 'labels') return undefined;
  if (text.includes(',')) return decline('in a label a comma ends the entry');
  return /=/.test(file.source.text.slice(at.start, at.end)) ? decline('the place of the entry in its label is not known') : undefined;
}

function switched(file: YamlFile, { source }: Middleware, at: Span, word: string): Edited {
  if (source === 'labels') {
    const refusal = whyNotEditable(file, at);
    if (refusal !== undefined) return { declined: refusal };
    return /^\w+$/.test(file.source.text.slice(at.start, at.end)) ? [{ ...at, text: word }] : { declined: 'the place of the value in its label is not known' };
  }
  const scalar = scalarOf(file, at);
  return scalar !== undefined && typeof scalar.value === 'string' ? respell(file, at, word) : rewrite(file, at, word);
}

/** Takes one entry out of a label; the last one stays. */
function withoutItem(file: YamlFile, at: Span): readonly TextEdit[] | Declined {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return decline(refusal);
  const { text } = file.source;
  const after = /^\s*,\s*/.exec(text.slice(at.end))?.[0].length;
  if (after !== undefined) return [{ file: at.file, start: at.start, end: at.end + after, text: '' }];
  const before = /,\s*$/.exec(text.slice(0, at.start))?.[0].length;
  return before === undefined ? decline('it is the only entry') : [{ file: at.file, start: at.start - before, end: at.end, text: '' }];
}

/** Switches `addVaryHeader` on, beside the settings that are there. */
function withVary(file: YamlFile, middleware: Middleware): readonly TextEdit[] | Declined {
  if (middleware.does.kind !== 'headers') return decline('not a middleware that says `Vary`');
  const { fields } = middleware.does.settings;
  const written = fields.get('addvaryheader');
  if (written !== undefined) return switched(file, middleware, written.value.at, 'true');
  const [last] = [...fields.values()].sort((a, b) => b.at.end - a.at.end);
  if (last === undefined) return decline('no setting of CORS stands there');
  if (middleware.source !== 'labels') return last.pair === undefined ? decline('a template writes the settings') : insertPairAfter(file, last.pair, spelledPair(file, 'addVaryHeader', true));
  return labelAfter(file, last.at);
}

/** A label of its own after one that stands on a line of its own, in the same quotes. */
function labelAfter(file: YamlFile, at: Span): readonly TextEdit[] | Declined {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return decline(refusal);
  const { text, lineEnding } = file.source;
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(start))![0];
  const own = /^(\s*(?:-\s+)?)(["']?)(traefik\.http\.middlewares\.[^.=\s]+\.headers\.)[^.=:\s"']+(["']?\s*:\s*|=)/i.exec(line);
  if (own === null || !/^\s*(?:#.*)?$/.test(line.slice(at.end - start))) return decline('the label shares its line');
  const [, lead, quote, key, sign] = own;
  // A list has key and value in one scalar, a map has them apart.
  const label = sign === '=' ? `${quote}${key}addvaryheader=true${quote}` : `${quote}${key}addvaryheader${quote}: "true"`;
  return [{ file: file.file, start: start + line.length, end: start + line.length, text: `${lineEnding}${lead}${label}` }];
}
