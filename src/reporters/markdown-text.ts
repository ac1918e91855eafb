import { visible } from './visible.js';

/** What markdown as GitHub reads it would act on: marks, HTML, cells of tables, and what it makes links, mentions, emoji and formulas of. */
const MARKS = /[&<>|`*_~[\]\\!#$:@"]|(?<=www)\./gi;

/** A text that markdown shows as it is, on one line, in a cell of a table too. */
export function markdownText(text: string): string {
  return visible(text).replace(MARKS, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** The same as code. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`;
}

/** A sentence in which what stands between backticks is code. */
export function markdownSentence(text: string): string {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? markdownCode(part) : markdownText(part))).join('');
}
