import type { Choices, Origins } from '../../codemods/codemod.js';
import type { Outcome } from '../../codemods/run.js';
import type { Policy } from '../../policy/program.js';
import { visible } from '../../reporters/visible.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import { UsageError } from './options.js';
import type { Terminal } from './terminal.js';

/** Asks a person on a terminal for what a code-mod cannot know, and remembers the answers. */
export class Interview {
  /** By what a policy says: the place of one shifts while its file is rewritten. */
  readonly #origins = new Map<string, Origins | undefined>();
  #keep: string | undefined;
  #askedToKeep = false;
  /** The input has ended: nobody is there any more. */
  #isOver = false;

  constructor(
    private readonly ask: NonNullable<Terminal['ask']>,
    private readonly given: Choices,
    private readonly pathOf: (file: string) => string,
    /** @throws {UsageError} for what is no list of origins */
    private readonly originsIn: (text: string) => readonly string[],
  ) {}

  /** What was said so far, on the command line and on the terminal. */
  get choices(): Choices {
    return {
      originsFor: (policy) => this.#origins.get(keyOf(policy)) ?? this.given.originsFor(policy),
      keep: this.#keep ?? this.given.keep,
    };
  }

  /** Asks what has not been asked yet. @returns whether there is a new answer */
  async answersTo(refused: Outcome['refused']): Promise<boolean> {
    let isAnswered = false;
    for (const [key, places] of byPolicy(refused)) {
      if (this.#isOver || this.#origins.has(key)) continue;
      const origins = await this.#askForOrigins(places);
      this.#origins.set(key, origins);
      isAnswered ||= origins !== undefined;
    }
    const candidates = [...new Set(refused.flatMap(({ asks }) => (asks?.choice === 'keep' ? asks.candidates : [])))];
    if (candidates.length > 0 && !this.#isOver && !this.#askedToKeep) {
      this.#askedToKeep = true;
      this.#keep = await this.#chosen(`Which layer goes on sending CORS headers?\n${numbered(candidates)}Number, or nothing to leave all as it is: `, (text) => among(text, candidates));
      isAnswered ||= this.#keep !== undefined;
    }
    return isAnswered;
  }

  /** @param places those of policies that say the same in the same file: one answer is for all of them */
  async #askForOrigins(places: readonly Asking[]): Promise<Origins | undefined> {
    const { at, policy, candidates } = places[0]!;
    const lines = [...new Set(places.map(({ line }) => line))].sort((a, b) => a - b);
    const question = `${visible(this.pathOf(at.file))}:${lines.join(', ')}: whose pages may read what ${visible(policy.title)} serves?\n${numbered(candidates)}Numbers or origins, separated by commas, or nothing to leave it as it is: `;
    const origins = await this.#chosen(question, (text) => [...new Set(text.split(',').map((part) => part.trim()).filter((part) => part !== '').flatMap((part) => (/^\d+$/.test(part) ? among(part, candidates) : this.originsIn(part))))]);
    return origins === undefined || origins.length === 0 ? undefined : { origins };
  }

  /** Asks until the answer makes sense; undefined for an empty one, and for none: then nothing more is asked. */
  async #chosen<Answer>(question: string, read: (text: string) => Answer): Promise<Answer | undefined> {
    for (let asked = question; ; ) {
      const text = await this.ask(asked);
      if (text === undefined) this.#isOver = true;
      if (text === undefined || text.trim() === '') return undefined;
      try {
        return read(text.trim());
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        asked = `${error.message}\n${question}`;
      }
    }
  }
}

/** A place that somebody has to choose origins for. */
interface Asking {
  readonly at: Span;
  readonly line: number;
  readonly policy: Policy;
  readonly candidates: readonly string[];
}

/** Questions for origins, each with all the places that it is about. */
function byPolicy(refused: Outcome['refused']): ReadonlyMap<string, readonly Asking[]> {
  const found = new Map<string, Asking[]>();
  for (const { asks, at, line } of refused) {
    if (asks?.choice !== 'origins') continue;
    const key = keyOf(asks.policy);
    found.set(key, [...(found.get(key) ?? []), { at, line, policy: asks.policy, candidates: asks.candidates }]);
  }
  return found;
}

function keyOf(policy: Policy): string {
  return `${policy.at.file} ${withoutPlaces(policy)}`;
}

function numbered(candidates: readonly string[]): string {
  return candidates.map((candidate, index) => `  ${index + 1}  ${visible(candidate)}\n`).join('');
}

/** @throws {UsageError} for a number that names none */
function among(text: string, candidates: readonly string[]): string {
  const found = candidates[Number(text) - 1];
  if (found === undefined) throw new UsageError(`${text}: there is no such number`);
  return found;
}

