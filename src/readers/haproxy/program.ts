import { ALWAYS, unless, whenAll, type Gap, type Guard, type Step } from '../../policy/program.js';
import { exact } from '../../origins/origin-set.js';
import type { RuleSet, Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { backendsOf, type Candidate } from './backends.js';
import { holds } from './conditions.js';
import { sentHeader, textOf } from './expressions.js';
import { simplified, sizeOf } from './guards.js';
import { isAboutCors, headerEffects, oldEffects } from './header-rules.js';
import type { ProxiesInView, Proxy, ProxyRule } from './proxies.js';
import { fixedFor, redirectStatus, replyOf, type Reply } from './replies.js';
import { requestRule } from './request-rules.js';
import type { Scope } from './scope.js';
import { allTests, asGuard, guarded, notTest, type Test } from './tests.js';
import { endsOf } from './upstreams.js';
import { headerValues, spanOf, unknownValue, type Case } from './values.js';

/** Rules of a proxy and its backends, and steps that they make, past which they are a gap. */
const MAX_RULES = 3_000;
const MAX_STEPS = 6_000;
/** Places in the choice of a backend that guards of backends with rules of their own may name. */
const MAX_CHOICES = 20_000;
/** Tests in the guard of one rule. */
const MAX_GUARD = 2_000;

/** Proxies that a response passes besides the frontend, and when. */
interface Chosen {
  readonly behind: readonly Proxy[];
  readonly when: Guard;
}

function passing(proxies: readonly Proxy[]): readonly Chosen[] {
  return [{ behind: proxies, when: ALWAYS }];
}

/**
 * What HAProxy does with the requests of a frontend: `http-request` rules of the frontend, `redirect`, the choice of a
 * backend, its `http-request` rules; then, of a server's response, the `http-response` rules of the backend before those
 * of the frontend, which has the last word. Responses that HAProxy makes itself go through neither: for them there is
 * `http-after-response`, which all responses go through at the end.
 */
export class FrontendProgram {
  readonly steps: Step[] = [];
  readonly gaps: Gap[] = [];
  /** Does any rule write a header about CORS? */
  concerns = false;
  /** A program that is too large is none. */
  tooLarge = false;
  /** Requests that a service inside HAProxy answers. */
  readonly #services: Step[] = [];

  #chosen: readonly Chosen[] = [];
  /** Statuses that replace those of servers, the last rule first. */
  readonly #statuses: { readonly when: Guard; readonly status: number }[] = [];

  constructor(
    readonly front: Proxy,
    proxies: ProxiesInView,
    private readonly scope: Scope,
  ) {
    if (proxies.size > MAX_RULES || front.uses.length > MAX_RULES) {
      this.tooLarge = true;
      return;
    }
    const here: Span = front.section.head.at;
    // Before anything is captured.
    if (front.monitor !== undefined) this.#answer({ g: 'path', in: exact(front.monitor.text, spanOf(front.monitor)) }, { end: { to: 'answer', status: 200 }, headers: [], fixed: [] }, here, passing([front]));
    for (const { slot, name, length } of front.captures) this.#capture(slot, sentHeader(name.text.toLowerCase(), 'whole', name), length, ALWAYS, name);
    this.#requests(front, ALWAYS, [front]);
    const candidates = backendsOf(front, proxies, this.scope);
    let choices = 0;
    const chosen = candidates.map((candidate, index): Chosen & { readonly candidate: Candidate } => {
      const behind = candidate.proxy === undefined || candidate.proxy === front ? [] : [candidate.proxy];
      const matters = behind.some(({ size }) => size > 0) || candidate.unserved;
      choices += matters ? index : 0;
      // A backend without rules of its own needs no guard: ends are tried in their order.
      return { candidate, behind: matters ? behind : [], when: matters && choices <= MAX_CHOICES ? whenAll(candidate.when, ...candidates.slice(0, index).map(({ when }) => unless(when))) : candidate.when };
    });
    if (choices > MAX_CHOICES) this.tooLarge = true;
    this.#chosen = chosen;
    for (const { candidate, behind, when } of chosen) {
      for (const proxy of behind) this.#requests(proxy, when, [proxy, front]);
      if (candidate.unserved) this.#unserved(when, [...behind, front], candidate.at);
    }
    const effects: Step[] = [];
    for (const set of ['http-response', 'http-after-response'] as const) {
      for (const { behind, when } of chosen) for (const proxy of behind) this.#responses(proxy, set, guarded(when), effects);
      this.#responses(front, set, guarded(ALWAYS), effects);
    }
    const ends = [...this.#services, ...candidates.flatMap((candidate) => endsOf(candidate, this.scope))];
    this.steps.push(...effects, ...ends.flatMap((step) => [...this.#statuses.flatMap(({ when, status }) => withStatus(step, when, status)), step]));
    if (this.#statuses.length > 0 && effects.some((step) => step.effects.some(({ statuses }) => statuses !== 'all'))) this.gaps.push({ at: here, reason: 'unsupported-syntax', message: 'rules ask for the status of responses, which another rule changes' });
    if (this.steps.length > MAX_STEPS) this.tooLarge = true;
  }

  /** The `http-request` rules of a proxy, then its `redirect` lines and its page of statistics. */
  #requests(proxy: Proxy, within: Guard, passed: readonly Proxy[]): void {
    let open = within;
    for (const rule of proxy.rules['http-request']) {
      const when = simplified(whenAll(open, this.#guard(rule)));
      if (when.g === 'never') continue;
      if (sizeOf(when) > MAX_GUARD) this.tooLarge = true;
      if (this.tooLarge) return;
      const reply = replyOf(rule, passed, this.scope);
      if (reply !== undefined) this.#answer(when, reply, rule.statement.at, passing(passed));
      else if (rule.action === 'allow') open = whenAll(open, unless(this.#guard(rule)));
      else if (rule.action === 'use-service') this.#services.push({ when, effects: [], end: { to: 'behind' }, at: rule.statement.at });
      else if (rule.action === 'capture' && rule.slot !== undefined && rule.args[0] !== undefined) this.#captureRule(rule, rule.args[0], when);
      else if (rule.action.startsWith('lua.')) this.#gap(rule, 'a Lua script decides what happens here');
      else requestRule(rule, when, this.scope);
    }
    if (proxy.stats !== undefined) {
      const [, word, uri] = proxy.stats.words;
      const path = word?.text === 'uri' ? (uri?.text ?? '').replace(/\?.*$/, '') : '/haproxy';
      this.#answer(whenAll(within, { g: 'path', in: exact(path, proxy.stats.at) }), { end: { to: 'answer', status: 200 }, headers: [], fixed: [] }, proxy.stats.at, passing(passed));
    }
    for (const { words, condition, statement } of proxy.redirects) {
      const guard = asGuard(holds(condition, proxy.acls, this.scope, 'http-request'));
      if (guard !== undefined) this.#answer(whenAll(within, guard), { end: { to: 'answer', status: redirectStatus(words) }, headers: [], fixed: [] }, statement.at, passing(passed));
    }
  }

  #guard(rule: ProxyRule): Guard {
    return asGuard(holds(rule.condition, rule.acls, this.scope, rule.set)) ?? unknownGuard(rule.statement.at, 'a condition');
  }

  #captureRule(rule: ProxyRule, word: Word, when: Guard): void {
    const at = rule.args.findIndex(({ text }) => text === 'len');
    const cases = textOf({ ...word, text: `%[${word.text}]`, place: (start, end) => word.place(start - 2, end - 2) }, this.scope, { set: 'http-request', use: 'text' });
    this.#capture(rule.slot!, cases, at === -1 ? Number.MAX_SAFE_INTEGER : Number(rule.args[at + 1]?.text ?? '0'), when, word);
  }

  /** What is longer than the slot is cut. */
  #capture(slot: number, cases: readonly Case[], length: number, when: Guard, at: Span): void {
    const cut = cases.map((one): Case => (one.value.t === 'text' ? { ...one, value: { ...one.value, text: one.value.text.slice(0, length) } } : one.value.t === 'missing' || length >= WHOLE ? one : { ...one, value: unknownValue('unsupported-syntax', `the first ${length} characters of a header`, at) }));
    this.scope.setCapture(slot, when, cut);
  }

  /** A response that HAProxy makes: nothing but `http-after-response` applies to it. */
  #answer(when: Guard, reply: Reply, at: Span, passed: readonly Chosen[], set: RuleSet = 'http-request'): void {
    if (when.g === 'never') return;
    if (reply.fixed.length > 0) this.steps.push({ when, effects: reply.fixed, at });
    if (reply.fixed.some(({ header, value }) => isAboutCors(header) && value.v === 'literal')) this.concerns = true;
    for (const { name, value } of reply.headers) this.#own(name, value, when, set);
    for (const { behind, when: here } of passed) for (const proxy of behind) this.#responses(proxy, 'http-after-response', guarded(whenAll(when, here)), this.steps);
    this.steps.push({ when, effects: [], end: reply.end, at });
  }

  #own(name: Word, value: Word, when: Guard, set: RuleSet): void {
    const header = name.text.toLowerCase();
    if (header.startsWith('access-control-')) this.concerns = true;
    const at = { file: name.file, start: name.start, end: value.end };
    for (const one of headerValues(textOf(value, this.scope, { set, use: 'text' }), value)) {
      // Unlike a rule on a response it leaves out what is empty.
      if (one.value.v === 'literal' && one.value.text === '') continue;
      this.steps.push({ when: whenAll(when, one.when), effects: [{ op: 'append', header, value: one.value, statuses: 'all', at }], at });
    }
  }

  /** No server: 503, or what stands for it. */
  #unserved(when: Guard, passed: readonly Proxy[], at: Span): void {
    const fixed = fixedFor(503, passed, this.scope);
    this.#answer(when, { end: { to: 'answer', status: fixed.status }, headers: [], fixed: fixed.effects }, at, passing(passed));
  }

  /** The rules of one set on a response. */
  #responses(proxy: Proxy, set: Exclude<RuleSet, 'http-request'>, within: Test, out: Step[]): void {
    let open = within;
    for (const rule of proxy.rules[set]) {
      const test = allTests([open, holds(rule.condition, rule.acls, this.scope, set)]);
      if (test.t === 'guard' && test.guard.g === 'never') continue;
      const reply = set === 'http-response' ? replyOf(rule, [proxy], this.scope) : undefined;
      if (reply !== undefined) this.#replaced(rule, test, reply, proxy);
      else if (rule.action === 'allow') open = allTests([open, notTest(holds(rule.condition, rule.acls, this.scope, set))]);
      else if (rule.action.startsWith('lua.')) this.#gap(rule, 'a Lua script decides what happens here');
      else if (rule.action === 'set-status') this.#status(rule, test);
      else if (rule.action === 'set-var' || rule.action === 'set-var-fmt' || rule.action === 'unset-var') {
        const when = asGuard(test);
        if (when !== undefined) requestRule(rule, when, this.scope);
        else if (rule.action !== 'unset-var') this.scope.setVariable(rule.target, ALWAYS, [{ when: ALWAYS, value: unknownValue('upstream', `what the layer behind answers (${rule.target})`, rule.statement.at) }]);
      } else if (this.#matters(rule.args[0]?.text.toLowerCase() ?? '', rule)) {
        const steps = headerEffects(rule, test, this.scope);
        if (steps.some(({ effects }) => effects.some(({ header, op }) => isAboutCors(header) && op !== 'remove'))) this.concerns = true;
        out.push(...steps);
      }
    }
    if (set !== 'http-response') return;
    for (const rule of proxy.oldRules) {
      const steps = oldEffects(rule, allTests([within, holds(rule.condition, proxy.acls, this.scope, set)]), this.scope);
      if (steps.some(({ effects }) => effects.some(({ header, op }) => isAboutCors(header) && op !== 'remove'))) this.concerns = true;
      out.push(...steps);
    }
  }

  /** A status that replaces the server's. Conditions see the one that is there when they are asked, effects the last one. */
  #status(rule: ProxyRule, test: Test): void {
    const when = asGuard(test);
    const status = Number(rule.args[0]?.text);
    if (when === undefined || rule.set !== 'http-response' || !Number.isInteger(status)) return this.#gap(rule, 'the status of responses is changed here');
    this.#statuses.unshift({ when, status });
  }

  /** Other headers than those about CORS mean nothing here, unless a condition asks about them. */
  #matters(header: string, { action, args }: ProxyRule): boolean {
    return isAboutCors(header) || header === 'vary' || this.scope.asked.has(header) || (action === 'del-header' && args.length > 1);
  }

  /** `http-response return` and its kin: what the server sent is gone. */
  #replaced(rule: ProxyRule, test: Test, reply: Reply, proxy: Proxy): void {
    const when = asGuard(test);
    if (when === undefined) return this.#gap(rule, 'a response of the layer behind is replaced here, by what it holds');
    const behind = proxy === this.front ? this.#chosen : [{ behind: [proxy], when: ALWAYS }];
    this.#answer(when, reply, rule.statement.at, [...behind, { behind: [this.front], when: ALWAYS }], 'http-response');
  }

  #gap(rule: ProxyRule, message: string): void {
    this.gaps.push({ at: rule.statement.at, reason: 'unsupported-syntax', message });
  }
}

/** Captured headers are taken to fit into slots of this length. */
const WHOLE = 32;

function withStatus(step: Step, when: Guard, status: number): readonly Step[] {
  return step.end === undefined || step.end.to === 'answer' ? [] : [{ ...step, when: whenAll(step.when, when), end: { ...step.end, status } }];
}

function unknownGuard(at: Span, detail: string): Guard {
  return { g: 'fact', fact: { key: `haproxy@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail, at: spanOf(at) } };
}
