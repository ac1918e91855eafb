import { ALWAYS, type Effect, type End, type Gap, type Guard, type Step } from '../../policy/program.js';
import { sameSpan, type Span } from '../../text/span.js';
import { effectsOf, onStatuses, unknownCors, withoutInner, type Source, type Written } from './effects.js';
import type { Expander } from './variables.js';
import { narrowed, open, type Way } from './ways.js';

/** The end of a way: what its configuration writes into which response. */
export interface Emission {
  readonly way: Way;
  readonly end: End;
  readonly at: Span;
  readonly source: Source;
  /** An error of nginx's own: its page is HTML. */
  readonly failed: boolean;
  /** What other ends write instead on a status: error pages that keep it. */
  readonly pages: readonly { readonly status: number; readonly emissions: readonly Emission[] }[];
}

/** Tests in all guards of one program past which nothing is known of it. */
const MAX_SIZE = 100_000;

/** Ends of two choices past which nobody looks whether they are the same. */
const MAX_COMPARED = 8;

/** Writes the steps of ends in their order. */
export class StepWriter {
  readonly #steps: Step[] = [];
  readonly #gaps: Gap[] = [];
  #size = 0;
  #overgrown: Step | undefined;

  constructor(private readonly expander: Expander) {}

  get steps(): readonly Step[] {
    return this.#overgrown === undefined ? this.#steps : [this.#overgrown];
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Nothing more needs to be followed. */
  get full(): boolean {
    return this.#overgrown !== undefined;
  }

  /** There are too many ways through the server: nothing is known of its answers. */
  overgrow(at: Span): void {
    if (this.full) return;
    const message = 'too many ways through this server to follow all of them';
    this.#gaps.splice(0, this.#gaps.length, { at, reason: 'budget', message });
    const guard = open(`budget ${at.file}:${at.start}`, message, at, 'budget');
    this.#overgrown = { when: guard, effects: unknownCors(guard).map(({ effect }) => effect), end: { to: 'behind' }, at };
  }

  write(emission: Emission): void {
    const { way, end, at } = emission;
    if (this.full) return;
    if (this.#size > MAX_SIZE) return this.overgrow(at);
    this.#push(way, [...this.writtenBy(emission), ...this.#pagesOf(emission)], end, at);
  }

  /** A way that could not be followed to its end: nothing is known of its answer. */
  unknown(way: Way, at: Span, message: string): void {
    if (!this.#gaps.some((gap) => sameSpan(gap.at, at))) this.#gaps.push({ at, reason: 'budget', message });
    const guard = open(`budget ${at.file}:${at.start}`, message, at, 'budget');
    this.#push(way, unknownCors(guard), { to: 'behind' }, at);
  }

  /** What an end's own configuration writes; what a page answers for is left to it. */
  writtenBy({ way, source, failed, pages }: Emission): readonly Written[] {
    const written = effectsOf(way, source, this.expander, failed);
    return pages.length === 0 ? written : onStatuses(written, (status) => !pages.some((page) => page.status === status));
  }

  /** Do two lists of ends say the same? A file that is there is as good as any other. */
  same(some: readonly Emission[], others: readonly Emission[]): boolean {
    const told = ({ way, end, source, pages, ...emission }: Emission): string => JSON.stringify([way.when, end.to === 'behind' && source === 'file' ? { to: 'answer', status: end.status ?? 200 } : end.to === 'answer' ? { ...end, statusAt: undefined } : end, pages.map(({ status }) => status), this.writtenBy({ way, end, source, pages, ...emission })]);
    return some.length === others.length && some.length <= MAX_COMPARED && some.every((one, index) => told(one) === told(others[index]!));
  }

  #pagesOf({ pages, source, at }: Emission): readonly Written[] {
    return pages.flatMap(({ status, emissions }) => {
      const inner = source === 'upstream' ? withoutInner(at) : [];
      const own = emissions.flatMap((emission) => this.writtenBy(emission).map(({ when, effect }): Written => ({ when: when.g === 'always' ? emission.way.when : { g: 'and', of: [emission.way.when, when] }, effect })));
      return onStatuses([...inner, ...own], (one) => one === status);
    });
  }

  #push(way: Way, written: readonly Written[], end: End, at: Span): void {
    let effects: Effect[] = [];
    let current: Guard = way.when;
    const flush = (last?: End): void => {
      if (effects.length > 0 || last !== undefined) this.#steps.push({ when: current, effects, ...(last === undefined ? {} : { end: last }), at });
      this.#size += current.g === 'and' ? current.of.length + 1 : 1;
      effects = [];
    };
    for (const { when, effect } of written) {
      const guard = when.g === ALWAYS.g ? way.when : narrowed(way, when)?.when;
      if (guard === undefined) continue;
      if (guard !== current) {
        flush();
        current = guard;
      }
      effects.push(effect);
    }
    if (current !== way.when) {
      flush();
      current = way.when;
    }
    flush(end);
  }
}
