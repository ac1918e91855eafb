import { IS_PREFLIGHT_WITH_ORIGIN } from '../../../middleware/spring/processor.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type Step } from '../../../policy/program.js';
import type { Span } from '../../../text/span.js';
import type { Fact } from '../../../values/fact.js';
import type { Application } from '../application.js';
import type { Source } from '../sources.js';
import type { AccessRule, SecurityChain } from './chains.js';
import { filterOf, type ChainFilter } from './filter-of.js';
import { openGuard } from './requests.js';

/** What stands behind the chains, as steps for requests that come there. */
export interface Behind {
  /** Of Spring MVC's dispatcher, which a chain's `CorsFilter` may ask. */
  readonly dispatcher: readonly Step[];
  source(source: Source): readonly Step[];
}

/** What the chains of an application do to requests, the first chain that is for a request alone. What no step ends goes on to what comes next. */
export function chainSteps(application: Application, security: number, behind: Behind): readonly Step[] {
  return passages(application, security).flatMap(({ chain, when, filter }) => {
    const asked = authorized(chain, when, security);
    switch (filter.asks) {
      case 'nobody':
        return asked;
      case 'dispatcher':
        return [...filtered(behind.dispatcher, chain, when, security), ...asked];
      case 'source':
        return [...filtered(behind.source(filter.source), chain, when, security), ...asked];
      case 'unknown':
        return [undecided(whenAll(when, { g: 'fact', fact: filter.fact }), filter.fact, chain.at), ...asked];
    }
  });
}

/** What a source says by the chains that ask it. Requests of other chains are not its own. */
export function sourceInChains(source: Source, steps: readonly Step[], application: Application, security: number): readonly Step[] {
  return [
    ...passages(application, security).flatMap(({ chain, when, filter }) => {
      const asked = authorized(chain, when, security);
      if (filter.asks === 'source' && filter.source === source) return [...filtered(steps, chain, when, security), ...asked, passes(when, chain.at)];
      if (filter.asks === 'unknown') return [...filtered(steps, chain, whenAll(when, { g: 'fact', fact: filter.fact }), security), ...asked, passes(when, chain.at)];
      return filter.asks === 'nobody' ? [...asked, passes(when, chain.at)] : [passes(when, chain.at)];
    }),
    passes(ALWAYS, source.at),
  ];
}

/** Do the application's chains ask the source? Undefined: it has no chains. Where that is not known of one of them, it may be this source. */
export function isAsked(source: Source, application: Application, security: number): boolean | undefined {
  const all = passages(application, security);
  return all.length === 0 ? undefined : all.some(({ filter }) => filter.asks === 'unknown' || (filter.asks === 'source' && filter.source === source));
}

interface Passage {
  readonly chain: SecurityChain;
  /** The requests that come to this chain. */
  readonly when: Guard;
  readonly filter: ChainFilter;
}

const known = new WeakMap<Application, ReadonlyMap<number, readonly Passage[]>>();

/** The chains in their order, each with the requests that no earlier one takes. */
export function passages(application: Application, security: number): readonly Passage[] {
  const before = known.get(application)?.get(security);
  if (before !== undefined) return before;
  const inFront = application.all.flatMap((file) => file.security.handWritten);
  const taken: Guard[] = application.all.flatMap((file) => file.security.ignored);
  const made = application.all
    .flatMap((file) => file.security.chains)
    .sort((a, b) => a.order - b.order)
    .map((chain): Passage => {
      const own = whenAll(chain.present, chain.when);
      const mayAnswer = whenAny(chain.mayAnswer, ...inFront.map((at) => openGuard('whether a filter in front of Spring Security answers preflights', at)));
      const when = whenAll(own, unless(whenAny(...taken)));
      taken.push(own);
      return { chain: { ...chain, mayAnswer }, when, filter: filterOf(chain, application, security) };
    });
  known.set(application, new Map([...(known.get(application) ?? []), [security, made]]));
  return made;
}

/**
 * Steps of a `CorsFilter` in the chain, which lets no preflight go on: with a configuration it is answered by it, without
 * one it is refused, since 7.0 answered without headers. What else goes on meets authorization.
 */
function filtered(steps: readonly Step[], chain: SecurityChain, when: Guard, security: number): readonly Step[] {
  const { at } = chain;
  const denied = denies(chain, when, security);
  const answered: Step = { when: whenAll(when, IS_PREFLIGHT_WITH_ORIGIN), effects: [], end: { to: 'answer', status: security >= 70000 ? 200 : 403 }, at };
  const inside = steps.flatMap((step): readonly Step[] => {
    const guard = whenAll(when, step.when);
    if (step.end?.to !== 'behind') return [{ ...step, when: guard }];
    const { end, ...rest } = step;
    return [...(rest.effects.length === 0 ? [] : [{ ...rest, when: guard }]), ...[answered, ...denied].map((one) => ({ ...one, when: whenAll(step.when, one.when) })), { when: guard, effects: [], end, at: step.at }];
  });
  return [...inside, answered];
}

/**
 * What authorization does: a preflight never carries credentials, so it is refused wherever they are needed. Of other
 * requests only those are refused that nobody may send: whether a session or a token comes with one, no configuration says.
 */
function authorized(chain: SecurityChain, when: Guard, security: number): readonly Step[] {
  const { at, refusal } = chain;
  const wants = whenAll(when, IS_PREFLIGHT_WITH_ORIGIN, refuses(chain, security));
  const steps: Step[] = [];
  if (wants.g !== 'never') {
    if (chain.mayAnswer.g !== 'never') steps.push(undecided(whenAll(wants, chain.mayAnswer), factIn(chain.mayAnswer), at));
    steps.push('open' in refusal ? undecided(wants, refusal.open, at) : { when: wants, effects: [], end: { to: 'answer', status: refusal.status, unauthenticated: true }, at });
  }
  return [...steps, ...denies(chain, when, security)];
}

/** Whoever sends them, requests that a rule denies are forbidden. */
function denies(chain: SecurityChain, when: Guard, security: number): readonly Step[] {
  const denied = whenAll(when, unless(IS_PREFLIGHT_WITH_ORIGIN), refused(chain, security, ({ access }) => access === 'denied'));
  return denied.g === 'never' ? [] : [{ when: denied, effects: [], end: { to: 'answer', status: 403 }, at: chain.at }];
}

/** Requests that a chain refuses without credentials. */
export function refuses(chain: SecurityChain, security: number): Guard {
  return refused(chain, security, ({ access }) => (access === undefined ? undefined : access !== 'open'));
}

/** Requests whose first rule refuses them; `refusing` undefined: nobody knows. */
function refused({ rules, otherwise }: SecurityChain, security: number, refusing: (rule: Pick<AccessRule, 'access'>) => boolean | undefined): Guard {
  return rules.reduceRight<Guard>(
    (rest, rule) => {
      const own = refusing(rule);
      if (own === true) return whenAny(rule.when, rest);
      if (own === false) return whenAll(unless(rule.when), rest);
      return whenAny(whenAll(rule.when, openGuard('whether a rule needs credentials', rule.at)), whenAll(unless(rule.when), rest));
    },
    refusing({ access: otherwise === 'denied' || (otherwise === 'denied since 6.0' && security >= 60000) ? 'denied' : 'open' }) === true ? ALWAYS : NEVER,
  );
}

function passes(when: Guard, at: Span): Step {
  return { when, effects: [], end: { to: 'behind' }, at };
}

/** Something answers, and nobody knows what. */
function undecided(when: Guard, fact: Fact, at: Span): Step {
  const effects = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers'].map((header): Effect => ({ op: 'set', header, value: { v: 'unknown', fact, at }, statuses: 'all', at }));
  return { when, effects, end: { to: 'behind' }, at };
}

function factIn(guard: Guard): Fact {
  if (guard.g === 'fact') return guard.fact;
  if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) if (part.g === 'fact') return part.fact;
  return { key: 'a filter of the chain', reason: 'function-call', detail: 'what a filter of the chain does', at: { file: '', start: 0, end: 0 } };
}
