/**
 * `Access-Control-Max-Age` says for how many seconds a browser may remember the answer to a preflight. A value that is
 * no number is ignored, so that browsers ask before every request; one beyond a browser's limit is cut.
 *
 * The limits are 7200 seconds in Chromium, 86400 in Firefox and 600 in Safari; values up to 86400 are no finding, and
 * neither is 0. A long memory is not free: a permission that is taken back stays for as long. Only what somebody wrote is
 * looked at, never the default of a product; that none was written is told in strict mode alone.
 */
import { linesOf, STRANGERS, type Ask, type Client } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule, type Proposal, type Report } from '../src/findings/rule.js';
import type { HeaderLine } from '../src/policy/evaluate.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { acceptedCandidates, effectAt, effectsOn } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';
import { A_DAY, looksLikeMilliseconds, secondsIn } from '../src/values/seconds.js';

type Message = 'invalid' | 'lines' | 'milliseconds' | 'cut' | 'absent';

export default defineRule<Message>({
  title: 'Access-Control-Max-Age has a value that browsers ignore or cut',
  class: 'correctness-warning',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#http-access-control-max-age', 'https://fetch.spec.whatwg.org/#cors-preflight-cache'],
  messages: {
    invalid: '`Access-Control-Max-Age: {value}` is not a whole number of seconds: {kept}.',
    lines: '`Access-Control-Max-Age` is sent {count} times, which browsers cannot read: {kept}.',
    milliseconds: '`Access-Control-Max-Age` counts seconds; {value} looks like {seconds} seconds in milliseconds.',
    cut: 'No browser remembers a preflight for {value} seconds: {kept}.',
    absent: 'The answer to preflights has no `Access-Control-Max-Age`: browsers ask again after 5 seconds.',
  },
  *check(policy, ask) {
    if (effectsOn(policy, 'access-control-max-age').length === 0 && !ask.strict) return;
    for (const probe of ask.probes) {
      const witness = grantedPreflight(ask, probe);
      const lines = witness === undefined ? [] : linesOf(witness.preflight!, 'access-control-max-age');
      if (witness === undefined || (lines.length === 0 && !ask.strict)) continue;
      const report = lines.length === 0 ? absent(witness) : judged(policy, witness, lines);
      if (report !== undefined) yield { ...report, witness };
    }
  },
});

/** A preflight that is granted, and in all worlds with the same Max-Age. */
function grantedPreflight(ask: Ask, probe: Probe): Exchange | undefined {
  for (const origin of [...acceptedCandidates(ask.policy), STRANGERS[0]]) {
    for (const client of preflighted(probe, origin)) {
      const all = ask.exchanges(probe, client);
      const [first] = all;
      if (first !== undefined && all.every((other) => other.verdict.maxAge !== undefined && textsOf(other) === textsOf(first))) return first;
    }
  }
  return undefined;
}

function textsOf({ preflight }: Exchange): string {
  return JSON.stringify(preflight === null ? [] : linesOf(preflight, 'access-control-max-age').map(({ text }) => text));
}

/** Requests that need a preflight and that the place may serve. */
function* preflighted({ methods }: Probe, origin: string): Generator<Client> {
  for (const method of ['PUT', 'DELETE', 'PATCH']) if (methods?.includes(method) ?? true) yield { origin, method };
  yield { origin, headers: [['content-type', 'application/json']] };
  yield { origin, headers: [['authorization', 'Bearer x']] };
}

type Judgement = Omit<Report<Message>, 'witness'>;

function absent({ preflight }: Exchange): Judgement | undefined {
  const at = linesOf(preflight!, 'access-control-allow-origin')[0]?.at;
  return at === undefined ? undefined : { message: 'absent', class: 'hygiene', at };
}

function judged(policy: Policy, { verdict }: Exchange, lines: readonly HeaderLine[]): Judgement | undefined {
  const [line, again] = lines;
  const value = effectAt(policy, line?.at)?.value;
  if (line?.at === undefined || line.text === null || value?.v !== 'literal' || !value.written || verdict.maxAge === undefined) return undefined;
  const { chromium, firefox, webkit } = verdict.maxAge;
  const kept = `Chromium remembers it for ${chromium} seconds, Firefox for ${firefox}${webkit === null ? '' : `, Safari for ${webkit}`}`;
  const { at } = line;
  if (again !== undefined) {
    const repeated = lines.slice(1).flatMap((other) => other.at ?? []);
    return {
      message: 'lines',
      data: { count: String(lines.length), kept },
      at,
      related: repeated.map((other) => ({ at: other, message: 'Sent here again.' })),
      proposals: repeated.length === 1 ? [{ title: 'Send it once', change: { kind: 'remove-header', at: repeated[0]! }, automatic: false }] : [],
    };
  }
  const text = line.text.trim();
  const write = (seconds: number | undefined, automatic: boolean): readonly Proposal[] => (seconds === undefined ? [] : [replacement(value.at, seconds, automatic)]);
  if (!/^\d+$/.test(text)) return { message: 'invalid', data: { value: text, kept }, at, proposals: write(secondsIn(text), false) };
  const seconds = Number(text);
  if (seconds <= A_DAY) return undefined;
  if (looksLikeMilliseconds(seconds)) return { message: 'milliseconds', data: { value: text, seconds: String(seconds / 1000) }, class: 'hygiene', at, proposals: write(seconds / 1000, false) };
  return { message: 'cut', data: { value: text, kept }, class: 'hygiene', at, proposals: write(A_DAY, true) };
}

function replacement(at: Span, seconds: number, automatic: boolean): Proposal {
  return { title: `Write ${seconds}`, change: { kind: 'replace-text', at, text: String(seconds) }, automatic };
}
