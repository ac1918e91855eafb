import type { Revised } from '../../engine.js';
import { setAround, type Place } from '../../middleware/nginx/places.js';
import type { Policy } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import { contains, sameSpan, spanKey, type Span } from '../../text/span.js';
import { configurationsOf, CORS_HEADER, Sources, textsIn, variablesIn, VARY } from './configuration.js';
import { replaced, withComments } from './lines.js';

/** Headers that only describe the empty answer to a preflight. */
const OF_ANSWER = /^content-(?:type|length)$/i;

/**
 * Lines that write or hide headers of CORS taken out, with the `if`s that have nothing else to do, the answers to
 * preflights among them, and the maps that only they asked.
 * @param places of the lines
 * @returns undefined where something else than a line of nginx sends a header
 */
export function corsLinesRemoved(repository: Revised, policy: Policy, places: readonly Span[]): readonly TextEdit[] | undefined {
  const configuration = configurationsOf(repository).find(({ policies }) => policies.includes(policy));
  if (configuration === undefined) return undefined;
  const sources = new Sources(repository.files);
  const lines = configuration.places.filter(({ directive }) => places.some((at) => sameSpan(directive.at, at)));
  if (lines.length === 0 || lines.some(({ directive }) => !isOfCors(directive)) || places.some((at) => !lines.some(({ directive }) => sameSpan(directive.at, at)))) return undefined;
  const gone = new Set(lines.map(({ directive }) => directive));
  const idle = configuration.places.filter((place) => place.directive.name === 'if' && isNear(place, lines) && isIdle(place.directive, gone));
  for (const { directive } of idle) for (const inner of [directive, ...(directive.block ?? [])]) gone.add(inner);
  for (const { directive } of mapsOf(configuration.places, gone)) gone.add(directive);
  const emptied = lines.flatMap((line) => (isLastAgainstOuter(line, gone) ? [line.directive] : []));
  for (const directive of emptied) gone.delete(directive);
  const without = [...new Set([...gone].map(({ whole }) => whole.file))].flatMap((file) => {
    const source = sources.at({ file });
    const own = [...gone].filter(({ whole }) => whole.file === file);
    const outermost = own.filter(({ whole }) => !own.some((other) => !sameSpan(other.whole, whole) && contains(other.whole, whole)));
    return replaced(source, unique(outermost.map(({ whole }) => withComments(source, whole))));
  });
  return [...without, ...unique(emptied.map(({ args }) => args[1]!)).map(({ file, start, end }): TextEdit => ({ file, start, end, text: '""' }))];
}

/** A part that is included several times stands in several places, with the same spans. */
function unique<One extends Span>(spans: readonly One[]): readonly One[] {
  return [...new Map(spans.map((span) => [spanKey(span), span])).values()];
}

function isOfCors({ name, args }: Directive): boolean {
  if (name === 'add_header' || name.endsWith('_hide_header')) return CORS_HEADER.test(args[0]?.text ?? '');
  return name === 'more_set_headers' && args.every(({ text }) => CORS_HEADER.test(text));
}

/** Does it stand in the same block as one of the lines, or around one? */
function isNear({ directive, level, block }: Place, lines: readonly Place[]): boolean {
  return lines.some((line) => line.level === level || line.block?.directive === directive || line.block?.block?.directive === block?.directive);
}

/** An `if` about the method or the origin that has nothing to do once the lines are gone. */
function isIdle({ args, block }: Directive, gone: ReadonlySet<Directive>): boolean {
  const asked = args.map(({ text }) => text).join(' ');
  if (block === undefined || !/\$(?:request_method|http_origin|cors\w*)\b/i.test(asked)) return false;
  const answers = /\$request_method\b/.test(asked) && /\bOPTIONS\b/.test(asked);
  return block.length > 0 && block.every((inner) => gone.has(inner) || (inner.name === 'add_header' && (CORS_HEADER.test(inner.args[0]?.text ?? '') || VARY.test(inner.args[0]?.text ?? '') || OF_ANSWER.test(inner.args[0]?.text ?? ''))) || (answers && inner.name === 'return' && /^20[04]$/.test(inner.args[0]?.text ?? '')));
}

/** `map`s whose variable nothing asks for but what goes. */
function mapsOf(places: readonly Place[], gone: ReadonlySet<Directive>): readonly Place[] {
  const asked = new Set([...gone].flatMap((directive) => [...textsIn(directive)].flatMap(variablesIn)));
  return places.filter(({ directive: { name, args, block } }) => {
    const [variable] = variablesIn(args[1]?.text ?? '');
    if (name !== 'map' || variable === undefined || !asked.has(variable)) return false;
    return !places.some(({ directive: other, block: around }) => !gone.has(other) && other.block !== block && around?.directive.block !== block && other.args.some(({ text }) => variablesIn(text).includes(variable)));
  });
}

/** The last line of its level, without which the level would begin to inherit lines of the one around it that stay. */
function isLastAgainstOuter(place: Place, gone: ReadonlySet<Directive>): boolean {
  if (place.directive.name !== 'add_header' || (place.block !== undefined && gone.has(place.block.directive))) return false;
  const { own, around } = setAround(place, 'add_header');
  return own.every((line) => gone.has(line)) && own.at(-1) === place.directive && around.some((line) => !gone.has(line));
}
