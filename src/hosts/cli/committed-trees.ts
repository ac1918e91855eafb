import { visible } from '../../reporters/visible.js';
import { counted } from '../../reporters/words.js';
import { uncommittedIn } from '../git.js';
import { UsageError } from './options.js';

/** Files that a message names. */
const MAX_NAMED = 3;

/** Work trees that hold nothing but what is committed: what is written there can be told apart, and taken back. */
export class CommittedTrees {
  readonly #clean = new Set<string>();

  /** @throws {UsageError} where the work tree of a folder has changes that are not committed. Folders that git does not know pass. */
  check(folder: string): void {
    const tree = uncommittedIn(folder);
    if (tree === undefined || this.#clean.has(tree.top)) return;
    const { files } = tree;
    if (files.length > 0) throw new UsageError(`${counted(files.length, 'file')} with changes that are not committed (${files.slice(0, MAX_NAMED).map(visible).join(', ')}${files.length > MAX_NAMED ? ', …' : ''}): commit or stash them, so that what is written here can be told apart, or say --force`);
    this.#clean.add(tree.top);
  }
}
