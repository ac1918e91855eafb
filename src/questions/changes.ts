import { leavesOf } from '../origins/origin-set.js';
import type { ClientRequest } from '../findings/finding.js';
import type { Change } from '../policy/change.js';
import type { Passed } from '../policy/evaluate.js';
import { stepsAt } from '../policy/place.js';
import type { Effect, Policy, Probe } from '../policy/program.js';
import { originSetsIn, writtenText } from '../policy/views.js';
import { sameSpan, spanKey, type Span } from '../text/span.js';
import type { HeaderFate, Leg, World } from './explanation.js';
import { tokensIn, type Need } from './needs.js';
import { placeFit } from './places.js';

/** A change that may help, and how to call it. */
export interface Candidate {
  readonly title: string;
  readonly layer: Policy;
  readonly change: Change;
  /** What it is to make good. */
  readonly for: Need['check'];
}

const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';

/** Changes that may make good what a request needs, those that change least first. Whether they help is to be tried. */
export function candidatesFor(request: ClientRequest, world: Pick<World, 'preflight' | 'response'>, needs: readonly Need[]): readonly Candidate[] {
  const found = needs.flatMap((need) => {
    const leg = world[need.of];
    return leg === null ? [] : new Changes(request, world, need, leg).all();
  });
  const first = new Map<string, Candidate>();
  for (const candidate of found) {
    const key = JSON.stringify(candidate.change);
    if (!first.has(key)) first.set(key, candidate);
  }
  return [...first.values()];
}

/** What may be changed for one need. */
class Changes {
  constructor(
    private readonly request: ClientRequest,
    private readonly world: Pick<World, 'preflight' | 'response'>,
    private readonly need: Need,
    private readonly leg: Leg,
  ) {}

  all(): readonly Candidate[] {
    switch (this.need.check) {
      case 'allow-origin':
        return [...this.#once(ORIGIN), ...this.#kept(ORIGIN), ...this.#answered(), ...this.#origin()];
      case 'allow-credentials':
        return [...this.#once(CREDENTIALS), ...this.#kept(CREDENTIALS), ...this.#credentials()];
      case 'ok-status':
        return [...this.#answered(), ...this.#listed('methods'), ...this.#listed('headers')];
      case 'lists':
      case 'allow-methods':
      case 'allow-authorization':
      case 'allow-headers':
        return this.#listed(this.need.header?.[0].endsWith('methods') === true ? 'methods' : 'headers');
      default:
        return [];
    }
  }

  #candidate(title: string, layer: Policy, change: Change): Candidate {
    return { title, layer, change, for: this.need.check };
  }

  /** The lines of a header that the browser gets, with those who sent them. */
  #lines(header: string): readonly (HeaderFate & { readonly at: Span; readonly layer: Policy })[] {
    return this.leg.headers.flatMap((line) => (line.name === header && line.gone === undefined && line.at !== undefined && line.layer !== undefined ? [{ ...line, at: line.at, layer: line.layer }] : []));
  }

  /** Two lines are never one value: all but one must go. */
  #once(header: string): readonly Candidate[] {
    const lines = this.#lines(header);
    if (lines.length < 2) return [];
    const outer = this.leg.layers.map(({ policy }) => policy).find((policy) => lines.some(({ layer }) => layer === policy));
    return [
      ...lines.filter(({ layer }) => layer === outer).map(({ layer, at }) => this.#candidate(`Leave ${spelled(header)} to the layer behind`, layer, { kind: 'remove-header', at })),
      ...lines.filter(({ layer }) => layer === outer).map(({ layer, at }) => this.#candidate(`Hide ${spelled(header)} of the layer behind`, layer, { kind: 'hide-inner-header', at, header })),
      ...lines.filter(({ layer }) => layer !== outer).map(({ layer, at }) => this.#candidate(`Leave ${spelled(header)} to the layer in front`, layer, { kind: 'remove-header', at })),
    ];
  }

  /** A line that is written and does not arrive: taken away by a layer, or not sent with this status. */
  #kept(header: string): readonly Candidate[] {
    const taken = this.leg.headers.flatMap(({ name, gone }) => (name === header && gone !== undefined ? [this.#candidate(`Let ${spelled(header)} of the layer behind through`, gone.layer, { kind: 'remove-header', at: gone.at })] : []));
    const { status } = this.leg.response;
    const silent = this.leg.layers.flatMap(({ policy, steps }) =>
      steps.flatMap(({ effects }) => effects.flatMap((effect) => (effect.header === header && effect.op !== 'remove' && effect.statuses !== 'all' && status !== null && !effect.statuses.includes(status) ? [this.#candidate(`Send ${spelled(header)} with every status`, policy, { kind: 'send-with-every-status', at: effect.at })] : []))),
    );
    return [...silent, ...taken];
  }

  /** What has to do with who answers: nobody does, or somebody who asks for credentials, or a route in front. */
  #answered(): readonly Candidate[] {
    const { of } = this.need;
    const { unauthenticated, answeredAt } = this.leg.response;
    const layers = this.leg.layers.map(({ policy }) => policy);
    const noted = this.leg.layers.flatMap(({ policy }) =>
      policy.notes.flatMap(({ id, at, related }) => {
        if (id === 'headers-lost-by-inheritance') return [this.#candidate('Repeat the CORS headers in this block', policy, { kind: 'repeat-headers', at, from: related })];
        const [before] = related;
        return id === 'registered-too-late' && before !== undefined ? [this.#candidate('Register CORS in front of it', policy, { kind: 'move-before', at, before })] : [];
      }),
    );
    if (of === 'response') {
      const granted = this.world.preflight?.headers.filter(({ name, gone, at }) => gone === undefined && at !== undefined && /^(?:access-control-allow-(?:origin|credentials)|vary)$/.test(name)) ?? [];
      const layer = granted[0]?.layer;
      const at = answeredAt ?? (layer === undefined ? undefined : this.#probeOf(this.#passed(layer))?.at);
      const effects = granted.filter((line) => line.layer === layer).flatMap((line) => line.at ?? []).filter((span, index, all) => all.findIndex((other) => sameSpan(other, span)) === index);
      return [...noted, ...(layer === undefined || at === undefined ? [] : [this.#candidate('Send the headers with responses too', layer, { kind: 'send-with-responses', at, effects })])];
    }
    const exempt = unauthenticated === undefined ? [] : layers.map((layer) => this.#candidate('Let preflights pass without credentials', layer, { kind: 'exempt-options', at: unauthenticated }));
    const answers = this.leg.layers.flatMap((passed) => {
      const probe = this.#probeOf(passed);
      return probe === undefined ? [] : [this.#candidate('Answer OPTIONS with the same headers', passed.policy, { kind: 'answer-options', at: probe.at, path: probe.path })];
    });
    const status = answeredAt === undefined ? [] : layers.slice(-1).map((layer) => this.#candidate('Answer preflights with 204', layer, { kind: 'replace-text', at: answeredAt, text: '204' }));
    return [...noted, ...exempt, ...answers.reverse(), ...status];
  }

  #passed(layer: Policy): Passed | undefined {
    return this.leg.layers.find(({ policy }) => policy === layer);
  }

  /** The place of a layer that the request comes to. */
  #probeOf(passed: Passed | undefined): Probe | undefined {
    const fits = passed?.policy.probes.map((probe) => ({ probe, fit: ['rest', 'below', 'place'].indexOf(placeFit(probe, passed.request.path) ?? 'rest') })) ?? [];
    return [...fits].sort((a, b) => b.fit - a.fit)[0]?.probe;
  }

  /** The origin beside those that are written; alone, where every site is let in and nobody with credentials. Nobody's own is `null`. */
  #origin(): readonly Candidate[] {
    const { origin } = this.request;
    if (origin === 'null') return [];
    return this.leg.layers.flatMap((passed) => this.#effectsAt(passed, ORIGIN).flatMap(({ effect, leaves }) => {
      const { policy } = passed;
      const line = { name: ORIGIN, at: effect.at, text: effect.value.v === 'literal' ? effect.value.text : null };
      const sent = writtenText(policy, line);
      if (effect.value.v === 'literal' && effect.value.text === '*') return [this.#candidate(`Let in ${origin} alone, in the place of every site`, policy, { kind: 'allow-only', at: effect.at, origins: [origin] })];
      const title = `Let in ${origin} too`;
      const texts = [...leaves.flatMap(({ leaf }) => (leaf.s === 'exact' ? [leaf] : [])), ...(sent === undefined ? [] : [sent])];
      const last = texts.at(-1);
      const others = [...new Set(texts.map(({ text }) => text))];
      const isList = leaves.every(({ leaf }) => leaf.s === 'exact');
      return [
        ...(sent === undefined || !isMeant(sent.text, origin) ? [] : [this.#candidate(`Write ${origin}`, policy, { kind: 'replace-text', at: sent.at, text: origin })]),
        ...texts.filter(({ text }) => isMeant(text, origin)).map(({ at }) => this.#candidate(`Write ${origin}`, policy, { kind: 'replace-text', at, text: origin })),
        ...(last === undefined ? [] : [this.#candidate(title, policy, { kind: 'split-text', at: last.at, texts: [last.text, origin] })]),
        // Patterns have no place in a list: it would let in less than they do.
        ...(isList && others.length > 0 ? [this.#candidate(title, policy, { kind: 'allow-only', at: effect.at, origins: [...others, origin] })] : []),
      ];
    }));
  }

  /** What a layer may write of a header at the place, with the entries that it asks whether to. */
  #effectsAt({ policy, request }: Passed, header: string): readonly { readonly effect: Effect; readonly leaves: readonly ReturnType<typeof entriesIn>[number][] }[] {
    const found = new Map<string, { effect: Effect; leaves: ReturnType<typeof entriesIn>[number][] }>();
    for (const step of stepsAt(policy, request)) {
      for (const effect of step.effects) {
        if (effect.header !== header || effect.op === 'remove') continue;
        const key = spanKey(effect.at);
        const known = found.get(key) ?? { effect, leaves: [] };
        found.set(key, { ...known, leaves: [...known.leaves, ...entriesIn(step.when)] });
      }
    }
    return [...found.values()];
  }

  #credentials(): readonly Candidate[] {
    const lines = this.#lines(CREDENTIALS).flatMap((line) => {
      const value = writtenText(line.layer, line);
      return value === undefined ? [] : [this.#candidate('Write `true`', line.layer, { kind: 'replace-text', at: value.at, text: 'true' }), this.#candidate('Allow credentials', line.layer, { kind: 'switch-on', at: value.at })];
    });
    const ignored = this.leg.layers.flatMap(({ policy }) => policy.notes.flatMap(({ id, at }) => (id === 'credentials-ignored' ? [this.#candidate('Allow credentials', policy, { kind: 'switch-on', at })] : [])));
    return [...lines, ...ignored];
  }

  /** The names that the request asks for, at the end of the lists that do not have them. */
  #listed(what: 'methods' | 'headers'): readonly Candidate[] {
    const header = `access-control-allow-${what}`;
    const add = this.#missingNames(what);
    return this.leg.layers.flatMap((passed) => {
      const effects = this.#effectsAt(passed, header);
      return effects.flatMap(({ effect }) => {
        const value = effect.value.v === 'literal' && effect.value.written ? effect.value : undefined;
        const names = tokensIn({ headers: [{ name: header, text: value?.text ?? '' }] }, what);
        return [
          ...(add.length === 0 ? [] : [this.#candidate(`Allow ${add.join(', ')}`, passed.policy, { kind: 'edit-list', at: effect.at, remove: wrongOf(names, add), add })]),
          ...(this.need.check !== 'lists' || value === undefined || names.length === 0 ? [] : [this.#candidate(`Write ${names.join(', ')}`, passed.policy, { kind: 'replace-text', at: value.at, text: names.join(', ') })]),
        ];
      });
    });
  }

  /** As the question spells them. */
  #missingNames(what: 'methods' | 'headers'): readonly string[] {
    const listed = tokensIn(this.leg.response, what);
    if (what === 'methods') return ['GET', 'HEAD', 'POST'].includes(this.request.method) || listed.includes(this.request.method) ? [] : [this.request.method];
    const needed = this.need.header?.[1].split(', ').map((name) => name.toLowerCase());
    return this.request.headers.map(([name]) => name).filter((name) => !listed.some((other) => other.toLowerCase() === name.toLowerCase()) && (needed === undefined || needed.includes(name.toLowerCase())));
  }
}

/** Names in the list that were meant to be those that come. */
function wrongOf(names: readonly string[], add: readonly string[]): readonly string[] {
  return names.filter((name) => add.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()));
}

/** Is the text the origin but for what no browser sends: a path, a port that goes without saying, capitals, quotes, no scheme? */
function isMeant(text: string, origin: string): boolean {
  const bare = text.trim().replace(/^["']|["']$/g, '');
  if (bare === origin) return text !== origin;
  const whole = bare.includes('://') ? bare : `${origin.slice(0, origin.indexOf('://'))}://${bare}`;
  return text !== origin && !/[*\s,]/.test(bare) && URL.canParse(whole) && new URL(whole).origin === origin;
}

function entriesIn(when: Parameters<typeof originSetsIn>[0]) {
  return [...originSetsIn(when)].flatMap((set) => [...leavesOf(set)].filter(({ admits }) => admits));
}

/** `access-control-allow-origin` → `Access-Control-Allow-Origin` */
function spelled(header: string): string {
  return header.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
}
