import type { Change } from '../../policy/change.js';
import { insertStatementAfter, removeStatement, respellText, type Expression, type Statement, type VclFile } from '../../syntax/vcl/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in VCL; comments, quotes and indentation stay. */
export function edited(file: VclFile, change: Change): readonly TextEdit[] | Declined {
  const edit = editFor(file, change);
  return edit === undefined ? decline(`no statement of this file can be edited for ${change.kind}`) : [edit];
}

function editFor(file: VclFile, change: Change): TextEdit | undefined {
  const { source } = file;
  const statements = [...file.subs.flatMap(({ body }) => [...below(body)]), ...below(file.loose)];
  const statement = statements.find(({ at }) => sameSpan(at, change.at));
  const text = (): Span | undefined => statements.flatMap((one) => [...textsOf(one)]).find((inside) => sameSpan(inside, change.at));
  switch (change.kind) {
    case 'add-vary': {
      if (statement?.do !== 'set' && statement?.do !== 'add') return undefined;
      const object = statement.target.name.slice(0, statement.target.name.indexOf('.http.'));
      if (!/^(?:be)?resp$|^obj$/.test(object)) return undefined;
      // What stands there already is kept: another Vary line would be lost, and an empty one does nothing.
      const vary = `${object}.http.Vary`;
      return insertStatementAfter(source, change.at, `if (${vary}) {\n    set ${vary} = ${vary} + ", Origin";\n} else {\n    set ${vary} = "Origin";\n}`);
    }
    case 'drop-credentials':
      return statement?.do === 'set' || statement?.do === 'add' ? removeStatement(source, change.at) : undefined;
    case 'replace-text':
    case 'replace-pattern':
      return text() === undefined ? undefined : respellText(source, change.at, change.kind === 'replace-text' ? change.text : change.source);
    default:
      return undefined;
  }
}

function* below(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.do === 'block') yield* below(statement.body);
    if (statement.do === 'if') for (const branch of statement.branches) yield* below(branch.body);
  }
}

/** Where the insides of a statement's own texts stand. */
function* textsOf(statement: Statement): Generator<Span> {
  if (statement.do === 'set' || statement.do === 'add') yield* textsIn(statement.value);
  if (statement.do === 'return') for (const arg of statement.args) yield* textsIn(arg);
  if (statement.do === 'if') for (const { test } of statement.branches) if (test !== undefined) yield* textsIn(test);
}

function* textsIn(expression: Expression): Generator<Span> {
  switch (expression.e) {
    case 'text':
      yield expression.inside;
      return;
    case 'not':
      yield* textsIn(expression.of);
      return;
    case 'and':
    case 'or':
    case 'join':
      for (const part of expression.of) yield* textsIn(part);
      return;
    case 'compare':
      yield* textsIn(expression.left);
      yield* textsIn(expression.right);
      return;
    case 'call':
      for (const arg of expression.args) yield* textsIn(arg);
      return;
    default:
  }
}
