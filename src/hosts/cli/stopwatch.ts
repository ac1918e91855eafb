import type { Observer, Stage } from '../../engine-observer.js';

interface Part {
  readonly stage: Stage;
  readonly subject: string;
  readonly began: number;
  /** Milliseconds of the parts within it. */
  inner: number;
}

/** Milliseconds of every stage, and of every subject in it. What a change is proven with belongs to `mend`. */
export class Stopwatch implements Observer {
  readonly #began = performance.now();
  readonly #open: Part[] = [];
  readonly #spent = new Map<Stage, Map<string, number>>();

  start(stage: Stage, subject: string): () => void {
    if (this.#open.some((part) => part.stage === 'mend')) return () => undefined;
    const part: Part = { stage, subject, began: performance.now(), inner: 0 };
    this.#open.push(part);
    return () => this.#stop(part);
  }

  note(): void {
    // Only times are of interest.
  }

  /** Since the run began. */
  get total(): number {
    return performance.now() - this.#began;
  }

  stage(stage: Stage): number {
    return [...(this.#spent.get(stage)?.values() ?? [])].reduce((sum, time) => sum + time, 0);
  }

  subject(stage: Stage, subject: string): number {
    return this.#spent.get(stage)?.get(subject) ?? 0;
  }

  #stop(part: Part): void {
    const lasted = performance.now() - part.began;
    this.#open.splice(this.#open.indexOf(part));
    const outer = this.#open.at(-1);
    if (outer !== undefined) outer.inner += lasted;
    const times = this.#spent.get(part.stage) ?? new Map<string, number>();
    this.#spent.set(part.stage, times.set(part.subject, (times.get(part.subject) ?? 0) + lasted - part.inner));
  }
}
