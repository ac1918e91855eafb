import type { Revised } from '../engine.js';
import { spanKey, type Span } from '../text/span.js';
import { refuse, type Choices, type Codemod, type Proposed, type Refusal } from './codemod.js';

/**
 * What a code-mod proposes. Where it fails, which is a mistake of its own, it refuses at the file that it was looking at,
 * and is asked once more without that file: what it has to say of others is not lost.
 */
export async function* proposals(codemod: Codemod, repository: Revised, choices: Choices): AsyncGenerator<Proposed> {
  const failed = new Set<string>();
  const told: string[] = [];
  for (;;) {
    const watched = new Watched(repository, failed);
    const before = new Set(told);
    try {
      for await (const proposed of codemod.propose(watched.repository, choices)) {
        const key = keyOf(proposed);
        if (before.has(key)) continue;
        told.push(key);
        yield proposed;
      }
      return;
    } catch (error) {
      const file = watched.lookedAt;
      const at = file ?? [...failed].at(-1);
      if (at === undefined) throw error;
      const refusal = mistaken({ file: at, start: 0, end: 0 }, error);
      if (!told.includes(keyOf(refusal))) yield refusal;
      told.push(keyOf(refusal));
      // There is nothing more to leave out.
      if (file === undefined) return;
      failed.add(file);
    }
  }
}

function keyOf(proposed: Proposed): string {
  return `${spanKey(proposed.at)} ${proposed.kind === 'refusal' ? proposed.reason : proposed.title}`;
}

export function mistaken(at: Span, error: unknown): Refusal {
  return refuse(at, `it fails here, and this is a mistake of cors-lint: ${error instanceof Error ? error.message : String(error)}`);
}

/** A repository without some files, that knows which file it was asked for last: one with a policy, where there was such. */
class Watched {
  readonly repository: Revised;
  #file: string | undefined;
  #hasPolicy = false;

  get lookedAt(): string | undefined {
    return this.#file;
  }

  constructor(repository: Revised, without: ReadonlySet<string>) {
    const policies = repository.policies.filter(({ at }) => !without.has(at.file));
    const speaking = new Set(policies.map(({ at }) => at.file));
    const look = (path: string): void => {
      if (without.has(path) || (this.#hasPolicy && !speaking.has(path))) return;
      this.#file = path;
      this.#hasPolicy = speaking.has(path);
    };
    const { files, environment, layering } = repository;
    this.repository = {
      files: {
        read(path) {
          look(path);
          return files.read(path);
        },
        exists: (path) => files.exists(path),
        list: (folder) => files.list(folder),
        search: (folder, names) => files.search(folder, names),
      },
      paths: repository.paths.filter((path) => !without.has(path)),
      environment,
      policies,
      layering,
      unit(language, path) {
        look(path);
        return repository.unit(language, path);
      },
      spelled(policy, changes) {
        look(policy.at.file);
        return repository.spelled(policy, changes);
      },
      problemsIn: (paths) => repository.problemsIn(paths),
      complaints: (...asked) => repository.complaints(...asked),
      revise: (texts) => repository.revise(texts),
      including: (paths) => repository.including(paths),
    };
  }
}
