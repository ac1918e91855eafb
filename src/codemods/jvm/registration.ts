import { nameNode, type ClassDeclaration, type JvmModule, type Method } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { contains, type Span } from '../../text/span.js';
import { sourcesOf } from './application.js';
import { droppingUnused } from './imports.js';
import { nodeOf, removeAnnotation } from './members.js';
import { callsIn } from './security-chains.js';
import { linesOf } from './style.js';

/**
 * What sends the headers of CORS taken out of a file, with what only it imported: `@CrossOrigin` of classes and methods,
 * `addCorsMappings`, beans that are a filter or a source of CORS.
 * @param places what sends them
 * @returns undefined where something else does
 */
export function corsRemoved(module: JvmModule, places: readonly Span[]): readonly TextEdit[] | undefined {
  const edits = new Map<number, TextEdit>();
  for (const place of places) {
    const edit = annotationRemoved(module, place) ?? memberRemoved(module, place);
    if (edit === undefined) return undefined;
    edits.set(edit.start, edit);
  }
  const gone = [...edits.values()].filter((edit, _index, all) => !all.some((other) => other !== edit && contains(other, edit)));
  const removed = gone.map(({ start, end }) => module.source.text.slice(start, end)).join('\n');
  const names = module.unit.imports.filter(({ as, all }) => !all && new RegExp(`\\b${as}\\b`).test(removed)).map(({ name }) => name);
  return [...gone, ...droppingUnused(module, names, gone)];
}

function annotationRemoved(module: JvmModule, place: Span): TextEdit | undefined {
  let node: SyntaxNode | null | undefined = nodeOf(module, place) ?? module.root.descendantForIndex(place.start, Math.max(place.start, place.end - 1));
  while (node !== null && node !== undefined && !/^(?:marker_)?annotation$/.test(node.type)) node = node.parent;
  return node !== null && node !== undefined && /^@(?:[\w.]+\.)?CrossOrigin\b/.test(node.text) ? removeAnnotation(module, { file: module.file, start: node.startIndex, end: node.endIndex }) : undefined;
}

/** Types of beans that are nothing but CORS. */
const FILTER = /^(?:[\w.]+\.)?(?:Cors(?:Web)?Filter|FilterRegistrationBean<(?:[\w.]+\.)?CorsFilter>)$/;
const SOURCE = /^(?:[\w.]+\.)?(?:UrlBased)?CorsConfigurationSource$/;
const CONFIGURER = /^(?:[\w.]+\.)?Web(?:Mvc|Flux)Configurer$/;

/** The method around a place that does nothing but CORS, with its lines, where nothing else asks for it. */
function memberRemoved(module: JvmModule, place: Span): TextEdit | undefined {
  const all = (classes: readonly ClassDeclaration[]): readonly ClassDeclaration[] => classes.flatMap((one) => [one, ...all(one.classes)]);
  const around = all(module.unit.classes).flatMap(({ methods }) => methods).filter(({ at }) => contains(at, place));
  const method = around.find((one) => isCors(module, one));
  if (method === undefined) return undefined;
  return isAskedFor(module, method) ? undefined : memberEdit(module, method.at);
}

/** Does something call it, or may it be given what it makes, by its name or its type? */
function isAskedFor(module: JvmModule, { name, type = '', at }: Method): boolean {
  const asking = callsIn(module.root).some((call) => nameNode(call)?.text === name && !(at.start <= call.startIndex && call.endIndex <= at.end));
  const elsewhere = new RegExp(`[.:]\\s*${name}\\b|"${name}"${SOURCE.test(type) ? '|\\bCorsConfigurationSource\\b' : ''}`);
  return asking || (name !== 'addCorsMappings' && sourcesOf(module, elsewhere).some((path) => path !== module.file));
}

function isCors(module: JvmModule, { name, type = '', at, annotations }: Method): boolean {
  const isBean = annotations.some((one) => /(?:^|\.)Bean$/.test(one.name));
  const written = module.written(at);
  if (isBean && (FILTER.test(type) || SOURCE.test(type))) return true;
  // A class without a name that configures nothing else.
  if (isBean && CONFIGURER.test(type)) return (written.match(/@Override\b|\boverride\s+fun\b/g)?.length ?? 0) === 1 && /\baddCorsMappings\b/.test(written);
  return name === 'addCorsMappings';
}

/** A member with its lines, the documentation and comments right above it, and one blank line. */
function memberEdit(module: JvmModule, at: Span): TextEdit {
  const { text } = module.source;
  let { start } = linesOf(text, at.start, at.start);
  for (let before = nodeOf(module, at)?.previousNamedSibling; before !== null && before !== undefined && /comment/.test(before.type) && text.slice(before.endIndex, start).trim() === ''; before = before.previousNamedSibling) start = linesOf(text, before.startIndex, before.startIndex).start;
  const { end } = linesOf(text, at.end, at.end);
  const above = /(?:(?<=\n)[ \t]*\r?\n)+$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const isLast = /^\s*\}/.test(text.slice(end));
  const below = /^(?:[ \t]*(?:\r\n|\n|\r))+/.exec(text.slice(end))?.[0].length ?? 0;
  return { file: module.file, start: isLast ? start - above : start, end: isLast ? end : end + below, text: '' };
}
