import type { Choices, Origins } from '../../codemods/codemod.js';
import type { Outcome } from '../../codemods/run.js';
import type { Policy } from '../../policy/program.js';
import { withoutPlaces } from '../../text/span.js';
import { UsageError } from './options.js';
import type { Terminal } from './terminal.js';

/** Asks a person on a terminal for what a code-mod cannot know, and remembers the answers. */
export class Interview {
  /** By what a policy says: the place of one shifts while its file is rewritten. */
  readonly #origins = new Map<string, Origins | undefined>();
  #keep: string | undefined;
  #askedToKeep = false;

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
    for (const { asks, ...place } of refused) {
      if (asks?.choice === 'origins' && !this.#origins.has(keyOf(asks.policy))) {
        const origins = await this.#askForOrigins(place, asks.policy, asks.candidates);
        this.#origins.set(keyOf(asks.policy), origins);
        isAnswered ||= origins !== undefined;
      } else if (asks?.choice === 'keep' && !this.#askedToKeep) {
        this.#askedToKeep = true;
        this.#keep = await this.#chosen(`Which layer goes on sending CORS headers?\n${numbered(asks.candidates)}Number, or nothing to leave all as it is: `, (text) => among(text, asks.candidates));
        isAnswered ||= this.#keep !== undefined;
      }
    }
    return isAnswered;
  }

  async #askForOrigins({ at, line }: Pick<Outcome['refused'][number], 'at' | 'line'>, policy: Policy, candidates: readonly string[]): Promise<Origins | undefined> {
    const question = `${this.pathOf(at.file)}:${line}: whose pages may read what ${policy.title} serves?\n${numbered(candidates)}Numbers or origins, separated by commas, or nothing to leave it as it is: `;
    const origins = await this.#chosen(question, (text) => [...new Set(text.split(',').map((part) => part.trim()).filter((part) => part !== '').flatMap((part) => (/^\d+$/.test(part) ? among(part, candidates) : this.originsIn(part))))]);
    return origins === undefined ? undefined : { origins };
  }

  /** Asks until the answer makes sense; undefined for an empty one. */
  async #chosen<Answer>(question: string, read: (text: string) => Answer): Promise<Answer | undefined> {
    for (let asked = question; ; ) {
      const text = (await this.ask(asked)).trim();
      if (text === '') return undefined;
      try {
        return read(text);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        asked = `${error.message}\n${question}`;
      }
    }
  }
}

function keyOf(policy: Policy): string {
  return `${policy.at.file} ${withoutPlaces(policy)}`;
}

function numbered(candidates: readonly string[]): string {
  return candidates.map((candidate, index) => `  ${index + 1}  ${candidate}\n`).join('');
}

/** @throws {UsageError} for a number that names none */
function among(text: string, candidates: readonly string[]): string {
  const found = candidates[Number(text) - 1];
  if (found === undefined) throw new UsageError(`${text}: there is no such number`);
  return found;
}

