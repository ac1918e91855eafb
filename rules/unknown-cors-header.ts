/**
 * A response header that starts with `Access-Control-` but is none of those that browsers know: it is sent and does
 * nothing. Most are misspelt (`Allow-Origins`, `Allowed-Methods`), so what they were to grant is refused.
 *
 * Upper and lower case are the same. Request headers (`Access-Control-Request-Method`) mean nothing in a response.
 */
import { askingFirst, linesOf, type Ask, type Client } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { isHidden, spelled } from '../src/findings/lists.js';
import { defineRule, type Proposal } from '../src/findings/rule.js';
import type { Effect, Policy, Probe } from '../src/policy/program.js';
import { acceptedCandidates, effectsOn } from '../src/policy/views.js';
import { nearest } from '../src/text/nearest.js';
import { sameSpan } from '../src/text/span.js';

export default defineRule({
  title: 'Not a CORS response header',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#http-responses'],
  messages: {
    missing: 'Browsers do not know `{name}`, and nothing sends `{meant}`: {what}.',
    needless: 'Browsers do not know `{name}`; `{meant}` is what they read.',
    unknown: 'Browsers do not know `{name}`: it does nothing.',
  },
  *check(policy, ask) {
    const unknown = policy.steps.flatMap(({ effects }) => effects).filter(({ op, header }) => op !== 'remove' && header.startsWith(PREFIX) && !KNOWN.includes(header) && header !== OBSOLETE);
    for (const effect of unknown) {
      const meant = meantBy(effect.header);
      for (const probe of ask.probes) {
        const sent = sending(policy, ask, probe, effect);
        if (sent === undefined) continue;
        const missing = meant === undefined ? undefined : withoutIt(policy, ask, probe, meant, textOf(effect));
        yield {
          message: missing !== undefined ? 'missing' : meant !== undefined ? 'needless' : 'unknown',
          data: { name: spelled(effect.header), meant: spelled(meant ?? ''), what: missing?.what ?? '' },
          class: missing === undefined ? 'hygiene' : 'broken-in-browser',
          at: effect.at,
          witness: missing?.witness ?? sent,
          proposals: meant === undefined ? [] : mending(policy, effect, meant, missing !== undefined),
        };
        break;
      }
    }
  },
});

const PREFIX = 'access-control-';
const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';
const METHODS = 'access-control-allow-methods';
const HEADERS = 'access-control-allow-headers';
const EXPOSED = 'access-control-expose-headers';
const KNOWN: readonly string[] = [ORIGIN, CREDENTIALS, METHODS, HEADERS, EXPOSED, 'access-control-max-age'];
/** Of a draft that browsers had for a while; another rule speaks of it. */
const OBSOLETE = 'access-control-allow-private-network';

/** The header that a name stands for, more or less: `allowed-methods`, `origin`, `request-headers`. */
function meantBy(header: string): string | undefined {
  const name = header.slice(PREFIX.length);
  const known = KNOWN.map((one) => one.slice(PREFIX.length));
  const close = nearest(name.replace(/^request-/, 'allow-'), known) ?? nearest(`allow-${name}`, known);
  return close === undefined ? undefined : PREFIX + close;
}

/** An exchange in which the header is sent, to a page of an origin that may be meant. */
function sending(policy: Policy, ask: Ask, probe: Probe, effect: Effect): Exchange | undefined {
  const isSent = ({ preflight, response }: Exchange): boolean => [...(preflight?.headers ?? []), ...response.headers].some(({ name, at }) => name === effect.header && at !== undefined && sameSpan(at, effect.at));
  return origins(policy, ask, probe, textOf(effect)).flatMap((origin) => [{ origin }, { origin, ...askingFirst(probe) }].flatMap((client) => ask.exchanges(probe, client))).find(isSent);
}

function textOf({ value }: Effect): string {
  return value.v === 'literal' ? value.text : '';
}

function origins(policy: Policy, ask: Ask, probe: Probe, text: string): readonly string[] {
  const accepted = ask.accepted(probe);
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^/\s,]+$/.test(text) ? [text] : [];
  return accepted.length > 0 ? accepted : [...written, ...acceptedCandidates(policy), 'https://app.example.com'];
}

/** A page's request that fails, or a header that it cannot read, since the right header is missing. */
function withoutIt(policy: Policy, ask: Ask, probe: Probe, meant: string, text: string): { readonly witness: Exchange; readonly what: string } | undefined {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  for (const origin of origins(policy, ask, probe, text)) {
    if (meant === EXPOSED) {
      const read = ask.allows(probe, { origin });
      const hidden = read === undefined || linesOf(read.response, EXPOSED).length > 0 ? [] : names.filter((name) => isHidden(read.response, name, 'omit'));
      if (read !== undefined && hidden.length > 0) return { witness: read, what: `pages cannot read ${hidden.join(', ')}` };
      continue;
    }
    for (const { client, reason, what } of refusals(meant, names, origin, probe)) {
      const witness = ask.blocksWhere(probe, client, ({ verdict }) => reason.test(verdict.reason));
      if (witness !== undefined && linesOf(witness.preflight ?? witness.response, meant).length === 0) return { witness, what };
    }
  }
  return undefined;
}

function refusals(meant: string, names: readonly string[], origin: string, probe: Probe): readonly { readonly client: Client; readonly reason: RegExp; readonly what: string }[] {
  switch (meant) {
    case ORIGIN:
      return [{ client: { origin }, reason: /^acao-missing$/, what: 'no page may read the response' }];
    case CREDENTIALS:
      return [{ client: { origin, credentials: 'include' }, reason: /^acac-not-true$/, what: 'requests with credentials fail' }];
    case METHODS:
      return names.filter((name) => probe.methods?.includes(name) !== false).map((method) => ({ client: { origin, method }, reason: /^preflight-method-not-allowed$/, what: `the preflight of ${method} fails` }));
    case HEADERS:
      return names.map((name) => ({ client: { origin, headers: [[name, /^content-type$/i.test(name) ? 'application/json' : 'x']] }, reason: /^preflight-(?:header-not-allowed|authorization-not-listed)$/, what: `the preflight of a request with ${name} fails` }));
    default:
      return [];
  }
}

/** Its right name; where that is sent as well, the header can go. */
function mending(policy: Policy, effect: Effect, meant: string, missing: boolean): readonly Proposal[] {
  const isSent = !missing && effectsOn(policy, meant).some(({ effect: { op } }) => op !== 'remove');
  if (isSent) return [{ title: 'Remove the header', change: { kind: 'remove-header', at: effect.at }, automatic: true }];
  return [{ title: `Send it as ${spelled(meant)}`, change: { kind: 'rename-header', at: effect.at, header: spelled(meant) }, automatic: false }];
}
