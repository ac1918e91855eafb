import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { effectAt, effectsOn } from '../policy/views.js';
import { decline, type Declined } from '../readers/reader.js';
import { echoListed, editList, editLiteral, exemptOptions, headerSiteAt, insertIntoObject, insertOption, insertStatement, moduleAt, moveBefore, moveOut, onlyInDevelopment, quoted, removeFlag, renameHeader, replaceEntry, replaceFallback, replaceOption, replaceValue, switchOn, varyCallAt, type EstreeModule, type Passing } from '../syntax/estree/index.js';
import type { TextEdit } from '../text/edit.js';
import { sameSpan, spanKey, type Span } from '../text/span.js';

/** What a framework calls things, where its programs are edited. */
export interface ScriptWords {
  /** The statement that appends `value` (code) to Vary on the response or context `receiver`; absent where no code of the author's sets headers, or nothing appends. */
  readonly vary?: (receiver: string, value: string) => string;
  /** Options of its CORS package by the header that they make. */
  readonly options?: Readonly<Record<string, string>>;
  /** Which argument of the call that switches CORS on has the options. */
  readonly optionsAt?: number;
  /** The option `origin` (with `*`, every site) as code, of texts in quotes. */
  readonly origins?: (quoted: readonly string[], every: boolean) => string;
  readonly passing?: Passing;
  /** There may be no `process` where it runs. */
  readonly withoutProcess?: true;
}

/** Options of npm `cors` and of what copies them. */
const NPM_CORS: Readonly<Record<string, string>> = { 'access-control-allow-origin': 'origin', 'access-control-allow-methods': 'methods', 'access-control-allow-headers': 'allowedHeaders', 'access-control-expose-headers': 'exposedHeaders' };

/** Options of `@koa/cors`, Hono's `cors` and what copies those. */
export const ALLOW_OPTIONS: Readonly<Record<string, string>> = { 'access-control-allow-origin': 'origin', 'access-control-allow-methods': 'allowMethods', 'access-control-allow-headers': 'allowHeaders', 'access-control-expose-headers': 'exposeHeaders' };

/** Middleware of Express and of what copies it. */
const EXPRESS_PASSING: Passing = { parameters: ['req', 'res', 'next'], method: (first) => `${first}.method`, pass: (parameters) => `${parameters.at(-1) ?? 'next'}()` };

/** Spells a change in JavaScript or TypeScript, in the file that holds the text. */
export function editScript(module: EstreeModule, policy: Policy, change: Change, words: ScriptWords): readonly TextEdit[] | Declined {
  const holder = moduleAt(module, change.at.file);
  const edits = holder === undefined ? undefined : editsFor(holder, policy, change, words);
  return edits ?? decline(`nothing there can be edited for ${change.kind}`);
}

/** What a missing setting falls back to, written as `code`: for products that do not take the empty text for nobody. */
export function closeFallback(module: EstreeModule, at: Span, code: string): readonly TextEdit[] | Declined {
  const holder = moduleAt(module, at.file);
  const edit = holder === undefined ? undefined : replaceFallback(holder, at, code);
  return edit === undefined ? decline('what it falls back to is put through other code') : [edit];
}

type Edits = readonly TextEdit[] | undefined;

function editsFor(module: EstreeModule, policy: Policy, change: Change, words: ScriptWords): Edits {
  const { vary } = words;
  switch (change.kind) {
    case 'add-vary':
      return vary === undefined ? undefined : one(insertStatement(module, change.at, (receiver) => vary(receiver, quoted(module, 'Origin'))));
    case 'remove-header':
      return isDefault(policy, change.at) ? undefined : one(editLiteral(module, change));
    case 'replace-pattern':
    case 'replace-text':
    case 'remove-entry':
    case 'fail-closed':
    case 'compare-whole':
      return one(editLiteral(module, change));
    case 'split-text':
      // An option takes a list, a header takes none.
      return isHeaderText(module, policy, change.at) ? undefined : one(editLiteral(module, change));
    case 'switch-on':
      return one(switchOn(module, change.at));
    case 'rename-header':
      return one(renameHeader(module, change.at, change.header));
    case 'edit-list':
      return changeList(module, policy, change, words);
    case 'append-header': {
      const call = varyCallAt(module, change.at);
      return call === undefined || vary === undefined ? undefined : [{ ...change.at, text: vary(call.receiver, call.value) }];
    }
    case 'send-with-responses':
      return moveOut(module, change.effects);
    case 'remove-flag':
      return one(removeFlag(module, change.at, change.flag));
    case 'move-before':
      return moveBefore(module, change.at, change.before);
    case 'exempt-options':
      return one(exemptOptions(module, change.at, words.passing ?? EXPRESS_PASSING));
    case 'only-in-development':
      return words.withoutProcess === true && !/\bprocess\.env\b/.test(module.source.text) ? undefined : one(onlyInDevelopment(module, change.at));
    case 'allow-only':
      return allowOnly(module, policy, change, words);
    default:
      return undefined;
  }
}

function one(edit: TextEdit | undefined): Edits {
  return edit === undefined ? undefined : [edit];
}

/** Does a package send it by itself? Nothing of it is written there. */
function isDefault(policy: Policy, at: Span): boolean {
  const value = effectAt(policy, at)?.value;
  return value?.v === 'literal' && !value.written && sameSpan(value.at, at);
}

/** Is it the text of a header that is written by hand? */
function isHeaderText(module: EstreeModule, policy: Policy, at: Span): boolean {
  return effectsOn(policy, 'access-control-allow-origin').some(({ effect }) => sameSpan(effect.value.at, at) && headerSiteAt(module, effect.at)?.name !== undefined);
}

/** A list where it is written, or the option that takes the place of a package's own list. A list of which nothing is left is sent no more. */
function changeList(module: EstreeModule, policy: Policy, change: Change & { kind: 'edit-list' }, words: ScriptWords): Edits {
  const { at, remove, add } = change;
  const effect = effectAt(policy, at);
  if (effect?.value.v !== 'literal') return undefined;
  const { header, value } = effect;
  const names = value.text.split(',').map((name) => name.trim());
  if (isDefault(policy, at)) {
    const option = (words.options ?? NPM_CORS)[header];
    const listed = [...names.filter((name) => name !== '' && !remove.includes(name)), ...add].map((name) => quoted(module, name));
    return option === undefined ? undefined : one(insertOption(module, at, option, `${option}: [${listed.join(', ')}]`, words.optionsAt));
  }
  if (add.length === 0 && names.every((name) => name === '' || remove.includes(name))) return one(editLiteral(module, { kind: 'remove-header', at }));
  const holder = moduleAt(module, value.at.file);
  return holder === undefined ? undefined : one(editList(holder, value.at, remove, add));
}

/** By the option of the package, by the entry that lets too many in, or by a check in front of what is written by hand. */
function allowOnly(module: EstreeModule, policy: Policy, { at, origins }: Change & { kind: 'allow-only' }, words: ScriptWords): Edits {
  const every = origins.length === 1 && origins[0] === '*';
  const byHand = /^access-control-allow-origin$/i.test(String(headerSiteAt(module, at)?.name?.value));
  const edits = byHand ? writtenOnly(module, policy, at, origins, words) : optionOnly(module, at, origins, every, words);
  if (edits === undefined || !every) return edits;
  const credentials = new Map(effectsOn(policy, 'access-control-allow-credentials').map(({ effect }) => [spanKey(effect.at), effect.at]));
  const removed = [...credentials.values()].map((place) => (place.file === module.file && !isDefault(policy, place) ? editLiteral(module, { kind: 'remove-header', at: place }) : undefined));
  return removed.includes(undefined) ? undefined : [...edits, ...removed.flatMap((edit) => edit ?? [])];
}

function optionOnly(module: EstreeModule, at: Span, origins: readonly string[], every: boolean, { origins: spell = listed, options = NPM_CORS, optionsAt }: ScriptWords): Edits {
  const code = spell(origins.map((origin) => quoted(module, origin)), every);
  const option = options['access-control-allow-origin'] ?? 'origin';
  return one(replaceEntry(module, at, origins) ?? replaceOption(module, at, code) ?? insertIntoObject(module, at, option, `${option}: ${code}`) ?? insertOption(module, at, option, `${option}: ${code}`, optionsAt));
}

function listed(quotedOrigins: readonly string[], every: boolean): string {
  return every ? quotedOrigins.join('') : `[${quotedOrigins.join(', ')}]`;
}

/** One origin is sent as it is, and so is `*`; several need Vary, and a check of the origin that is sent: a fixed text is none. */
function writtenOnly(module: EstreeModule, policy: Policy, at: Span, origins: readonly string[], { vary }: ScriptWords): Edits {
  const [first, ...others] = origins;
  if (first === undefined) return undefined;
  if (others.length === 0) return one(replaceValue(module, at, first));
  if (effectsOn(policy, 'access-control-allow-origin').every(({ effect }) => effect.value.v === 'literal' || !sameSpan(effect.at, at))) return undefined;
  const isSaid = effectsOn(policy, 'vary').some(({ effect: { value } }) => value.v === 'literal' && /(?:^|[\s,])origin(?:$|[\s,])/i.test(value.text));
  if (!isSaid && vary === undefined) return undefined;
  return echoListed(module, at, origins, isSaid || vary === undefined ? undefined : (receiver) => vary(receiver, quoted(module, 'Origin')));
}
