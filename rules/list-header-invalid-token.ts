/**
 * The lists of methods and headers are names with commas between them. One item that is no name (blanks or semicolons
 * for commas, brackets, quotes) and browsers throw the whole answer away: every preflighted request fails.
 *
 * Single quotes are letters of a name: `'PUT'` with them is another method than PUT. A broken
 * `Access-Control-Expose-Headers` fails nothing but exposes nothing either.
 */
import { askingFirst, linesOf, type Ask } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { namesIn, spelled } from '../src/findings/lists.js';
import { defineRule, type Proposal, type Report } from '../src/findings/rule.js';
import type { HttpResponse } from '../src/policy/evaluate.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { isDefault } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: 'A list header is no comma list of names',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#extract-header-list-values', 'https://fetch.spec.whatwg.org/#cors-preflight-fetch'],
  messages: {
    invalid: '`{value}` is no comma list of names: browsers refuse every preflight that says so.',
    quoted: '`{name}` is a name with quotes in it: the preflight of {what} fails.',
    exposed: '`{value}` is no comma list of names: browsers expose nothing.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      for (const origin of ask.accepted(probe)) {
        const found = [...reportsAt(policy, ask, probe, origin)];
        yield* found;
        if (found.length > 0) break;
      }
    }
  },
});

const METHODS = 'access-control-allow-methods';
const HEADERS = 'access-control-allow-headers';
const EXPOSED = 'access-control-expose-headers';
const QUOTED = /^'.+'$/;
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

function* reportsAt(policy: Policy, ask: Ask, probe: Probe, origin: string): Generator<Report<'invalid' | 'quoted' | 'exposed'>> {
  const failing = ask.blocksWhere(probe, { origin, ...askingFirst(probe) }, ({ verdict }) => /^preflight-(?:methods|headers)-invalid$/.test(verdict.reason));
  if (failing !== undefined) {
    for (const header of [METHODS, HEADERS]) yield* broken(policy, failing, failing.preflight!, header, 'invalid');
  }
  yield* quoted(policy, ask, probe, origin);
  const [exposing] = ask.exchanges(probe, { origin });
  if (exposing !== undefined) yield* broken(policy, exposing, exposing.response, EXPOSED, 'exposed');
}

function* broken(policy: Policy, witness: Exchange, response: HttpResponse, header: string, message: 'invalid' | 'exposed'): Generator<Report<'invalid' | 'exposed'>> {
  if (namesIn(response, header) !== 'failure') return;
  const line = linesOf(response, header).find(({ text }) => text?.split(',').some((item) => item.trim() !== '' && !TOKEN.test(item.trim())));
  if (line?.at === undefined || line.text === null || isDefault(policy, line)) return;
  yield {
    message,
    data: { value: `${spelled(header)}: ${line.text}` },
    class: message === 'invalid' ? 'broken-in-browser' : 'correctness-warning',
    at: line.at,
    witness,
    proposals: mending(line.at, line.text),
  };
}

/** Names in single quotes, which no request has. */
function* quoted(policy: Policy, ask: Ask, probe: Probe, origin: string): Generator<Report<'quoted'>> {
  const [asked] = ask.exchanges(probe, { origin, ...askingFirst(probe) });
  for (const header of [METHODS, HEADERS]) {
    const names = asked === undefined || asked.preflight === null ? undefined : namesIn(asked.preflight, header);
    for (const name of Array.isArray(names) ? names.filter((item) => QUOTED.test(item)) : []) {
      const inner = name.slice(1, -1);
      const client = header === METHODS ? { method: inner } : { headers: [[inner, /^content-type$/i.test(inner) ? 'application/json' : 'x'] as const] };
      const witness = ask.blocksWhere(probe, { origin, ...client }, ({ verdict }) => /^preflight-(?:method|header|authorization)/.test(verdict.reason));
      const line = witness === undefined ? undefined : linesOf(witness.preflight!, header).find(({ text }) => text?.includes(name));
      if (witness === undefined || line?.at === undefined || line.text === null || isDefault(policy, line)) continue;
      yield {
        message: 'quoted',
        data: { name, what: header === METHODS ? inner : `a request with ${inner}` },
        at: line.at,
        witness,
        proposals: mending(line.at, line.text),
      };
      return;
    }
  }
}

/** The names that are meant, where nothing but names and marks between them stands there. */
function mending(at: Span, text: string): readonly Proposal[] {
  const wrong = text.split(',').map((item) => item.trim()).filter((item) => item !== '' && (!TOKEN.test(item) || QUOTED.test(item)));
  const names = wrong.join(',').split(/[\s,;|[\]"'(){}]+/).filter((name) => name !== '');
  if (names.length === 0 || !names.every((name) => TOKEN.test(name))) return [];
  return [{ title: `Write ${names.join(', ')}`, change: { kind: 'edit-list', at, remove: wrong, add: names }, automatic: false }];
}
