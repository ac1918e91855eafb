import { removeStatement, type PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { dropImports } from './imports.js';

/** `app.add_middleware(CORSMiddleware, …)`, `CORS(app, …)`: a statement of its own, without it and without what only it imported. Undefined where no such statement stands there. */
export function registrationRemoved(module: PythonModule, at: Span): readonly TextEdit[] | undefined {
  const { text } = module.source;
  if (!/^(?:[\w.]+\.add_middleware|[\w.]*CORS)\s*\(/.test(text.slice(at.start, at.end))) return undefined;
  const removal = removeStatement(module, at);
  if (removal === undefined || removal.text !== '') return undefined;
  // Where it stood alone between empty lines one set of them is enough.
  const isAlone = /(?:^|\n)[ \t]*\r?\n$/.test(text.slice(0, removal.start));
  const blank = isAlone ? /^(?:[ \t]*\r?\n)*/.exec(text.slice(removal.end))![0].length : 0;
  return [{ ...removal, end: removal.end + blank }, ...dropImports(module, [removal])];
}
