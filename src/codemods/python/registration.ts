import type { PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { dropImports } from './imports.js';
import { takeOut } from './taking-out.js';

/** `app.add_middleware(CORSMiddleware, …)`, `CORS(app, …)`: a statement of its own, taken out with what only it imported. Undefined where no such statement stands there. */
export function registrationRemoved(module: PythonModule, at: Span): readonly TextEdit[] | undefined {
  const statement = module.root.descendantsOfType('expression_statement').find(({ startIndex, endIndex }) => startIndex === at.start && endIndex === at.end);
  if (statement === undefined || !/^(?:[\w.]+\.add_middleware|[\w.]*CORS)\s*\(/.test(statement.text)) return undefined;
  const [removal] = takeOut(module, { gone: [statement], freed: [] });
  return removal === undefined || removal.text !== '' ? undefined : [asFar(module, removal, at), ...dropImports(module, [at])];
}

/** What follows stays as far away as it was, as a function does that stands two empty lines below. */
function asFar(module: PythonModule, removal: TextEdit, at: Span): TextEdit {
  const { text } = module.source;
  const above = /(?:(?<=\n)[ \t]*\r?\n)*$/.exec(text.slice(0, removal.start))![0].split('\n').length - 1;
  const below = /(?:(?<=\n)[ \t]*\r?\n)*$/.exec(text.slice(at.end, removal.end))![0];
  return { ...removal, end: removal.end - below.length + below.split('\n').slice(0, above).join('\n').length + (below === '' || above === 0 ? 0 : 1) };
}
