import type { Change } from '../../policy/change.js';
import { indentationStep, insertAfter, insertBefore, insertInside, removeLine, respellToken, type Directive, type NginxFile } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
import { headerName } from '../../text/header-name.js';
import { contains, spanKey, type Span } from '../../text/span.js';
import { decline, type Declined } from '../../readers/reader.js';
import { luaString } from './lua-conditions.js';
import { blockAround, placesAt, placesIn, setAround, wordAt, type Place, type Word } from './places.js';

/** Spells a change in nginx's words; comments, quotes and indentation stay, and no level begins or ceases to inherit by it. */
export function edited(file: NginxFile, change: Change): readonly TextEdit[] | Declined {
  const edits = new Writer(file).editsFor(change);
  // What is included twice is edited once.
  const once = edits.filter((edit, index) => edits.findIndex((other) => spanKey(other) === spanKey(edit) && other.text === edit.text) === index);
  return once.length === 0 ? decline(`nothing in this file can be edited for ${change.kind}`) : once;
}

class Writer {
  readonly #sources = new Map<string, SourceText>();
  readonly #directives: readonly Directive[];

  constructor(private readonly file: NginxFile) {
    this.#sources.set(file.source.file, file.source);
    this.#directives = file.directives;
  }

  editsFor(change: Change): readonly TextEdit[] {
    switch (change.kind) {
      case 'add-vary':
        return this.#places(change.at).flatMap((place) => this.#vary(place));
      case 'hide-inner-header':
        return this.#hidden(change.at, change.header);
      case 'remove-header':
        return this.#isLua(change.at) ? [removeLine(this.#source(change.at), change.at)] : this.#places(change.at).flatMap((place) => this.#without(place));
      case 'replace-text':
        return this.#inLua(change.at, change.text) ?? this.#replacedText(wordAt(this.#directives, change.at), change.text);
      case 'replace-pattern':
        return this.#inLua(change.at, change.source) ?? this.#replacedPattern(wordAt(this.#directives, change.at), change.source);
      case 'remove-entry':
        return this.#removedEntry(wordAt(this.#directives, change.at));
      case 'repeat-headers':
        return this.#repeated(change.at, change.from);
      case 'answer-options':
        return this.#answered(change.at);
      case 'rename-header':
        return this.#places(change.at).flatMap((place) => this.#renamed(place, headerName(change.header)));
      case 'send-with-every-status':
        return this.#places(change.at).flatMap((place) => this.#always(place));
      case 'send-with-responses':
        return this.#sentWithResponses(change.at, change.effects);
      case 'exempt-options':
        return this.#exempted(change.at);
      case 'allow-only':
        return this.#allowedOnly(change.at, change.origins);
      case 'split-text':
        return this.#split(wordAt(this.#directives, change.at), change.texts);
      default:
        return [];
    }
  }

  #places(at: Span): readonly Place[] {
    return placesAt(this.#directives, at);
  }

  #source({ file }: Span): SourceText {
    let source = this.#sources.get(file);
    if (source === undefined) this.#sources.set(file, (source = new SourceText(file, this.file.files.read(file) ?? '')));
    return source;
  }

  /** `Vary: Origin` wherever the header is decided: beside it and, if that is in an `if`, where the `if` is not taken. */
  #vary(header: Place): readonly TextEdit[] {
    if (!/^(?:add_header|more_set_headers)$/.test(header.directive.name)) return [];
    const line = `add_header Vary Origin${header.directive.name === 'more_set_headers' || header.directive.args.at(-1)?.text === 'always' ? ' always' : ''};`;
    const here = this.#headerLine(header, line);
    return header.block?.directive.name === 'if' && !isAboutMethod(header.block.directive) ? [...here, ...this.#headerLine(header.block, line)] : here;
  }

  /**
   * An `add_header` line for the level of a place: among those that it has, or among those that it inherits, since a
   * first line of its own would cost it these.
   */
  #headerLine(place: Place, line: string): readonly TextEdit[] {
    const { own, around } = setAround(place, 'add_header');
    const inForce = own.length > 0 ? own : around;
    if (inForce.some(isVary)) return [];
    const { directive } = place;
    const last = own.includes(directive) ? directive : inForce.at(-1);
    if (last !== undefined) return [insertAfter(this.#source(last.at), last.at, [line])];
    return [directive.block === undefined ? insertAfter(this.#source(directive.at), directive.at, [line]) : insertBefore(this.#source(directive.at), directive.at, [line])];
  }

  /** The header is sent no more, and the level inherits no more than before. */
  #without({ directive, ...place }: Place): readonly TextEdit[] {
    const source = this.#source(directive.at);
    if (directive.name === 'more_set_headers') {
      // One line may send several headers, all of the same place.
      const word = directive.args.length === 1 ? directive.args[0] : directive.args.find(({ text }) => /^access-control-allow-credentials:/i.test(text));
      if (word === undefined) return [];
      return [directive.args.length === 1 ? removeLine(source, directive.at) : { file: word.file, start: directive.args[directive.args.indexOf(word) - 1]?.end ?? directive.nameToken.end, end: word.end, text: '' }];
    }
    if (directive.name.endsWith('_hide_header')) {
      const hiding = setAround({ directive, ...place }, directive.name);
      // A level without such a line hides what the one around it does.
      return hiding.own.length === 1 && hiding.around.length > 0 ? [] : [removeLine(source, directive.at)];
    }
    if (directive.name !== 'add_header' || directive.args[1] === undefined) return [];
    const { own, around } = setAround({ directive, ...place }, 'add_header');
    // A header without a value is not sent, and keeps those of the outer level away.
    return [own.length === 1 && around.length > 0 ? respellToken(source, directive.args[1], '') : removeLine(source, directive.at)];
  }

  #renamed({ directive }: Place, header: string): readonly TextEdit[] {
    const [name] = directive.args;
    if (name === undefined) return [];
    const source = this.#source(directive.at);
    if (directive.name === 'add_header') return [respellToken(source, name, header)];
    return directive.name === 'more_set_headers' && directive.args.length === 1 ? [respellToken(source, name, name.text.replace(/^[^:]+/, header))] : [];
  }

  /** `always` for the header and for those of CORS beside it: one of them alone would not let the page read an error. */
  #always({ directive, level }: Place): readonly TextEdit[] {
    if (directive.name !== 'add_header') return [];
    const together = level.filter((line) => line === directive || (line.name === 'add_header' && /^(?:access-control-allow-(?:origin|credentials)|access-control-expose-headers|vary)$/.test(headerOf(line))));
    return together.filter(({ args }) => args.length === 2).map(({ args: [, value] }) => ({ file: value!.file, start: value!.end, end: value!.end, text: ' always' }));
  }

  /** The lines of preflights in the block that makes the response: the location, or the one around what answers. */
  #sentWithResponses(at: Span, effects: readonly Span[]): readonly TextEdit[] {
    const place = this.#places(at)[0] ?? wordAt(this.#directives, at);
    const block = place?.directive.block === undefined ? place?.block : place;
    if (block === undefined || !/^(?:location|if|server)$/.test(block.directive.name)) return [];
    const { own, around } = setAround({ ...block, level: block.directive.block ?? [], block }, 'add_header');
    // A first line of its own would cost the block those that it inherits.
    return own.length === 0 && around.length > 0 ? [] : this.#repeated(block.directive.at, effects);
  }

  /** Preflights are answered before the access phase, in which nginx asks for credentials; those that the layer behind answers are passed on. */
  #exempted(at: Span): readonly TextEdit[] {
    const [place] = this.#places(at);
    const block = place === undefined ? undefined : blockAround(place, ['location', 'server']);
    if (block === undefined) return [];
    const inside = block.directive.block ?? [];
    const { own, around } = setAround({ ...block, level: inside, block }, 'add_header');
    const isPassedOn = inside.some(({ name }) => /_pass$/.test(name)) && !(own.length > 0 ? own : around).some((line) => headerOf(line).startsWith('access-control-'));
    return isPassedOn ? this.#limited(inside, block.directive) : this.#answered(block.directive.at);
  }

  /** Credentials are asked for with all methods but `OPTIONS`: https://nginx.org/en/docs/http/ngx_http_core_module.html#limit_except */
  #limited(inside: readonly Directive[], block: Directive): readonly TextEdit[] {
    const [first, ...others] = inside.filter(({ name, at: { file } }) => file === block.at.file && /^auth_(?:basic|jwt)/.test(name));
    if (first === undefined || block.name !== 'location' || !inside.every(({ name }) => GOES_ON.test(name))) return [];
    const source = this.#source(first.at);
    const indentation = /^[ \t]*/.exec(source.line(source.positionAt(first.at.start).line))![0];
    const lines = [first, ...others].map(({ at: { start, end } }) => indentationStep(source, block) + source.text.slice(start, end));
    return [{ ...first.at, text: ['limit_except OPTIONS {', ...lines, '}'].join(`${source.lineEnding}${indentation}`) }, ...others.map(({ at: place }) => removeLine(source, place))];
  }

  /** These origins and no others, whether one header sends any or a row of a map lets too many in. */
  #allowedOnly(at: Span, origins: readonly string[]): readonly TextEdit[] {
    const [place] = this.#places(at);
    if (place === undefined) return this.#entryOnly(wordAt(this.#directives, at), origins);
    const { directive, level } = place;
    const [first, value] = directive.args;
    if (directive.name === 'more_set_headers' && first !== undefined && value === undefined && origins.length === 1 && origins[0] !== '*') return [respellToken(this.#source(first), first, `Access-Control-Allow-Origin: ${origins[0]}`)];
    if (directive.name !== 'add_header' || value === undefined || directive.args.length > 3) return [];
    const [only, ...others] = origins;
    if (only === undefined || others.length > 0) return this.#split({ ...place, token: value }, origins);
    if (only !== '*') return [respellToken(this.#source(value), value, only)];
    const credentials = level.filter((line) => line.name === 'add_header' && headerOf(line) === 'access-control-allow-credentials');
    return [respellToken(this.#source(value), value, only), ...credentials.map((line) => removeLine(this.#source(line.at), line.at))];
  }

  /** A row of a map becomes one for each of the origins. */
  #entryOnly(word: Word | undefined, origins: readonly string[]): readonly TextEdit[] {
    if (word === undefined || origins.includes('*')) return [];
    const { directive, token, block } = word;
    const [value] = directive.args;
    if (block?.directive.name !== 'map' || token !== directive.nameToken || value === undefined || block.directive.args[0]?.text !== '$http_origin') return [];
    const source = this.#source(directive.at);
    // What a group took is no longer there to be sent.
    const sent = /\$(?:\d|(?!http_origin\b))/.test(value.text) ? undefined : source.text.slice(value.start, value.end);
    const [first, ...others] = origins;
    if (sent === undefined || first === undefined) return [];
    const more = others.length === 0 ? [] : [insertAfter(source, directive.at, others.map((origin) => `${origin} ${sent};`))];
    return [respellToken(source, token, first), ...more];
  }

  #replacedText(word: Word | undefined, text: string): readonly TextEdit[] {
    if (word === undefined) return [];
    const { directive, token } = word;
    // A colon at the end of the name goes before the value on the wire.
    const [called] = directive.name === 'add_header' && token === directive.args[1] ? directive.args : [];
    if (called?.text.endsWith(':') === true) return [respellToken(this.#source(called), called, called.text.slice(0, -1)), ...(token.text === text ? [] : [respellToken(this.#source(token), token, text)])];
    const name = /^more_\w+_headers$/.test(directive.name) ? (/^[^:]+:\s*/.exec(token.text)?.[0] ?? '') : '';
    return [respellToken(this.#source(token), token, name + text)];
  }

  #isLua(at: Span): boolean {
    return [...placesIn(this.#directives)].some(({ directive: { code } }) => code !== undefined && contains(code, at));
  }

  /** A string in a block of Lua, in its own quotes. */
  #inLua(at: Span, text: string): readonly TextEdit[] | undefined {
    return !this.#isLua(at) ? undefined : [{ ...at, text: luaString(this.#source(at).text.slice(at.start, at.end), text) }];
  }

  #replacedPattern(word: Word | undefined, pattern: string): readonly TextEdit[] {
    if (word === undefined) return [];
    const { directive, token, block } = word;
    // The mark of a map's pattern belongs to the word; a key of `hostnames`, which has none, ignores case.
    const mark = block?.directive.name === 'map' && token === directive.nameToken ? (/^~\*?/.exec(token.text)?.[0] ?? '~*') : '';
    return [respellToken(this.#source(token), token, mark + pattern)];
  }

  /** An entry taken out: a row of a map, one of a pattern's alternatives, an `if` about it, a header that says it. */
  #removedEntry(word: Word | undefined): readonly TextEdit[] {
    if (word === undefined) return [];
    const { directive, token, block } = word;
    if (directive.name === 'add_header') return this.#without(word);
    const isKey = block?.directive.name === 'map' && token === directive.nameToken;
    const isPattern = isKey ? token.text.startsWith('~') : directive.name === 'if' && /~/.test(directive.args[1]?.text ?? '');
    // A row's pattern without alternatives is one entry.
    if (isPattern && !(isKey && !token.text.includes('|')) && !/^(?:~\*?)?\^?\(?(?:\?:)?null\)?\$?$/.test(token.text)) {
      const shorter = token.text.replace(/(?<=[(|:])null\||\|null(?=[)|])/, '');
      return shorter === token.text ? [] : [respellToken(this.#source(token), token, shorter)];
    }
    if (isKey) return [removeLine(this.#source(directive.at), directive.at)];
    const only = directive.name === 'if' && directive.block?.every(({ name }) => name === 'set' || name === 'add_header') === true;
    return only && !directive.args.some(({ text }) => text.startsWith('!')) ? [removeLine(this.#source(directive.at), directive.whole)] : [];
  }

  /** Lines of an outer level or of an earlier `if`, except for headers that the block has itself; of each header one. */
  #repeated(at: Span, from: readonly Span[]): readonly TextEdit[] {
    const block = this.#places(at)[0]?.directive;
    if (block?.block === undefined) return [];
    const named = new Set(block.block.flatMap((line) => (line.name === 'add_header' ? [headerOf(line)] : [])));
    const lost = from.flatMap((span) => this.#places(span).slice(0, 1)).filter(({ directive }) => !named.has(headerOf(directive)));
    const lines = lost.filter(({ directive }, index) => lost.findIndex((other) => headerOf(other.directive) === headerOf(directive)) === index);
    if (lines.length === 0) return [];
    const text = ({ at: { file, start, end } }: Directive): string => this.#source({ file, start, end }).text.slice(start, end);
    // What an `if` decides about the origin is kept in a variable: here its condition is not asked for.
    const origins = lost.filter((one) => headerOf(one.directive) === 'access-control-allow-origin' && one.block?.directive.name === 'if' && one.directive.args[1] !== undefined);
    const values = new Set(origins.map(({ directive }) => directive.args[1]!.text));
    if (values.size < 2 && !origins.some(({ directive }) => directive.args[1]!.text.includes('$http_origin'))) return [insertInside(this.#source(at), block, lines.map(({ directive }) => text(directive)))];
    const [first] = origins;
    const variable = this.#freshVariable();
    const written = ({ args: [, value] }: Directive): string => this.#source(value!).text.slice(value!.start, value!.end);
    return [
      insertBefore(this.#source(first!.block!.directive.at), first!.block!.directive.at, [`set ${variable} "";`]),
      ...origins.map(({ directive, block: around }) => insertInside(this.#source(around!.directive.at), around!.directive, [`set ${variable} ${written(directive)};`])),
      insertInside(this.#source(at), block, lines.map(({ directive }) => (directive === first!.directive ? text(directive).replace(written(directive), () => variable) : text(directive)))),
    ];
  }

  /** An answer to preflights behind all that the place sets before, with the headers of the place. */
  #answered(at: Span): readonly TextEdit[] {
    const served = this.#places(at)[0]?.directive;
    const inside = served?.block;
    // In a server the answer would be given for all its locations.
    if (served === undefined || inside === undefined || (served.name !== 'location' && inside.some(({ name }) => name === 'location'))) return [];
    const limit = inside.find(({ name, args }) => name === 'limit_except' && !args.some(({ text }) => text === 'OPTIONS'));
    const methods = limit?.args.at(-1);
    // Methods that it does not list never come to an `if`.
    const listed = methods === undefined ? [] : [{ file: methods.file, start: methods.end, end: methods.end, text: ' OPTIONS' }];
    if (inside.some((directive) => answersOptions(directive))) return listed;
    const last = inside.findLast(({ name, at: place }) => place.file === at.file && (name === 'set' || name === 'if'));
    const source = this.#source(at);
    const lines = ['if ($request_method = OPTIONS) {', `${indentationStep(source, served)}return 204;`, '}'];
    return [...listed, last === undefined ? insertInside(source, served, lines) : insertAfter(source, last.whole, lines)];
  }

  /** `proxy_hide_header` in every location that passes requests on and answers with the header at the place. */
  #hidden(at: Span, header: string): readonly TextEdit[] {
    const writers = this.#places(at);
    return [...placesIn(this.#directives)].flatMap((pass) => {
      const [, kind] = /^(proxy|fastcgi|uwsgi|scgi|grpc)_pass$/.exec(pass.directive.name) ?? [];
      if (kind === undefined) return [];
      // An `if` takes no such line; its location does.
      const handler = pass.block?.directive.name === 'if' ? pass.block : pass;
      const { own, around } = setAround(handler, 'add_header');
      const inForce = [...(own.length > 0 ? own : around), ...handler.level.flatMap(({ name, block }) => (name === 'if' ? (block ?? []) : []))];
      if (!writers.some(({ directive }) => inForce.includes(directive))) return [];
      const name = `${kind}_hide_header`;
      const hidden = setAround(handler, name);
      if ((hidden.own.length > 0 ? hidden.own : hidden.around).some(({ args }) => args[0]?.text.toLowerCase() === header.toLowerCase())) return [];
      const line = `${name} ${header};`;
      if (hidden.own.length > 0) return [insertAfter(this.#source(hidden.own.at(-1)!.at), hidden.own.at(-1)!.at, [line])];
      // A first line of its own costs a level those of the outer one.
      const kept = hidden.around.map(({ at: outer }) => this.#source(outer).text.slice(outer.start, outer.end));
      const beside = writers.find(({ directive }) => own.includes(directive))?.directive ?? handler.directive;
      return [insertAfter(this.#source(beside.at), beside.block === undefined ? beside.at : beside.whole, [...kept, line])];
    });
  }

  /** A list that was sent whole, or one line for each: a map of the origins, and the one that asks. */
  #split(word: Word | undefined, origins: readonly string[]): readonly TextEdit[] {
    if (word === undefined || word.directive.name !== 'add_header' || word.token !== word.directive.args[1]) return [];
    const server = blockAround(word, ['server']);
    // A map stands beside servers, not in them.
    if (server === undefined || (server.block !== undefined && server.block.directive.name !== 'http')) return [];
    const variable = this.#freshVariable();
    const source = this.#source(server.directive.at);
    const rows = ['default "";', ...new Set(origins.map((origin) => `${origin} $http_origin;`))].map((row) => indentationStep(source, server.directive) + row);
    const { directive, token } = word;
    return [
      insertBefore(source, server.directive.at, [`map $http_origin ${variable} {`, ...rows, '}', '']),
      { file: token.file, start: token.start, end: token.end, text: variable },
      ...this.#vary(word),
      ...word.level.filter((line) => line !== directive && line.name === 'add_header' && headerOf(line) === headerOf(directive) && origins.includes(line.args[1]?.text ?? '')).map((line) => removeLine(this.#source(line.at), line.at)),
    ];
  }

  #freshVariable(): string {
    const names = new Set([...placesIn(this.#directives)].flatMap(({ directive: { name, args } }) => (name === 'map' ? args.slice(1, 2) : name === 'set' ? args.slice(0, 1) : [])).map(({ text }) => text.toLowerCase()));
    return ['$cors_origin', ...Array.from({ length: names.size + 1 }, (_unused, index) => `$cors_origin_${index + 2}`)].find((name) => !names.has(name))!;
  }
}

/**
 * What methods that a location limits inherit from it. They get none of its rewrite directives and no `try_files`, and
 * locations in it would inherit no password any more.
 */
const GOES_ON = /^(?:auth_(?:basic|jwt)\w*|(?:proxy|fastcgi|uwsgi|scgi|grpc)_\w+|add_header|satisfy|allow|deny|client_\w+|(?:access|error)_log|limit_req|limit_conn)$/;

function answersOptions({ name, args, block }: Directive): boolean {
  return name === 'if' && /^\(?\$request_method$/.test(args[0]?.text ?? '') && args[1]?.text === '=' && /^OPTIONS\)?$/.test(args[2]?.text ?? '') && block?.some((inner) => inner.name === 'return') === true;
}

/** The name of the header that a line is about. */
function headerOf({ args }: Directive): string {
  return args[0]?.text.toLowerCase() ?? '';
}

function isVary(directive: Directive): boolean {
  return headerOf(directive) === 'vary' && directive.args[1]?.text.split(',').some((name) => /^(?:origin|\*)$/i.test(name.trim())) === true;
}

/** Whether the `if` is taken does not depend on the origin. */
function isAboutMethod({ args }: Directive): boolean {
  return /^\(?\$request_method$/.test(args[0]?.text ?? '') && !args.slice(1).some(({ text }) => /^\$/.test(text));
}
