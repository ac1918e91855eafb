import type { HeaderLine, HeaderWrite, HttpRequest, HttpResponse, Link, Passed } from './evaluate.js';
import type { Effect, Policy, Step } from './program.js';

/** Keeps what an evaluation does, layer by layer, for those who ask how a response came about. */
export class Trace {
  readonly #layers: PassedLayer[] = [];

  /** A request comes to a layer. */
  enter(policy: Policy, request: HttpRequest, link: Link | undefined): PassedLayer {
    const layer = new PassedLayer(policy, request, link);
    this.#layers.push(layer);
    return layer;
  }

  /** Outermost first. */
  get passed(): readonly Passed[] {
    return this.#layers.map((layer, index) => layer.passed(index < this.#layers.length - 1));
  }
}

/** What one layer did so far. */
export class PassedLayer {
  readonly #steps: Step[] = [];
  readonly #writes: HeaderWrite[] = [];
  #response: HttpResponse = { status: null, headers: [] };

  constructor(
    private readonly policy: Policy,
    private readonly request: HttpRequest,
    private readonly link: Link | undefined,
  ) {}

  /** A step applies. */
  takes(step: Step): void {
    this.#steps.push(step);
  }

  /** An effect changes the header lines of the response. */
  writes(effect: Effect, before: readonly HeaderLine[], after: readonly HeaderLine[]): void {
    const own = (lines: readonly HeaderLine[]): readonly HeaderLine[] => lines.filter(({ name }) => name === effect.header);
    this.#writes.push({ effect, before: own(before), after: own(after) });
  }

  /** The response goes back to who asked this layer. */
  leaves(response: HttpResponse): HttpResponse {
    return (this.#response = response);
  }

  /** @param wentOn did the request come to another layer? */
  passed(wentOn: boolean): Passed {
    const here = this.#steps.at(-1)?.end?.to === 'answer';
    return {
      policy: this.policy,
      ...(this.link === undefined ? {} : { link: this.link }),
      request: this.request,
      steps: this.#steps,
      answered: here ? 'here' : wentOn ? 'by a layer behind' : 'out of view',
      writes: this.#writes,
      response: this.#response,
    };
  }
}
