import type { ClassDeclaration, Constructor, Field, JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { depthOf, nodeOf } from './members.js';
import { blanksBefore, hasEmptyLine, inStyle, linesOf, styleOf } from './style.js';

/** A value that a filter is given when it is made. */
export interface Given {
  readonly name: string;
  /** `@Value("${cors.origins}") List<String> origins`, as the language writes a parameter. */
  readonly parameter: string;
  /** Its type and name without annotations. */
  readonly plain: string;
  /** The configuration asks for it. */
  readonly passed: boolean;
}

/** What becomes of a class that was a filter. */
export interface FilterClass {
  readonly declaration: ClassDeclaration;
  /** Name of the supertype that made it a filter. */
  readonly supertype: string;
  /** Name of Spring's filter, as the file has to write it. */
  readonly filter: string;
  /** The method that is the filter: what is new in Java stands there. */
  readonly method: Span;
  /** Members that go, that method left out. */
  readonly gone: readonly Span[];
  readonly given: readonly Given[];
  /** Statements that make a `CorsConfiguration` named `configuration`. */
  readonly configuration: readonly string[];
}

const SOURCE = 'UrlBasedCorsConfigurationSource';

/** The class as one that extends Spring's filter; a text where its head is written in a way that nothing can be put into. */
export function extending(module: JvmModule, one: FilterClass): readonly TextEdit[] | string {
  const node = nodeOf(module, one.declaration.at);
  if (node === undefined) return 'its class is not found in the tree';
  return module.isKotlin ? extendingInKotlin(module, node, one) : extendingInJava(module, node, one);
}

function extendingInJava(module: JvmModule, node: SyntaxNode, { declaration, supertype, filter, method, gone, given, configuration }: FilterClass): readonly TextEdit[] | string {
  const { file } = module;
  const superclass = node.childForFieldName('superclass');
  const interfaces = node.childForFieldName('interfaces');
  const listed = interfaces?.namedChildren[0]?.namedChildren ?? [];
  const isIt = (type: SyntaxNode): boolean => type.text.replace(/^.*\./, '') === supertype.replace(/^.*\./, '');
  const above = superclass?.namedChildren[0];
  const head: TextEdit[] = [];
  if (above !== undefined && isIt(above)) head.push({ file, start: above.startIndex, end: above.endIndex, text: filter });
  else if (above !== undefined || interfaces === null) return 'it extends a class of the project';
  // `HttpFilter implements Filter`: the interface is said by Spring's filter, too.
  const asInterface = listed.findIndex((type) => isIt(type) || /^(?:[\w.]+\.)?Filter$/.test(type.text));
  if (interfaces !== null && asInterface !== -1) {
    const lead = above === undefined ? `extends ${filter}` : '';
    if (listed.length === 1) head.push({ file, start: above === undefined ? interfaces.startIndex : superclass!.endIndex, end: interfaces.endIndex, text: lead });
    else {
      const [from, to] = asInterface === 0 ? [listed[0]!.startIndex, listed[1]!.startIndex] : [listed[asInterface - 1]!.endIndex, listed[asInterface]!.endIndex];
      if (lead !== '') head.push({ file, start: interfaces.startIndex, end: interfaces.startIndex, text: `${lead} ` });
      head.push({ file, start: from, end: to, text: '' });
    }
  }
  const isPublic = /\bpublic\b/.test(node.namedChildren.find(({ type }) => type === 'modifiers')?.text ?? '');
  const lines = [
    `${isPublic ? 'public ' : ''}${declaration.name}(${given.map(({ parameter }) => parameter).join(', ')}) {`,
    `  super(corsSource(${given.flatMap(({ name, passed }) => (passed ? [name] : [])).join(', ')}));`,
    '}',
    '',
    ...sourceMethod('private static ', given, configuration),
  ];
  return [...head, ...replaced(module, method, inStyle(lines, styleOf(module), depthOf(module, declaration.at) + 1)), ...removed(module, gone)];
}

/** A method of Java that makes a source for all paths. */
export function sourceMethod(modifiers: string, given: readonly Given[], configuration: readonly string[]): readonly string[] {
  return [
    `${modifiers}${SOURCE} corsSource(${given.flatMap(({ plain, passed }) => (passed ? [plain] : [])).join(', ')}) {`,
    ...configuration.map((line) => `  ${line}`),
    `  ${SOURCE} source = new ${SOURCE}();`,
    '  source.registerCorsConfiguration("/**", configuration);',
    '  return source;',
    '}',
  ];
}

/** A filter of Spring's as Kotlin makes it, or says that it is extended. */
export function kotlinFilter(filter: string, configuration: readonly string[]): readonly string[] {
  return [`${filter}(`, `  ${SOURCE}().apply {`, ...configuration.map((line) => `    ${line}`), '    registerCorsConfiguration("/**", configuration)', '  }', ')'];
}

function extendingInKotlin(module: JvmModule, node: SyntaxNode, { declaration, supertype, filter, method, gone, given, configuration }: FilterClass): readonly TextEdit[] | string {
  const { file, source } = module;
  const specifiers = node.namedChildren.find(({ type }) => type === 'delegation_specifiers')?.namedChildren ?? [];
  const own = specifiers.find((one) => one.text.replace(/\(\s*\)$/, '').replace(/^.*\./, '') === supertype.replace(/^.*\./, ''));
  if (own === undefined) return 'its class is written in a way that nothing can be put into';
  const other = specifiers.find((one) => one !== own && one.text.includes('('));
  if (other !== undefined) return 'it extends a class of the project';
  const depth = depthOf(module, declaration.at);
  const spelled = inStyle(kotlinFilter(filter, configuration), styleOf(module), depth).trimStart();
  const edits: TextEdit[] = [{ file, start: own.startIndex, end: own.endIndex, text: spelled }];
  const head = node.namedChildren.find(({ type }) => type === 'primary_constructor');
  const parameters = given.map(({ parameter }) => parameter).join(', ');
  const name = node.namedChildren.find(({ type }) => type === 'identifier' || type === 'type_identifier');
  if (head !== undefined && given.length > 0) edits.push({ file, start: head.startIndex, end: head.endIndex, text: head.text.replace(/\([\s\S]*\)$/, () => `(${parameters})`) });
  else if (given.length > 0 && name !== undefined) edits.push({ file, start: name.endIndex, end: name.endIndex, text: `(${parameters})` });
  const body = node.namedChildren.find(({ type }) => type === 'class_body');
  if (body === undefined) return 'its class has no body';
  const goes = [method, ...gone];
  const isEmptied = body.namedChildren.every((member) => member.type.includes('comment') || goes.some((one) => one.start <= member.startIndex && member.endIndex <= one.end));
  if (!isEmptied) return [...edits, ...removed(module, goes)];
  const blanks = /[ \t]*$/.exec(source.text.slice(0, body.startIndex))![0].length;
  return [...edits, { file, start: body.startIndex - blanks, end: body.endIndex, text: '' }];
}

/** Text in the place of the lines of a member and of the comments in front of it. */
function replaced(module: JvmModule, at: Span, text: string): readonly TextEdit[] {
  const { start, end } = memberLines(module, at);
  return [{ file: module.file, start, end, text: `${text}${styleOf(module).newline}` }];
}

/** Members taken out with the comments in front of them and a blank line. */
export function removed(module: JvmModule, members: readonly Span[]): readonly TextEdit[] {
  const { text } = module.source;
  const ranges = members
    .map((at) => {
      const { start, end } = memberLines(module, at);
      return { start, end: end + (/^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(end))?.[0].length ?? 0) };
    })
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged.map(({ start, end }) => {
    // The last members of a class take the blank line in front of them.
    const before = /^[ \t]*\}/.test(text.slice(end)) ? /(?:\r\n|\n|\r(?!\n))([ \t]*(?:\r\n|\n|\r(?!\n)))$/.exec(text.slice(0, start))?.[1]!.length ?? 0 : 0;
    return { file: module.file, start: start - before, end, text: '' };
  });
}

/** The lines of a member with the comments that stand right in front of it. */
function memberLines(module: JvmModule, at: Span): { readonly start: number; readonly end: number } {
  const { text } = module.source;
  const node = nodeOf(module, at);
  let start = linesOf(text, at.start, at.start).start;
  for (let before = node?.previousNamedSibling; before !== null && before !== undefined && before.type.includes('comment'); before = before.previousNamedSibling) {
    const own = blanksBefore(text, before.startIndex);
    if (own === undefined || hasEmptyLine(text.slice(before.endIndex, linesOf(text, start, start).start))) break;
    start = linesOf(text, before.startIndex, before.startIndex).start;
  }
  return { start, end: linesOf(text, at.start, at.end).end };
}

/** Parameters for values that are injected into fields, and for those of the constructor that there is. */
export function givenFrom(module: JvmModule, named: readonly { readonly name: string; readonly field?: Field }[], constructors: readonly Constructor[]): readonly Given[] {
  const made = constructors.flatMap(({ parameters }) => parameters);
  if (made.length > 0) {
    return made.map(({ name, at }) => {
      const parameter = module.written(at).replace(/\b(?:private|protected|internal|override)\s+(?=va[lr]\b)/, '').replace(/\bva[lr]\s+/, '');
      return { name, passed: named.some((one) => one.name === name), parameter, plain: parameter.replace(/^(?:@\w+(?:\((?:[^()"]|"[^"]*")*\))?\s*)+/, '').replace(/^final\s+/, '') };
    });
  }
  return named.flatMap(({ name, field }) => {
    const annotation = field?.annotations.find((one) => /(?:^|\.)Value$/.test(one.name));
    if (field === undefined || annotation === undefined) return [];
    const rest = module.written(field.at).slice(annotation.at.end - field.at.start).replace(/=[\s\S]*$/, '').replace(/;\s*$/, '').replace(/\b(?:private|protected|public|internal|lateinit|final|va[lr])\s+/g, '').trim();
    return [{ name, parameter: `${module.written(annotation.at)} ${rest}`, plain: rest, passed: true }];
  });
}
