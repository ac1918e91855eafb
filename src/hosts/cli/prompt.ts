import { createInterface } from 'node:readline/promises';

/** Asks on standard error, since standard output is for the answer. @returns undefined where the input ended */
export async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let isInterrupted = false;
  lines.once('SIGINT', () => {
    isInterrupted = true;
    lines.close();
  });
  try {
    return await Promise.race([lines.question(question), new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))]);
  } finally {
    lines.close();
    // The line editor reads Ctrl+C as a key. It ends the process, as it does everywhere else.
    if (isInterrupted) process.kill(process.pid, 'SIGINT');
  }
}
