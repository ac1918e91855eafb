import { allOf, anyOf, complement, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PATCH'];
const EXPOSED =
  'Date, Etag, Server, Connection, Accept-Ranges, Content-Range, Content-Encoding, Content-Length, Content-Type, Content-Disposition, Last-Modified, Content-Language, Cache-Control, Retry-After, X-Amz-Bucket-Region, Expires, X-Amz*, X-Amz*, *';

/** rs/cors 1.11.1 with the options of MinIO's `corsHandler` (`cmd/api-router.go`): the origin comes back, `Vary` always. */
export function minioSteps(origins: OriginSet, at: Span): readonly Step[] {
  const filled = (name: string): Guard => ({ g: 'header', name, in: allOf([PRESENT, complement(exact('', at))]) });
  const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, filled('access-control-request-method'));
  const admitted: Guard = { g: 'origin', in: allOf([PRESENT, complement(exact('', at)), origins]) };
  const asked: Guard = { g: 'header', name: 'access-control-request-method', in: anyOf(METHODS.map((method) => exact(method, at))) };
  const effect = (op: Effect['op'], header: string, value: HeaderValue): Effect => ({ op, header, value, statuses: 'all', at });
  const fixed = (text: string): HeaderValue => ({ v: 'literal', text, at, written: false });
  const isNull: Guard = { g: 'header', name: 'origin', in: exact('null', at) };
  const routed = factOf(unknown('parameter', 'whether the query makes the request one that MinIO knows', at));
  const granted = [effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at }), effect('set', 'access-control-allow-credentials', fixed('true'))];
  return [
    { when: preflight, effects: [effect('append', 'vary', fixed('Origin, Access-Control-Request-Method, Access-Control-Request-Headers'))], at },
    {
      when: whenAll(preflight, admitted, asked),
      effects: [...granted, effect('set', 'access-control-allow-methods', { v: 'request-header', name: 'access-control-request-method', at })],
      at,
    },
    { when: whenAll(preflight, admitted, asked, filled('access-control-request-headers')), effects: [effect('set', 'access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at })], at },
    { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at },
    { when: unless(preflight), effects: [effect('append', 'vary', fixed('Origin'))], at },
    { when: whenAll(admitted, { g: 'method', in: METHODS }), effects: [...granted, effect('set', 'access-control-expose-headers', fixed(EXPOSED))], at },
    // Where a route takes the request, MinIO writes `*` over `null` (`setBucketForwardingMiddleware`); a POST to an object is one by its query alone.
    { when: whenAll(admitted, isNull, { g: 'method', in: ['GET', 'HEAD', 'PUT', 'DELETE'] }), effects: [effect('set', 'access-control-allow-origin', fixed('*'))], at },
    { when: whenAll(admitted, isNull, { g: 'method', in: ['POST', 'PATCH', 'OPTIONS'] }, { g: 'fact', fact: routed }), effects: [effect('set', 'access-control-allow-origin', fixed('*'))], at },
  ];
}

/** Whom the setting lets in. `invalid`: a list with an empty entry, which the server logs, and stays open to everybody. */
export function entriesOf(file: YamlFile, value: Exclude<Value, { kind: 'either' }>): { readonly set: OriginSet; readonly invalid?: Span } {
  if (value.kind === 'nothing') return { set: PRESENT };
  if (value.kind !== 'string') return { set: { s: 'dynamic', why: factOf(value.kind === 'env' || value.kind === 'unknown' ? value : unknown('template-syntax', 'a text that is put together when the container is made', value.at)), lower: NONE, upper: PRESENT, exactTexts: false, at: value.at } };
  // Blanks around the whole are cut, those of an entry are not.
  const list = value.value.trim();
  if (list === '') return { set: PRESENT };
  const texts = list.split(',');
  if (texts.includes('')) return { set: PRESENT, invalid: value.at };
  const written = file.source.text.slice(value.at.start, value.at.end);
  let from = written.indexOf(list);
  return {
    set: anyOf(
      texts.map((text) => {
        const at = from === -1 ? value.at : { file: value.at.file, start: value.at.start + from, end: value.at.start + from + text.length };
        if (from !== -1) from += text.length + 1;
        return entrySet(text, at);
      }),
    ),
  };
}

/** `*` is any text, `?` any character; blanks belong to an entry, which then fits no origin. */
function entrySet(text: string, at: Span): OriginSet {
  if (text === '*') return PRESENT;
  if (text.includes('?')) return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', `what \`${text}\` fits`, at)), lower: NONE, upper: PRESENT, exactTexts: false, at };
  return text.includes('*') ? { s: 'glob', text, star: 'any-text', ignoreCase: false, ports: 'as-written', at } : exact(text, at);
}
