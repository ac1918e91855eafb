import { PRESENT } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, whenAll, type Guard } from '../../policy/program.js';
import { formatOf, isDead, needsRequest, needsResponse, type Call, type RuleSet, type Sample, type Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { converted } from './converters.js';
import { simplified } from './guards.js';
import type { Scope } from './scope.js';
import { envOf, limited, MAX_CASES, MISSING, spanOf, textValue, unknownValue, type Case, type Value } from './values.js';

/** Where an expression stands: its rule set, and whether it is asked by a condition (there `hdr` is the request's) or printed. */
export interface Place {
  readonly set: RuleSet;
  readonly use: 'test' | 'text';
}

/** The value of a sample expression. */
export function valueOf(sample: Sample, scope: Scope, place: Place): readonly Case[] {
  let cases = fetched(sample, scope, place);
  for (const converter of sample.converters) cases = limited(cases.flatMap((one) => converted(one, converter, scope)));
  return cases;
}

/** The text of a log format. */
export function textOf(word: Word, scope: Scope, place: Place): readonly Case[] {
  const at = spanOf(word);
  const { pieces } = formatOf(word);
  if (pieces === undefined) return always(unknownValue('budget', 'a very long format', at));
  let all: readonly { readonly when: Guard; readonly parts: readonly Value[] }[] = [{ when: ALWAYS, parts: [] }];
  for (const piece of pieces) {
    const next = piece.kind === 'text' ? always(textIn(word, piece, pieces.length === 1)) : piece.kind === 'sample' ? valueOf(piece.sample, scope, place) : always(aliasOf(piece.name, piece.at, scope));
    all = all.flatMap((one) => next.map(({ when, value }) => ({ when: simplified(whenAll(one.when, when)), parts: [...one.parts, value] })));
    all = all.filter(({ when }) => when.g !== 'never');
    if (all.length > MAX_CASES) return always(unknownValue('budget', 'a format with many cases', at));
  }
  return all.map(({ when, parts }) => ({ when, value: parts.length === 1 ? parts[0]! : { t: 'joined', parts, at } }));
}

/** A piece of plain text, with the variables of the environment in it. A word that is nothing else keeps its quotes in its place. */
function textIn(word: Word, { text, start, end }: { readonly text: string; readonly start: number; readonly end: number }, whole: boolean): Value {
  const holes = word.holes.filter((hole) => hole.start < end && start < hole.end);
  return textValue(text, whole ? word : word.place(start, end), envOf({ ...spanOf(word), holes }));
}

function always(value: Value): readonly Case[] {
  return [{ when: ALWAYS, value }];
}

function truth(when: Guard, at: Span): readonly Case[] {
  return always({ t: 'truth', when, at });
}

function fetched({ fetch, text }: Sample, scope: Scope, { set, use }: Place): readonly Case[] {
  const at = spanOf(fetch.at);
  const { name, args } = fetch;
  const [first, second] = args;
  const dead = use === 'test' ? isDead(name, set) : set === 'http-request' ? needsResponse(name) : needsRequest(name);
  if (dead) return MISSING;
  switch (name) {
    case 'str':
      return always(textValue(first?.text ?? '', first?.at ?? at));
    case 'int':
      return always(textValue(first?.text ?? '0', at));
    case 'bool':
      return truth(/^(?:1|true|yes|on)$/i.test(first?.text ?? '') ? ALWAYS : NEVER, at);
    case 'always_true':
    case 'req.proto_http':
    case 'req_proto_http':
    case 'wait_end':
      return truth(ALWAYS, at);
    case 'always_false':
      return truth(NEVER, at);
    case 'ssl_fc':
      return truth(scope.isTls ? ALWAYS : NEVER, at);
    case 'http_auth':
      return truth({ g: 'header', name: 'authorization', in: PRESENT }, at);
    case 'dst_port':
      return scope.ports.length === 1 ? always(textValue(String(scope.ports[0]), at)) : always(unknownValue('unsupported-syntax', 'the port of the request', at));
    case 'env':
      return always({ t: 'unknown', fact: { key: `env:${first?.text ?? ''}`, reason: 'env-variable', detail: `the value of ${first?.text ?? ''}`, at }, at });
    case 'var': {
      const known = scope.variable(first?.text ?? '');
      return second === undefined ? known : known.map((one) => (one.value.t === 'missing' ? { ...one, value: textValue(second.text, second.at) } : one));
    }
    case 'method':
    case 'capture.req.method':
      return always({ t: 'method', at });
    case 'status':
      return always({ t: 'status', at });
    case 'path':
    case 'pathq':
    case 'url':
      return scope.path(always({ t: 'path', at }));
    case 'capture.req.uri':
      return always({ t: 'path', at });
    case 'capture.req.hdr':
      return scope.capture(Number(first?.text ?? '0'));
    case 'ssl_fc_sni':
    case 'req.ssl_sni':
    case 'req_ssl_sni':
      return always({ t: 'header', name: 'host', which: 'whole', subject: 'host', lower: false, at });
    case 'hdr':
      return set === 'http-request' ? requestHeader(fetch, scope, use) : innerHeader(fetch);
    case 'req.hdr':
    case 'req.fhdr':
      return requestHeader(fetch, scope, use);
    case 'res.hdr':
    case 'res.fhdr':
    case 'shdr':
      return innerHeader(fetch);
    case 'hdr_cnt':
    case 'req.hdr_cnt':
    case 'req.fhdr_cnt':
      return counted(fetch, scope);
    case 'res.hdr_cnt':
    case 'res.fhdr_cnt':
    case 'shdr_cnt':
      return always({ t: 'count', of: 'response', name: first?.text.toLowerCase() ?? '', at });
    default:
      return always(unknownValue('unsupported-syntax', text.slice(0, 120), at));
  }
}

function requestHeader(fetch: Call, scope: Scope, use: Place['use']): readonly Case[] {
  const at = spanOf(fetch.at);
  const name = fetch.args[0]?.text.toLowerCase() ?? '';
  const occurrence = fetch.args[1];
  if (name === '') return always(unknownValue('unsupported-syntax', fetch.name, at));
  // Browsers send one Origin and one Host.
  if (occurrence !== undefined && occurrence.text !== '-1' && name !== 'origin' && name !== 'host') return always(unknownValue('unsupported-syntax', `one of several headers ${name}`, at));
  return scope.header(name) ?? sentHeader(name, fetch.name === 'req.fhdr' ? 'whole' : use === 'test' && occurrence === undefined ? 'any' : 'last', at);
}

/** A request header as the client sent it. */
export function sentHeader(name: string, which: 'any' | 'last' | 'whole', at: Span): readonly Case[] {
  return always({ t: 'header', name, which, subject: 'origin', lower: false, at: spanOf(at) });
}

function counted(fetch: Call, scope: Scope): readonly Case[] {
  const at = spanOf(fetch.at);
  const name = fetch.args[0]?.text.toLowerCase() ?? '';
  const changed = scope.header(name);
  if (changed === undefined) return always({ t: 'count', of: 'request', name, at });
  return changed.map(({ when, value }) => ({ when, value: value.t === 'missing' ? textValue('0', at) : value.t === 'header' ? ({ t: 'count', of: 'request', name: value.name, at } as const) : textValue('1', at) }));
}

function innerHeader(fetch: Call): readonly Case[] {
  return always({ t: 'inner', name: fetch.args[0]?.text.toLowerCase() ?? '', items: !fetch.name.endsWith('fhdr'), at: spanOf(fetch.at) });
}

/** Aliases that stand for parts of the request; what the others give is nothing that a header about CORS holds. */
function aliasOf(name: string, at: Span, scope: Scope): Value {
  if (name === 'HM') return { t: 'method', at };
  if (name === 'HP' || name === 'HU' || name === 'HPO') return { t: 'path', at };
  if (name === 'sslv' && !scope.isTls) return textValue('', at);
  return unknownValue('unsupported-syntax', `%${name}`, at);
}
