import { decline, type Declined } from '../readers/reader.js';
import { callAt, insertStatement, type EstreeModule } from '../syntax/estree/index.js';
import type { TextEdit } from '../text/edit.js';
import type { Span } from '../text/span.js';

/** Registers the `cors(…)` of a route, `app.get('/x', cors(…), handler)`, for its preflights too. */
export function answerOptions(module: EstreeModule, at: Span): readonly TextEdit[] | Declined {
  const call = callAt(module, at);
  const [path, ...handlers] = call?.arguments.map((argument) => module.textOf(argument)) ?? [];
  const cors = handlers.slice(0, -1).find((handler) => /^\w*cors\w*(\(|$)/i.test(handler));
  const edit = path === undefined || cors === undefined ? undefined : insertStatement(module, at, (app) => `${app}.options(${path}, ${cors})`);
  return edit === undefined ? decline('no route with a cors() of its own stands there') : [edit];
}
