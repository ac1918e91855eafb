import type { Observer, Stage } from '../../engine-observer.js';
import { counted } from '../../reporters/words.js';
import type { Sink } from './terminal.js';

/** Milliseconds: shorter runs show nothing, and a line is not drawn more often. */
const AFTER = 1000;
const EVERY = 100;

/** One line on a terminal that says how far a long run is, and goes when it is done. */
export class Progress implements Observer {
  #due = performance.now() + AFTER;
  #shown = false;
  #total = 0;
  #read = 0;
  #changes = 0;
  #mending = 0;

  constructor(private readonly sink: Sink) {}

  /** So many files are read from now on. */
  expect(files: number): void {
    this.#total = files;
    this.#read = 0;
  }

  start(stage: Stage): () => void {
    if (stage === 'mend') {
      this.#changes += 1;
      this.#mending += 1;
      this.#draw(`${counted(this.#changes, 'change')} tried`);
      return () => void (this.#mending -= 1);
    }
    if (stage === 'read' && this.#mending === 0) {
      this.#draw(`${this.#read} of ${counted(this.#total, 'file')} read`);
      this.#read += 1;
    }
    return () => undefined;
  }

  note(): void {
    // Decisions are not shown.
  }

  clear(): void {
    if (this.#shown) this.sink.write('\r\u001b[K');
    this.#shown = false;
  }

  #draw(text: string): void {
    const now = performance.now();
    if (now < this.#due) return;
    this.#due = now + EVERY;
    this.#shown = true;
    this.sink.write(`\r\u001b[Kcors-lint: ${text}`);
  }
}
