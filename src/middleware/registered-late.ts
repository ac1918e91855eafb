import type { Note, Probe, Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { sendsCors } from './readings.js';

/** Routes that one registration can come too late for, past which no more are told. */
const MAX_TOLD = 10;

/**
 * The order in which a stack was filled, where the first handler that answers is the last that runs: what registers
 * CORS behind a route does not cover it.
 */
export class FilledInOrder {
  readonly #routes: { readonly path: string; readonly at: Span }[] = [];

  /** What one registration at `at` added; told are the routes for which its CORS comes too late. */
  add(at: Span, probes: readonly Probe[], steps: readonly Step[]): readonly Note[] {
    this.#routes.push(...probes.map(({ path }) => ({ path, at })));
    if (probes.length > 0 || !sendsCors(steps)) return [];
    return this.#routes.slice(0, MAX_TOLD).map((route): Note => ({ id: 'registered-too-late', at, related: [route.at], path: route.path }));
  }
}
