import type { Observer } from '../../engine-observer.js';
import { counted } from '../../reporters/words.js';
import { visible } from '../../reporters/visible.js';
import type { Sink } from './terminal.js';

/** `--debug`: what was decided, a line each. */
export class DebugLog implements Observer {
  readonly #leftOut = new Map<string, string[]>();

  constructor(private readonly sink: Sink) {}

  start(): () => void {
    return () => undefined;
  }

  note(topic: string, about: string, text: string): void {
    this.sink.write(`debug ${topic}: ${visible(about === '' ? text : `${about}: ${text}`)}\n`);
  }

  /** A file that is not judged. Told with the others of its kind when `flush` is called. */
  leaveOut(file: string, reason: string): void {
    this.#leftOut.set(reason, [...(this.#leftOut.get(reason) ?? []), file]);
  }

  flush(): void {
    for (const [reason, files] of this.#leftOut) this.note('left out', '', `${counted(files.length, 'file')}, ${reason}: ${files.join(', ')}`);
    this.#leftOut.clear();
  }
}
