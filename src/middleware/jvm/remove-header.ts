import { callAround, removeArgument, removeCall, removeStatement, removeWrite, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';

/** An element of an annotation, a call of a chain, a statement; of what stands among arguments, the call that is given it. */
export function removeHeader(module: JvmModule, at: Span): TextEdit | undefined {
  const call = callAround(module, at);
  const place = call === undefined ? at : { file: module.file, start: call.startIndex, end: call.endIndex };
  return removeArgument(module, at) ?? removeWrite(module, place) ?? removeCall(module, place) ?? removeStatement(module, place);
}
