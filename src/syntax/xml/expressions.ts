/**
 * Policies of Azure API Management hold C# in texts and attributes, `@(…)` and `@{…}`, with quotes and angle brackets as
 * they are. For the parser these signs are put aside, one for one, so that places stay what they are.
 */
const ASIDE: Readonly<Record<string, string>> = { '"': '\uE022', '<': '\uE03C', '>': '\uE03E', '&': '\uE026', "'": '\uE027' };
const BACK = new Map(Object.entries(ASIDE).map(([sign, aside]) => [aside, sign]));

/** Longer ones are no expressions that people write, and a file with many that do not close is broken. */
const MAX_LENGTH = 20_000;
const MAX_BROKEN = 20;

const BEGINS = /(?<=["'>]\s{0,200})@[({]/g;

/** The text with the expressions' own signs put aside; the text itself where it is no policy. */
export function withoutExpressions(text: string): string {
  if (!/^(?:\uFEFF)?\s*(?:<!--[^]*?-->\s*)*<(?:policies|fragment)[\s>]/.test(text)) return text;
  let result = '';
  let from = 0;
  let broken = 0;
  for (const match of text.matchAll(BEGINS)) {
    if (match.index < from) continue;
    const end = endOf(text, match.index + 1);
    if (end === undefined) {
      broken += 1;
      if (broken > MAX_BROKEN) break;
      continue;
    }
    result += text.slice(from, match.index) + text.slice(match.index, end).replace(/["<>&']/g, (sign) => ASIDE[sign]!);
    from = end;
  }
  return result + text.slice(from);
}

/** What was put aside, in its place again; entities are written out in policies that are XML as they stand. */
export function withExpressions(text: string): string {
  return text.replace(/[\uE022\uE026\uE027\uE03C\uE03E]/g, (aside) => BACK.get(aside) ?? aside);
}

/** Where the bracket at a place closes; brackets in texts of C# do not count. */
function endOf(text: string, start: number): number | undefined {
  const [open, close] = text[start] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  const last = Math.min(text.length, start + MAX_LENGTH);
  for (let index = start; index < last; index += 1) {
    const sign = text[index];
    if (sign === '"') {
      const quote = text.slice(index + 1, last).indexOf('"');
      if (quote === -1) return undefined;
      index += quote + 1;
    } else if (sign === open) depth += 1;
    else if (sign === close && (depth -= 1) === 0) return index + 1;
  }
  return undefined;
}
