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

/** A path that may go on in a new line behind each slash. */
export function breakable(path: string): Html {
  return html`${path.split('/').map((part, index) => html`${index === 0 ? undefined : html`/<wbr>`}${part}`)}`;
}

/** A message of ours, in which backticks stand around what is code. */
export function message(text: string): Html {
  const parts = text.split('`');
  // A lone one stands for itself.
  return parts.length % 2 === 0 ? html`${text}` : html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
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
