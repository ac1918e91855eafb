import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import { predicted, truthIn, type World } from '../support/nginx-world.js';
import type { Surveyed } from './chain-repositories.js';
import { send, type Answer } from './server.js';

const DOUBLED = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'] as const;

/** Headers by which browsers decide that an answer has more than once. */
export function doubledIn({ headers }: Answer): readonly string[] {
  return DOUBLED.filter((header) => headers.filter(([name]) => name === header.toLowerCase()).length > 1);
}

/** A layer of a chain that runs, by the folder that it is written in. */
export interface Part {
  readonly entry: Surveyed['entry'];
  /** Of the outermost layer. */
  readonly port: number;
  readonly folder: string;
  readonly world: World;
  scenario(request: HttpRequest): Promise<Scenario>;
}

/**
 * Answers of a chain as if no other layer sent once more what this one sends: of a header that really comes twice, the lines
 * of this layer stay. Whose a line is, the composed program says; it counts only where all lines are those that really come.
 * What others send twice among themselves stays as it is.
 */
export class WithoutSecondHeaders {
  /** How many answers lost a line. */
  taken = 0;

  constructor(private readonly part: Part) {}

  readonly ask = async (request: HttpRequest): Promise<Answer> => {
    const real = await send(this.part.port, request);
    const { entry, folder, world } = this.part;
    const doubled = doubledIn(real).map((header) => header.toLowerCase());
    if (doubled.length === 0 || entry === undefined) return real;
    const said = predicted(entry, request, truthIn(world, { path: request.path, query: '' }), await this.part.scenario(request));
    if ('unknown' in said) return real;
    return doubled.reduce((answer, header): Answer => {
      const lines = said.headers.filter(({ name }) => name === header);
      const own = lines.filter(({ at }) => at?.file.startsWith(folder) === true).map(({ text }) => text ?? '');
      const isSaid = sorted(lines.map(({ text }) => text ?? '')) === sorted(real.headers.filter(([name]) => name === header).map(([, value]) => value));
      if (!isSaid || own.length === 0 || own.length === lines.length) return answer;
      this.taken += 1;
      return { ...answer, headers: [...answer.headers.filter(([name]) => name !== header), ...own.map((text) => [header, text] as const)] };
    }, real);
  };
}

function sorted(texts: readonly string[]): string {
  return JSON.stringify([...texts].sort());
}
