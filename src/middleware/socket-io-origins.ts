import { ANY, NONE, anyOf, type OriginSet } from '../origins/origin-set.js';
import { unknownExact } from '../policy/from-condition.js';
import { factOf, unknown, type Value } from '../values/value.js';
import { underFacts } from './options.js';

/**
 * Origins whose handshakes socket.io 2 takes. An entry is `scheme://host:port`, `host:port`, `host:*`, `*:port` or
 * `*:*`; the port of an Origin without one is that of its scheme. A text is searched and not compared, so the end of a
 * written host is enough. Requests without Origin and those of `null` need `*:*`.
 */
export function handshakeOrigins(value: Value): OriginSet {
  switch (value.kind) {
    case 'string':
      return value.value.includes('*:*') ? ANY : anyOf(value.value.split(/\s+/).map((text) => entrySet(text, true, value)));
    case 'list':
      return anyOf([...value.items.map((item) => (item.kind === 'string' ? entrySet(item.value, false, item) : handshakeOrigins(item))), ...(value.rest === undefined ? [] : [unknownExact(factOf(value.rest), value.rest.at)])]);
    case 'either':
      return anyOf(value.options.map(({ when, value: option }) => underFacts(when, handshakeOrigins(option), value.at)));
    // `origins || '*:*'`
    case 'nothing':
      return ANY;
    case 'env':
    case 'unknown':
      return unknownExact(factOf(value), value.at);
    default:
      return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', 'a function that decides on origins', value.at)), lower: NONE, upper: ANY, exactTexts: false, at: value.at };
  }
}

function entrySet(text: string, searched: boolean, value: Value): OriginSet {
  if (text === '*:*') return ANY;
  const [, scheme, host, port] = /^(?:([a-z]+):\/\/)?([^/]*?):(\d+|\*)$/i.exec(text) ?? [];
  if (host === undefined || port === undefined) return NONE;
  const hosts = host === '*' ? '[^/:]+' : searched ? [...host].map((_letter, index) => escaped(host.slice(index))).join('|') : escaped(host);
  const schemes = scheme === undefined || searched ? '[a-z][a-z0-9+.-]*' : escaped(scheme);
  const written = port === '*' ? '(?::\\d+)?' : `:${port}`;
  const standard = port === '443' ? 'https' : port === '80' ? 'http' : undefined;
  const explicit = `${schemes}://(?:${hosts})${written}`;
  const implied = standard === undefined || (scheme !== undefined && !searched && scheme.toLowerCase() !== standard) ? [] : [`${standard}://(?:${hosts})`];
  return { s: 'regex', source: `^(?:${[explicit, ...implied].join('|')})$`, flags: 'i', dialect: 'js', use: 'search', subject: 'origin', at: value.at };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
