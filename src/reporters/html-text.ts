import { visible } from './visible.js';

/** Text of HTML that is safe to put into a page: made by `html` alone. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template. Nothing comes of `undefined` and `false`; parts of a list follow one another. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** A piece of HTML. What is put into it is text and escaped, in elements and in quoted attributes, unless it is HTML itself. */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(template.reduce((text, piece, index) => text + written(parts[index - 1]) + piece));
}

function written(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(written).join('') : escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (mark) => ENTITIES[mark]!);
}
