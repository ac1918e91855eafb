import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed } from '../language.js';
import { Cursor, Refused } from './cursor.js';
import { callArguments, expression } from './expressions.js';
import { withIncludes } from './includes.js';
import type { Backend, Branch, Name, Statement, Subroutine, VclFile } from './tree.js';

/** Marks of template languages, where a server would never meet them. */
const TEMPLATE = /\{\{|\{%|<%|\$\{[A-Z_]+\}|@[A-Z_]+@/;

/** The server takes a program as a whole or not at all: one problem, at the place where it stops. */
export function parseVcl(source: SourceText, files: Files): Parsed<VclFile> {
  const { file, text } = source;
  const { tokens, included, missing, refusal } = withIncludes(file, text, files);
  const unit: VclFile = { source, files, version: undefined, subs: [], backends: [], acls: new Map(), loose: [], included, missing };
  try {
    if (refusal !== undefined) throw new Refused(refusal);
    const length = text.length;
    const parser = new Parser(new Cursor(tokens, { kind: 'end', raw: 'end of file', text: '', file, start: length, end: length }));
    parser.program();
    return { unit: { ...unit, version: parser.version, subs: parser.subs, backends: parser.backends, acls: parser.acls, loose: parser.loose }, problems: [] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { at, message } = error.refusal;
    const mark = TEMPLATE.exec(text);
    // What a template makes of it is not in view; whether the server would take that is not to be told.
    if (mark !== null && at.file === file) return { unit: { ...unit, template: { file, start: mark.index, end: mark.index + mark[0].length } }, problems: [] };
    return { unit: undefined, problems: [{ at, message }] };
  }
}

class Parser {
  readonly subs: Subroutine[] = [];
  readonly acls = new Map<string, readonly string[]>();
  readonly backends: Backend[] = [];
  readonly loose: Statement[] = [];
  version: string | undefined;

  constructor(private readonly cursor: Cursor) {}

  program(): void {
    const { cursor } = this;
    while (cursor.token.kind !== 'end') {
      const { token } = cursor;
      if (token.kind === 'name' && DECLARATIONS.includes(token.raw)) this.#declaration(token.raw);
      else if (token.kind === 'code') cursor.take();
      else if (token.kind === 'name' && this.subs.length === 0 && this.version === undefined) this.loose.push(this.#statement());
      else cursor.refuse(`Expected one of 'acl', 'sub', 'backend', 'probe', 'import', or 'vcl', found '${token.raw}'`);
    }
  }

  #declaration(kind: string): void {
    const { cursor } = this;
    const first = cursor.take();
    switch (kind) {
      case 'vcl':
        this.version = cursor.expectKind('number', 'version number').raw;
        cursor.expect(';');
        return;
      case 'import':
        while (!cursor.is(';') && cursor.token.kind !== 'end' && !cursor.is('{')) cursor.take();
        cursor.expect(';');
        return;
      case 'include':
        cursor.expectKind('text', 'CSTR');
        cursor.expect(';');
        return;
      case 'sub': {
        const name = cursor.expectKind('name', 'a name');
        // Fastly's functions say what they return.
        if (cursor.token.kind === 'name') cursor.take();
        const body = this.#body();
        this.subs.push({ name: name.raw, body: body.statements, at: { file: first.file, start: first.start, end: name.end }, open: body.open });
        return;
      }
      case 'backend': {
        const name = cursor.expectKind('name', 'a name');
        if (cursor.takeIf('none')) cursor.expect(';');
        else this.backends.push({ name: name.raw, fields: this.#fields(), at: { file: first.file, start: first.start, end: name.end } });
        return;
      }
      case 'acl': {
        const name = cursor.expectKind('name', 'a name');
        while (!cursor.is('{') && !cursor.is(';') && !cursor.is('}') && cursor.token.kind !== 'end') cursor.take();
        cursor.expect('{');
        this.acls.set(name.raw, this.#networks());
        return;
      }
      default:
        // probe, director, table, penaltybox, ratecounter: of no consequence to headers.
        while (!cursor.is('{')) {
          if (cursor.token.kind === 'end' || cursor.is(';') || cursor.is('}')) cursor.expect('{');
          cursor.take();
        }
        cursor.take();
        cursor.skipBlock();
    }
  }

  /** `"10.0.0.0"/8; !"10.0.0.1"; }`, in parentheses or not. */
  #networks(): readonly string[] {
    const { cursor } = this;
    const networks: string[] = [];
    let entry = '';
    while (!cursor.takeIf('}')) {
      if (cursor.token.kind === 'end') cursor.expect('}');
      const { kind, raw, text } = cursor.token;
      if (raw === ';') networks.push(entry);
      entry = raw === ';' ? '' : kind === 'text' ? entry + text : /^[()]$/.test(raw) ? entry : entry + raw;
      cursor.take();
    }
    return networks;
  }

  /** `{ .host = "a"; .probe = { … } }`. */
  #fields(): ReadonlyMap<string, string> {
    const { cursor } = this;
    const fields = new Map<string, string>();
    cursor.expect('{');
    while (!cursor.takeIf('}')) {
      cursor.expect('.');
      const name = cursor.expectKind('name', 'a name').raw;
      cursor.expect('=');
      if (cursor.takeIf('{')) {
        cursor.skipBlock();
        cursor.takeIf(';');
        continue;
      }
      if (cursor.token.kind === 'text') fields.set(name, cursor.token.text);
      while (!cursor.is(';') && !cursor.is('}') && cursor.token.kind !== 'end') cursor.take();
      cursor.expect(';');
    }
    return fields;
  }

  #body(): { readonly statements: readonly Statement[]; readonly open: Span } {
    const { cursor } = this;
    const { file, end } = cursor.expect('{');
    return cursor.deeper(() => {
      const statements: Statement[] = [];
      while (!cursor.takeIf('}')) statements.push(this.#statement());
      return { statements, open: { file, start: end, end } };
    });
  }

  #statement(): Statement {
    const { cursor } = this;
    const { token } = cursor;
    if (token.kind === 'code') {
      cursor.take();
      return { do: 'nothing', at: cursor.span(token) };
    }
    if (cursor.is('{')) return { do: 'block', body: this.#body().statements, at: cursor.span(token) };
    if (token.kind !== 'name') cursor.refuse(token.kind === 'end' ? `Expected '}' got end of file` : `Expected an action, 'if', '{' or '}', got '${token.raw}'`);
    if (token.raw === 'if') return this.#if();
    cursor.take();
    const statement = this.#simple(token.raw, token);
    cursor.expect(';');
    return { ...statement, at: cursor.span(token) };
  }

  #simple(word: string, first: Span): Statement {
    const { cursor } = this;
    const at = first;
    switch (word) {
      case 'set':
      case 'add': {
        const target = this.#target();
        const mark = cursor.take();
        const operator = mark.raw === '=' || mark.raw === '+=' ? mark.raw : /^[-*/%|&]=$|^\|\|=$|^&&=$/.test(mark.raw) ? 'other' : cursor.refuse(`Expected '=' got '${mark.raw}'`, mark);
        return { do: word, target, operator, value: expression(cursor), at };
      }
      case 'unset':
      case 'remove':
        return { do: 'unset', target: this.#target(), at };
      case 'call': {
        const name = cursor.expectKind('name', 'a name').raw;
        if (cursor.is('(')) callArguments(cursor);
        return { do: 'call', name, at };
      }
      case 'return':
        return this.#return(at);
      case 'restart':
      case 'esi':
        return word === 'esi' ? { do: 'nothing', at } : { do: 'return', action: 'restart', args: [], at };
      case 'error':
        return { do: 'return', action: 'error', args: cursor.is(';') ? [] : this.#errorArguments(), at };
      case 'new':
      case 'declare':
      case 'import':
      case 'goto':
      case 'log':
      case 'synthetic':
      case 'synthetic.base64':
        return this.#rest(at);
      default: {
        if (!cursor.is('(')) cursor.refuse(`Symbol not found: '${word}'`, first);
        const call = { e: 'call' as const, name: word.toLowerCase(), args: callArguments(cursor), at: cursor.span(first) };
        return { do: 'function', call, at };
      }
    }
  }

  /** `error 601 "reason"`, `error(601, "reason")`. */
  #errorArguments(): readonly (Statement & { do: 'return' })['args'][number][] {
    const { cursor } = this;
    if (cursor.is('(')) return callArguments(cursor);
    const { token } = cursor;
    if (token.kind !== 'number') return [expression(cursor)];
    cursor.take();
    const status = { e: 'number' as const, value: Number.parseFloat(token.raw), unit: '', at: { file: token.file, start: token.start, end: token.end } };
    return cursor.is(';') ? [status] : [status, expression(cursor)];
  }

  #rest(at: Span): Statement {
    const { cursor } = this;
    while (!cursor.is(';') && !cursor.is('}') && !cursor.is('{') && cursor.token.kind !== 'end') cursor.take();
    return { do: 'nothing', at };
  }

  #return(at: Span): Statement {
    const { cursor } = this;
    if (cursor.is(';')) return { do: 'return', action: undefined, args: [], at };
    const wrapped = cursor.takeIf('(');
    // Fastly's functions return values without parentheses.
    if (!wrapped && (cursor.token.kind !== 'name' || cursor.ahead(1).raw !== ';')) cursor.expect('(');
    const action = cursor.expectKind('name', 'return action name').raw.toLowerCase();
    const args = cursor.is('(') ? callArguments(cursor) : [];
    if (wrapped) cursor.expect(')');
    return { do: 'return', action, args, at };
  }

  #if(): Statement {
    const { cursor } = this;
    const first = cursor.take();
    const branches: Branch[] = [this.#branch()];
    for (;;) {
      const word = cursor.token.kind === 'name' ? cursor.token.raw : '';
      if (/^els?e?if$/.test(word)) cursor.take();
      else if (word === 'else' && cursor.ahead(1).raw === 'if') {
        cursor.take();
        cursor.take();
      } else if (word === 'else') {
        cursor.take();
        const { statements, open } = this.#body();
        branches.push({ body: statements, open });
        break;
      } else break;
      branches.push(this.#branch());
    }
    return { do: 'if', branches, at: cursor.span(first) };
  }

  #branch(): Branch {
    const { cursor } = this;
    cursor.expect('(');
    const test = expression(cursor);
    cursor.expect(')');
    const { statements, open } = this.#body();
    return { test, body: statements, open };
  }

  #target(): Name {
    const { raw, file, start, end } = this.cursor.expectKind('name', 'a variable');
    return { name: raw.replaceAll('"', '').toLowerCase(), at: { file, start, end } };
  }
}

const DECLARATIONS: readonly string[] = ['vcl', 'import', 'include', 'sub', 'backend', 'acl', 'probe', 'director', 'table', 'penaltybox', 'ratecounter'];
