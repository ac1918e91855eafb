/** One source of a variable: `self:custom.origin`, `opt:stage`, `file(./cors.yml):api`, or a value in its place. */
export type Source =
  | { readonly s: 'literal'; readonly value: string | number | boolean | null }
  /** `address` and `parameter` may hold variables themselves. */
  | { readonly s: 'named'; readonly type: string; readonly parameter: string; readonly address: string };

/** A piece of a text: as it stands, or a variable with its sources, of which the first that has a value counts. */
export type Piece = { readonly text: string; readonly start: number } | { readonly sources: readonly Source[]; readonly start: number; readonly end: number };

/** Variables in variables past which a text is none that people write. */
const MAX_DEPTH = 8;
const MAX_SOURCES = 16;

/**
 * Splits a text at its `${…}`: those of Serverless Framework may hold others. What begins like a variable and is none,
 * such as `${AWS::Region}` in a text for `Fn::Sub`, stays text. Undefined for one that is nested too deeply, has too many sources or is not closed.
 */
export function piecesOf(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', from)) {
    const end = endOf(text, start);
    if (end === undefined) return undefined;
    const parts = splitAtCommas(text.slice(start + 2, end));
    if (parts.length > MAX_SOURCES) return undefined;
    const sources = sourcesOf(parts);
    if (start > from) pieces.push({ text: text.slice(from, start), start: from });
    pieces.push(sources === undefined ? { text: text.slice(start, end + 1), start } : { sources, start, end: end + 1 });
    from = end + 1;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), start: from });
  return pieces;
}

/** Where the variable that begins at a place has its `}`. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    if (text.startsWith('${', index)) {
      depth += 1;
      if (depth > MAX_DEPTH) return undefined;
      index += 1;
    } else if (text[index] === '}') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return undefined;
}

const NAMED = /^([A-Za-z][\w-]*)(?:\(([^()]*)\))?(?::([^]*))?$/;

function sourcesOf(parts: readonly string[]): readonly Source[] | undefined {
  const sources = parts.map((part) => sourceOf(part.trim()));
  const known = sources.flatMap((source) => source ?? []);
  return known.length === sources.length ? known : undefined;
}

function sourceOf(part: string): Source | undefined {
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(part);
  if (quoted !== null) return { s: 'literal', value: quoted[1] ?? quoted[2] ?? '' };
  if (/^-?\d+(?:\.\d+)?$/.test(part)) return { s: 'literal', value: Number(part) };
  if (part === 'true' || part === 'false') return { s: 'literal', value: part === 'true' };
  if (part === 'null') return { s: 'literal', value: null };
  // As a fallback a variable may stand in braces of its own.
  const inner = /^\$\{([^]*)\}$/.exec(part)?.[1];
  const nested = inner === undefined ? undefined : sourcesOf(splitAtCommas(inner));
  if (nested?.length === 1) return nested[0];
  const [, type, parameter, address] = NAMED.exec(part) ?? [];
  // `AWS::Region` is CloudFormation's.
  return type === undefined || (parameter === undefined && address === undefined) || address?.startsWith(':') === true ? undefined : { s: 'named', type, parameter: parameter ?? '', address: address ?? '' };
}

/** At commas that stand in no quotes, no brackets and no variable. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index]!;
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
    } else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === '{' || sign === '(') depth += 1;
    else if (sign === '}' || sign === ')') depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, text.slice(from)];
}
