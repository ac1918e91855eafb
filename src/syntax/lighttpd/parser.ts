import { folderOf, type Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed, Problem } from '../language.js';
import { asText } from './data.js';
import { expression } from './expression.js';
import { filesIncluded } from './includes.js';
import { Lexer, type Token } from './lexer.js';
import { Scopes } from './scopes.js';
import type { Data, LighttpdFile, Operator, Scope, Setting, TextData, Unread } from './tree.js';

const MAX_INCLUDES = 300;
const MAX_CHAIN = 20;

/** Marks of a text that is lighttpd's: a module's setting assigned with `=` or `+=`, or a condition on a field. No other server writes either. */
const MARKS = /^[ \t]*(?:setenv\.[a-z-]+[ \t]*[+:]?=|(?:server|url|proxy|fastcgi|cgi|auth|ssl|mimetype|accesslog|magnet|alias|index-file|dir-listing|static-file|simple-vhost|evhost|expire|deflate|status)\.[a-z-]+[ \t]*(?:\+=|:=|=[ \t]*(?:[("\d]|var\.|env\.))|(?:\}[ \t]*)?(?:else[ \t]*)?\$(?:HTTP|SERVER|REQUEST_HEADER)[ \t]*\[|var\.[\w.-]+[ \t]*\+?=[ \t]*\(|include(?:_shell)?[ \t]+"|server\.modules[ \t]*$)/m;

/** Is this text one of lighttpd's? Files of other servers have the same extension. */
export function isLighttpd(text: string): boolean {
  return MARKS.test(text);
}

/** Parses a file and, in their places, the files that it includes (relative to the folder of this, the main one). The first refusal ends it, as lighttpd does not start then. */
export function parseLighttpd(source: SourceText, files: Files): Parsed<LighttpdFile> {
  if (!isLighttpd(source.text)) return { unit: undefined, problems: [] };
  const problems: Problem[] = [];
  const scopes = new Scopes({ file: source.file, start: 0, end: source.text.length });
  const reading: Reading = { files, root: folderOf(source.file), scopes, included: [], unread: [], isPart: !/^[ \t]*server\.document-root\b/m.test(source.text), report: (problem) => void (problems.length === 0 && problems.push(problem)) };
  if (new Parser(reading, source.file, source.text, [source.file]).all()) for (const { settings } of scopes.all) checkTypes(settings, reading);
  const template = problems.length > 0 && isTemplate(source) ? problems[0]!.at : undefined;
  return { unit: { source, files, scopes: scopes.all, included: reading.included, unread: reading.unread, template }, problems: template === undefined ? problems : [] };
}

/** Something else writes the configuration from this text first. */
function isTemplate({ file, text }: SourceText): boolean {
  return !/\.conf$|(?:^|\/)[^.]*$/.test(file) || /\{\{|\{%|<%|@@?\w+@@?/.test(text);
}

/** Settings of mod_setenv: nothing but texts by name (T_CONFIG_ARRAY_KVSTRING). */
const LISTS_OF_TEXTS = ['add-response-header', 'set-response-header', 'add-request-header', 'set-request-header', 'add-environment', 'set-environment'].map((name) => `setenv.${name}`);

function checkTypes(settings: ReadonlyMap<string, Setting>, { report }: Reading): void {
  for (const name of LISTS_OF_TEXTS) {
    const data = settings.get(name)?.data;
    // Set elsewhere, it may be a list.
    if (data?.kind === 'text' && data.value.kind === 'env') continue;
    const wrong = data === undefined ? undefined : data.kind === 'list' ? data.entries.find(({ key, value }) => key === undefined || value.kind !== 'text') : data;
    if (wrong !== undefined) report({ at: wrong.at, message: `${name} should have been a list of key => string values like ${name} = ( "..." => "...", "..." => "..." )` });
  }
}

interface Reading {
  readonly files: Files;
  readonly root: string;
  readonly scopes: Scopes;
  readonly included: string[];
  readonly unread: Unread[];
  /** The text says no document root, without which lighttpd does not start: the rest stands elsewhere. */
  readonly isPart: boolean;
  report(problem: Problem): void;
}

class Parser {
  readonly #lexer: Lexer;
  readonly #open: { readonly kind: 'block' | 'global'; readonly before: Scope | undefined; readonly start: number }[] = [];
  #failed = false;
  #token: Token;
  /** The chain that an `else` would continue. */
  #last: Scope | undefined;

  constructor(
    private readonly reading: Reading,
    private readonly file: string,
    text: string,
    private readonly chain: readonly string[],
  ) {
    this.#lexer = new Lexer(file, text, (problem) => {
      this.#failed = true;
      reading.report(problem);
    });
    this.#token = this.#lexer.next();
  }

  /** Whether everything was taken. */
  all(): boolean {
    while (!this.#failed && this.#token.kind !== 'end') this.#statement();
    const open = this.#open.at(-1);
    if (!this.#failed && open !== undefined) this.#fail('parser failed somehow near here: (end of file)', this.#span(open.start, open.start + 1));
    // What an `include` reads is a whole of its own.
    while (this.#open.pop() !== undefined) this.reading.scopes.close();
    return !this.#failed;
  }

  /** What fits nowhere is passed over, as lighttpd does. */
  #statement(): void {
    const { kind, text, start } = this.#token;
    const chain = this.#last;
    this.#last = undefined;
    if (kind === '}' && this.#open.length > 0) this.#close();
    else if (kind === '$') this.#condition(start, undefined);
    else if (kind !== 'name') this.#advance();
    else if (text === 'else' && chain !== undefined) this.#else(start, chain);
    else if (text === 'else') this.#advance();
    else if (text === 'global') this.#global(start);
    else if (text === 'include' || text === 'include_shell') this.#include(text, start);
    else this.#assignment(this.#token);
  }

  #assignment(name: Token): void {
    this.#advance();
    const operator = this.#find('assign', name.start);
    if (operator === undefined) return;
    const value = expression(this.#lexer, this.#valueOf);
    if ('refused' in value) return this.#fail(value.refused, value.at);
    this.#token = value.after;
    const written: Setting['operator'] = operator.text === '+=' || operator.text === ':=' ? operator.text : '=';
    const at = this.#span(name.start, value.end);
    const refused = this.reading.scopes.assign(name.text, this.#span(name.start, name.end), written, this.#span(operator.start, operator.end), value.data, at);
    if (refused !== undefined) this.#fail(refused.refused, at);
  }

  #condition(start: number, before: Scope | undefined): void {
    this.#advance();
    const object = this.#find('object', start);
    if (object === undefined || (this.#advance(), this.#find('[', start)) === undefined) return;
    const field = this.#text('operand must be string');
    if (field === undefined || this.#find(']', start) === undefined) return;
    this.#advance();
    const operator = this.#find('operator', start);
    const wanted = operator === undefined ? undefined : this.#text('rvalue must be string');
    if (operator === undefined || wanted === undefined) return;
    const at = this.#span(start, wanted.end);
    const known = field.data.value.kind === 'string' ? field.data.value.value : '';
    if (wanted.number) return this.#fail('rvalue must be string', at);
    if (!isField(object.text, known)) return this.#fail(`error comp_key $${object.text}["${known}"]`, at);
    const refused = this.reading.scopes.open({ object: object.text, field: known, operator: operatorOf(operator.text), text: wanted.data }, at);
    if (refused !== undefined) return this.#fail(refused.refused, at);
    this.#block('block', before, start);
  }

  /** In a part of a configuration, or behind a file that is not in view, a variable may have been set elsewhere. */
  readonly #valueOf = (name: string, at: Span): Data | undefined => {
    const { scopes, unread, isPart } = this.reading;
    const found = scopes.value(name);
    if (found !== undefined || (!isPart && unread.length === 0)) return found;
    const what = name.includes('.') ? name : `var.${name}`;
    unread.push({ at, what, how: 'variable' });
    return { kind: 'text', value: { kind: 'env', name: what, at }, at };
  };

  /** A text; the token behind it is the current one. */
  #text(otherwise: string): { readonly data: TextData; readonly number: boolean; readonly end: number } | undefined {
    const value = expression(this.#lexer, this.#valueOf);
    if ('refused' in value) this.#fail(value.refused, value.at);
    else {
      this.#token = value.after;
      if (value.data.kind === 'list') this.#fail(otherwise, value.data.at);
      else return { data: asText(value.data), number: value.data.kind === 'number', end: value.end };
    }
    return undefined;
  }

  #else(start: number, before: Scope): void {
    const at = this.#span(start, this.#token.end);
    this.#advance();
    // With the condition on the next line it is an `else` for everything, and the condition is passed over.
    if (this.#token.kind === '$') return this.#condition(start, before);
    const refused = this.reading.scopes.openElse(at);
    if (refused !== undefined) return this.#fail(refused.refused, at);
    this.#block('block', before, start);
  }

  #global(start: number): void {
    const at = this.#span(start, this.#token.end);
    this.#advance();
    const refused = this.reading.scopes.openGlobal();
    if (refused !== undefined) return this.#fail(refused.refused, at);
    this.#block('global', undefined, start);
  }

  /** Goes in at the brace. */
  #block(kind: 'block' | 'global', before: Scope | undefined, start: number): void {
    const brace = this.#find('{', start);
    this.#open.push({ kind, before, start: brace?.start ?? start });
    if (brace !== undefined) this.#advance();
  }

  #close(): void {
    const open = this.#open.pop()!;
    const at = this.#span(this.#token.start, this.#token.end);
    this.#advance();
    const scope = this.reading.scopes.close();
    if (open.kind === 'global') return;
    const refused = open.before === undefined ? undefined : this.reading.scopes.chain(open.before, scope);
    if (refused !== undefined) return this.#fail(refused.refused, at);
    this.#last = scope;
    // Of the line's end that follows, `else` may come before or behind.
    if (this.#token.kind === 'line-end') this.#advance();
  }

  /** The next token of a kind, all others passed over; without one the statement that began at `start` never ends. */
  #find(kind: Token['kind'], start: number): Token | undefined {
    while (this.#token.kind !== kind && this.#token.kind !== 'end') this.#advance();
    if (this.#token.kind === kind) return this.#token;
    this.#fail('parser failed somehow near here: (end of file)', this.#span(start, Math.max(start + 1, this.#token.start)));
    return undefined;
  }

  #include(how: Unread['how'], start: number): void {
    const value = expression(this.#lexer, this.#valueOf);
    if ('refused' in value) return this.#fail(value.refused, value.at);
    this.#token = value.after;
    const at = this.#span(start, value.end);
    if (value.data.kind === 'list') return this.#fail('operand must be string', value.data.at);
    const text = asText(value.data).value;
    const what = text.kind === 'string' ? text.value : this.#lexer.text.slice(at.start, at.end).replace(/^\w+\s*/, '');
    const { files, root, included, unread } = this.reading;
    const found = how === 'include_shell' || text.kind !== 'string' ? undefined : filesIncluded(files, root, what);
    if (found === undefined || (found.length === 0 && !/[*?[\]{}]/.test(what))) unread.push({ at, what, how });
    for (const path of found ?? []) {
      if (this.chain.includes(path) || this.chain.length > MAX_CHAIN) return this.#fail(`${path} includes itself`, at);
      const inner = files.read(path);
      if (inner === undefined || included.length >= MAX_INCLUDES) unread.push({ at, what: path, how });
      else {
        included.push(path);
        if (!new Parser(this.reading, path, inner, [...this.chain, path]).all()) {
          this.#failed = true;
          return;
        }
      }
    }
  }

  #advance(): void {
    this.#token = this.#lexer.next();
  }

  #fail(message: string, at: Span): void {
    // The lexer has said it already.
    if (!this.#lexer.refused) this.reading.report({ at, message });
    this.#failed = true;
  }

  #span(start: number, end: number): Span {
    return { file: this.file, start, end };
  }
}

const FIELDS = ['url', 'host', 'referer', 'useragent', 'user-agent', 'language', 'cookie', 'remoteip', 'remote-ip', 'querystring', 'query-string', 'request-method', 'scheme'];

/** Fields that a condition may be about. */
function isField(object: string, field: string): boolean {
  if (object === 'REQUEST_HEADER') return true;
  return object === 'SERVER' ? field === 'socket' : object === 'HTTP' && FIELDS.includes(field);
}

function operatorOf(text: string): Operator {
  return text === '!=' || text === '=~' || text === '!~' || text === '=^' || text === '=$' ? text : '==';
}
