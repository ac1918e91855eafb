import { admits } from '../../origins/membership.js';
import { ABSENT, ANY, anyOf, complement, exact, type AffixSet, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { clientIn } from '../../middleware/client-networks.js';
import { ALWAYS, NEVER, unless, whenAll, type Guard } from '../../policy/program.js';
import { knownText, type Condition, type Scope } from '../../syntax/lighttpd/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf } from '../../values/value.js';
import type { Socket } from './sockets.js';

/** Methods that lighttpd knows and browsers send. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `$HTTP["…"]` for what is a request header. */
const HEADERS: Readonly<Record<string, string>> = { referer: 'referer', useragent: 'user-agent', 'user-agent': 'user-agent', cookie: 'cookie', language: 'accept-language' };

/** When the scopes of a configuration are in force for requests that come to one socket. */
export class Conditions {
  readonly #guards = new Map<number, Guard>();

  constructor(
    private readonly socket: Socket,
    /** When the path is in a set, as lighttpd sees it: `url.rewrite` comes before everything. */
    readonly path: (set: OriginSet) => Guard,
  ) {}

  /** The block's own condition, those of the blocks around it, and that none before it in its chain holds. */
  of(scope: Scope): Guard {
    const chain: Scope[] = [];
    for (let one: Scope | undefined = scope; one !== undefined && !this.#guards.has(one.index); one = one.parent) chain.push(one);
    for (const one of chain.reverse()) this.#guards.set(one.index, this.#whole(one));
    return this.#guards.get(scope.index)!;
  }

  #whole({ parent, previous, condition }: Scope): Guard {
    if (parent === undefined) return ALWAYS;
    const own = condition === undefined ? ALWAYS : this.#own(condition);
    if (previous === undefined) return whenAll(this.of(parent), own);
    const others: Guard[] = [];
    for (let one: Scope | undefined = previous; one !== undefined; one = one.previous) others.push(one.condition === undefined ? NEVER : unless(this.#own(one.condition)));
    return whenAll(this.of(parent), ...others.reverse(), own);
  }

  readonly #own = (condition: Condition): Guard => {
    const { object, field, text } = condition;
    if (object === 'SERVER') return this.#socket(condition);
    if (text.value.kind !== 'string') return { g: 'fact', fact: text.value.kind === 'env' ? factOf(text.value) : open(text.at, 'a text from the environment', `env@${text.at.start}`) };
    if (object === 'REQUEST_HEADER') return headerGuard(field.toLowerCase(), headerSet(condition));
    switch (field) {
      case 'url':
        return this.path(headerSet(condition, false));
      case 'host':
        return hostGuard(condition);
      case 'request-method':
        return { g: 'method', in: METHODS.filter((method) => admits(headerSet(condition, false), method, () => undefined) === true) };
      case 'scheme':
        return this.#scheme(condition);
      default:
        if (HEADERS[field] !== undefined) return headerGuard(HEADERS[field], headerSet(condition));
        if (/^remote-?ip$/.test(field) && /^[!=]=$/.test(condition.operator)) return clientGuard(condition);
        return unknownGuard(condition, field.startsWith('remote') ? 'the address of the client' : 'the query of the request');
    }
  };

  #socket(condition: Condition): Guard {
    const wanted = knownText(condition.text);
    if (wanted === undefined || this.socket.address === undefined) return unknownGuard(condition, 'the address that the request came to');
    const set = condition.operator === '==' || condition.operator === '!=' ? textSet(condition, normalised(wanted)) : textSet(condition, wanted);
    const holds = admits(set, normalised(this.socket.address), () => undefined);
    return holds === true ? ALWAYS : holds === false ? NEVER : { g: 'fact', fact: holds };
  }

  #scheme(condition: Condition): Guard {
    if (this.socket.scheme === undefined) return unknownGuard(condition, 'the scheme that the request came by');
    const holds = admits(textSet(condition, knownText(condition.text) ?? ''), this.socket.scheme, () => undefined);
    return holds === true ? ALWAYS : holds === false ? NEVER : { g: 'fact', fact: holds };
  }
}

/** `:443`, `0.0.0.0:443`, `*:443` are one address. */
export function normalised(address: string): string {
  return address.replace(/^(?:0\.0\.0\.0|\*)?(?=:\d+$)/, '');
}

/** The texts for which a condition holds; an absent header is the empty text. */
function headerSet(condition: Condition, mayBeAbsent = true): OriginSet {
  const set = textSet(condition, knownText(condition.text) ?? '');
  if (!mayBeAbsent) return set;
  const empty = admits(set, '', () => undefined);
  if (empty === true) return anyOf([ABSENT, set]);
  return negated(condition) ? { s: 'and', of: [complement(ABSENT), set] } : set;
}

function negated({ operator }: Condition): boolean {
  return operator === '!=' || operator === '!~';
}

function textSet({ operator, text }: Condition, wanted: string): OriginSet {
  const at = text.value.at;
  const affix = (s: 'prefix' | 'suffix'): AffixSet => ({ s, text: wanted, subject: 'origin', ignoreCase: false, at });
  const regex = (): RegexSet => ({ s: 'regex', source: wanted, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at });
  switch (operator) {
    case '==':
      return exact(wanted, at);
    case '!=':
      return complement(exact(wanted, at));
    case '=~':
      return wanted === '' ? ANY : regex();
    case '!~':
      return complement(wanted === '' ? ANY : regex());
    case '=^':
      return wanted === '' ? ANY : affix('prefix');
    case '=$':
      return wanted === '' ? ANY : affix('suffix');
  }
}

function headerGuard(name: string, set: OriginSet): Guard {
  return name === 'origin' ? { g: 'origin', in: set } : { g: 'header', name, in: set };
}

/** Names compare with the host as sent, in lower case, where a port on one side only does not matter. */
function hostGuard(condition: Condition): Guard {
  const wanted = knownText(condition.text) ?? '';
  const { operator } = condition;
  if (operator === '==' || operator === '!=') return { g: 'host', in: textSet(condition, wanted.replace(/:\d+$/, '')) };
  // A pattern that asks for a port would be asked about a text that has it.
  if (/:(?!\]|[=!<])/.test(wanted.replaceAll('(?:', ''))) return unknownGuard(condition, 'the port that the request was sent to');
  return { g: 'host', in: textSet(condition, wanted) };
}

function clientGuard(condition: Condition): Guard {
  const guard: Guard = { g: 'fact', fact: clientIn('lighttpd', [knownText(condition.text) ?? ''], condition.text.at) };
  return negated(condition) ? unless(guard) : guard;
}

/** The same question has the same answer wherever it stands. */
function unknownGuard(condition: Condition, detail: string): Guard {
  const { object, field, operator, text } = condition;
  const plain = operator === '!=' ? '==' : operator === '!~' ? '=~' : operator;
  const guard: Guard = { g: 'fact', fact: open(text.at, detail, `${object} ${field} ${plain} ${knownText(text) ?? text.at.start}`) };
  return negated(condition) ? unless(guard) : guard;
}

function open(at: Span, detail: string, key: string): Fact {
  return { key: `lighttpd:${key}`, reason: 'unsupported-syntax', detail, at };
}
