/** The engine in a thread of its own: it loads parsers when they are needed, and the plugin waits for what it says. */
import { parentPort, workerData } from 'node:worker_threads';
import { ANSWERED, GONE, type Answer, type Line, type Question } from './question.js';

async function answer({ root, path, text, options }: Question): Promise<Answer> {
  try {
    // Loaded under guard: what keeps it from loading is told like everything else.
    const [{ lint }, { Disk }] = await Promise.all([import('../../engine.js'), import('../disk.js')]);
    const disk = new Disk(root);
    disk.lay(path, text);
    const { findings } = await lint([path], disk, options);
    const here = findings.filter(({ at }) => at.file === path);
    return { findings: here.map(({ ruleId, message, at, fix, suggestions }) => ({ ruleId, message, at, suggestions, ...(fix === undefined ? {} : { fix }) })) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const { port, signal } = workerData as Line;

function tell(state: number): void {
  Atomics.store(signal, 0, state);
  Atomics.notify(signal, 0);
}

process.on('exit', () => tell(GONE));
parentPort?.on('message', (question: Question) => {
  void answer(question).then((said) => {
    port.postMessage(said);
    tell(ANSWERED);
  });
});
