import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, type Value } from '../../values/value.js';

/** Where a rule of a proxy passes requests on to. */
export interface Target {
  readonly when: Guard;
  /** With `$NAME` or `{what}` in it where the text does not tell. */
  readonly host: string;
  /** Null: not known. */
  readonly port: number | null;
  /** What is put in front of every path; empty where nothing is. */
  readonly path: string;
  readonly at: Span;
}

/** The targets that `target` of `http-proxy` may be: a URL, or its parts (https://github.com/http-party/node-http-proxy#options). */
export function targetsOf(target: Value): readonly Target[] {
  return casesOf(target).flatMap(({ when, value }) => {
    if (value.kind === 'record') return partsIn(value).map((one) => ({ ...one, when: whenAll(when, one.when) }));
    return spelled(value).map(({ when: inner, text }) => ({ ...addressIn(text), when: whenAll(when, inner), at: value.at }));
  });
}

/** `{ protocol, host, port }` */
function partsIn(parts: Value & { readonly kind: 'record' }): readonly Target[] {
  const part = (...names: readonly string[]): Value | undefined => names.map((name) => entry(parts, name)?.value).find((value) => value !== undefined && value.kind !== 'nothing');
  const host = part('hostname', 'host');
  if (host === undefined) return [];
  const protocol = part('protocol');
  const scheme = protocol?.kind === 'string' ? protocol.value.replace(/:?$/, ':') : 'http:';
  const port = part('port');
  const texts = port === undefined ? spelled(host) : spelled(host).flatMap((one) => spelled(port).map((other) => ({ when: whenAll(one.when, other.when), text: `${one.text}:${other.text}` })));
  return texts.map(({ when, text }) => ({ ...addressIn(`${scheme}//${text}`), when, at: parts.at }));
}

function addressIn(text: string): Pick<Target, 'host' | 'port' | 'path'> {
  const [, scheme = 'http', authority, path = ''] = /^(?:([a-z][a-z0-9+.-]*):)?\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/i.exec(text) ?? [];
  if (authority === undefined || /[${]/.test(authority)) return { host: authority ?? text, port: null, path: '' };
  const [, host = authority, port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
  return { host, port: port === undefined ? (/^(?:https|wss)$/i.test(scheme) ? 443 : 80) : Number(port), path: path.replace(/\/$/, '') };
}

interface Spelling {
  readonly when: Guard;
  readonly text: string;
}

/** The texts that a value may be; without one where it is missing. */
function spelled(value: Value): readonly Spelling[] {
  return casesOf(value).flatMap(({ when, value: one }): readonly Spelling[] => {
    if (one.kind === 'nothing') return [];
    if (one.kind !== 'concat') return [{ when, text: shown(one) }];
    return one.parts.reduce<readonly Spelling[]>((texts, part) => texts.flatMap((text) => spelled(part).map((next) => ({ when: whenAll(text.when, next.when), text: text.text + next.text }))), [{ when: whenAll(ALWAYS, when), text: '' }]);
  });
}

/** Names what is open as layers name it. */
function shown(value: Value): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'number':
      return String(value.value);
    case 'env':
      return `$${value.name}`;
    case 'unknown':
      return `{${value.detail}}`;
    default:
      return '{code that is not followed}';
  }
}
