import type { Annotated } from '../../middleware/ingress/annotations.js';
import type { Piece } from '../../middleware/ingress/embedded-text.js';
import type { ImageVersion } from '../../middleware/ingress/version.js';
import { leavesOf } from '../../origins/origin-set.js';
import { ALWAYS, type Effect } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { program } from './program.js';

/**
 * The lines that the controller writes into a location for `enable-cors`: a variable tells whether the origin is one of
 * the list, and two `if` blocks send the headers and answer OPTIONS. Undefined where a value is not known. The controller
 * leaves the start of its pattern open, which admits schemes that no browser sends; here it is closed.
 */
export function corsText(annotated: Annotated, at: Span, version: ImageVersion): readonly Piece[] | undefined {
  const { steps } = program(annotated, ALWAYS, ALWAYS, '/', at, version);
  const piece = (text: string, place: Span = at): Piece => ({ text: `${text}\n`, at: place, verbatim: false });
  const headers = steps.flatMap(({ effects }) => effects);
  const lines = headers.map((effect) => lineOf(effect));
  const [first] = steps;
  if (first === undefined) return [];
  const guards = first.when.g === 'origin' ? [...leavesOf(first.when.in)].flatMap(({ leaf }) => ('text' in leaf ? [leaf.text] : [])) : undefined;
  const open = steps.some(({ when }) => when.g === 'fact' || (when.g === 'and' && when.of.some(({ g }) => g === 'fact')));
  if (open || lines.includes(undefined) || steps.filter(({ end }) => end !== undefined).length !== 1) return undefined;
  const known = lines.flatMap((line, index) => (line === undefined ? [] : [piece(line, headers[index]?.at)]));
  const originAt = first.at;
  const test = guards === undefined ? [piece('set $http_origin *;', originAt), piece("set $cors 'true';", originAt)] : [piece(`if ($http_origin ~* ^(${guards.map(patternFor).join('|')})$ ) { set $cors 'true'; }`, originAt)];
  return [...test, piece("if ($request_method = 'OPTIONS') { set $cors ${cors}options; }"), piece('if ($cors = "true") {'), ...known, piece('}'), piece('if ($cors = "trueoptions") {'), ...known, piece('return 204; }')];
}

function lineOf({ header, value }: Effect): string | undefined {
  if (header === 'access-control-allow-origin' && (value.v === 'request-header' || value.v === 'literal')) return "more_set_headers 'Access-Control-Allow-Origin: $http_origin';";
  return value.v === 'literal' && !/['\\$]/.test(value.text) ? `more_set_headers '${header}: ${value.text}';` : undefined;
}

function patternFor(entry: string): string {
  return `(${entry.replace(/[.+?^$()[\]{}|\\]/g, '\\$&').replace('*', '[A-Za-z0-9-]+')})`;
}
