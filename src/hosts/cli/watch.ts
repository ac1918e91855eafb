import type { Observer } from '../../engine-observer.js';
import { DebugLog } from './debug.js';
import type { Options } from './options.js';
import { Progress } from './progress.js';
import { Stopwatch } from './stopwatch.js';
import type { Terminal } from './terminal.js';

/** Those who watch a run: whoever was asked for, and nobody else. */
export interface Watch {
  readonly stopwatch?: Stopwatch | undefined;
  readonly log?: DebugLog | undefined;
  readonly progress?: Progress | undefined;
  /** All of them at once. */
  readonly observer?: Observer | undefined;
}

/** `--stats`, `--debug`, and progress on a terminal. */
export function watchOf(flags: Options['flags'], { stderr }: Terminal): Watch {
  const stopwatch = flags.stats === true ? new Stopwatch() : undefined;
  const log = flags.debug === true ? new DebugLog(stderr) : undefined;
  // Lines of a log and a line that comes and goes do not fit together.
  const progress = stderr.isTTY && flags['no-progress'] !== true && log === undefined ? new Progress(stderr) : undefined;
  return { stopwatch, log, progress, observer: together([stopwatch, log, progress].filter((one) => one !== undefined)) };
}

function together(observers: readonly Observer[]): Observer | undefined {
  if (observers.length < 2) return observers[0];
  return {
    start(stage, subject) {
      const ends = observers.map((observer) => observer.start(stage, subject));
      return () => ends.forEach((end) => end());
    },
    note: (topic, about, text) => observers.forEach((observer) => observer.note(topic, about, text)),
  };
}
