import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { decline, type Declined } from '../../readers/reader.js';
import { callAround, editNames, insertAhead, insertBehind, insertCall, moveAhead, removeArgument, removeCall, removeCallOf, removeItem, removeStatement, removeWrite, renameCall, renameText, respell, type JvmModule, type OriginCalls, type Written } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { effectsAt, listEffectAt } from '../effects-at.js';
import { allowOnlyInJvm } from './allow-only.js';

/** How a framework's changes are spelled. */
export interface JvmSpelling {
  /** Code that appends `Vary: Origin`; absent where no code of the author's sets headers. */
  readonly vary?: {
    /** The statement, on the object that a header is written on: `response.addHeader("Vary", "Origin");`. */
    readonly statement: (written: Written) => string;
    /** The call in a chain of a builder, without its dot; absent where there are no such chains. */
    readonly chained?: string;
    /** The method that adds a line of a header, by that which replaces all. */
    readonly adds?: Readonly<Record<string, string>>;
  };
  /** Where code has the Origin of a request: the type of what is asked for it, and how. */
  readonly origin?: { readonly type: RegExp; readonly asked: (name: string) => string };
  /** What lets origins in. */
  readonly origins?: OriginCalls;
  /** Hosts are written without their scheme. */
  readonly schemeless?: true;
}

type Edits = readonly TextEdit[] | TextEdit | undefined;

/** Spells a change in Java or Kotlin, in the file that holds the text. */
export function editJvm(module: JvmModule, policy: Policy, change: Change, spelling: JvmSpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edits = holder === undefined ? undefined : editsFor(holder, policy, change, spelling);
  return edits === undefined ? decline(`nothing there can be edited for ${change.kind}`) : 'text' in edits ? [edits] : edits;
}

function editsFor(module: JvmModule, policy: Policy, change: Change, spelling: JvmSpelling): Edits {
  const { at } = change;
  const { vary, schemeless } = spelling;
  switch (change.kind) {
    case 'add-vary':
      if (vary === undefined) return undefined;
      return (vary.chained === undefined ? undefined : insertCall(module, at, vary.chained)) ?? insertAhead(module, at, vary.statement) ?? insertBehind(module, at, vary.statement);
    case 'replace-text':
      return respell(module, at, schemeless === true && !module.written(at).includes('://') ? change.text.replace(/^[a-z+.-]+:\/\//, '') : change.text);
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'fail-closed':
      return respell(module, at, '');
    case 'remove-entry':
      return removeItem(module, at) ?? removeCallOf(module, at);
    case 'remove-header':
      return removeHeader(module, at);
    case 'rename-header': {
      const [effect] = effectsAt(policy, at);
      return effect === undefined ? undefined : renameText(module, at, effect.header, change.header);
    }
    case 'append-header':
      return vary?.adds === undefined ? undefined : renameCall(module, at, vary.adds);
    case 'edit-list': {
      const effect = listEffectAt(policy, at, [...change.remove, ...change.add]);
      if (effect === undefined || (effect.value.v === 'literal' && !effect.value.written)) return undefined;
      return editNames(module, effect.value.at, change) ?? editNames(module, effect.at, change);
    }
    case 'send-with-responses':
      return moveAhead(module, change.effects);
    case 'allow-only':
      return allowOnlyInJvm(module, policy, change, spelling);
    default:
      return undefined;
  }
}

/** An element of an annotation, a call of a chain, a statement; of what stands among arguments, the call that is given it. */
export function removeHeader(module: JvmModule, at: Span): TextEdit | undefined {
  const call = callAround(module, at);
  const place = call === undefined ? at : { file: module.file, start: call.startIndex, end: call.endIndex };
  return removeArgument(module, at) ?? removeWrite(module, place) ?? removeCall(module, place) ?? removeStatement(module, place);
}
