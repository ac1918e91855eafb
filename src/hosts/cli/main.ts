#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import type { Sink } from './terminal.js';

/**
 * A run is short, and what pays off later only costs it. Code that is warm is compiled later (a tenth of the time of 5,000
 * files); the lexers of the grammars, which V8 optimises after a few tokens, not at all: for Kotlin's that takes a thread 300 ms,
 * the end of the process waits for it, and hundreds of files are read as fast without. Room for new objects grows at once.
 */
const FOR_SHORT_RUNS = ['--interrupt-budget=1000000', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--semi-space-growth-factor=16'];

// V8 tells flags that it does not know on stderr, so only versions are asked that have them.
if (/^v2[0-4]\./.test(process.version)) setFlagsFromString(FOR_SHORT_RUNS.join(' '));

// No handler for SIGINT: analysis is synchronous, and only the signal's own effect (130 in a shell) ends it at once.
// A reader such as `head` that has enough is no failure of ours: the run ends as it would have.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`cors-lint: standard output cannot be written (${error.code ?? error.message})\n`);
    process.exit(2);
  });
}

// Nothing is left to do or to be written then; taking the heap apart first would only take time.
process.once('beforeExit', () => process.exit());

const argv = process.argv.slice(2);
const [only] = argv;
if (argv.length === 1 && (only === '-v' || only === '--version')) {
  const { VERSION } = await import('../../generated/version.js');
  process.stdout.write(`${VERSION}\n`);
} else {
  const [{ run }, { readStdin }] = await Promise.all([import('./run.js'), import('./stdin.js')]);
  const sink = (stream: NodeJS.WriteStream): Sink => ({ isTTY: stream.isTTY, columns: stream.columns, write: (text) => void stream.write(text) });
  process.exitCode = await run(
    argv,
    { cwd: process.cwd(), env: process.env, stdout: sink(process.stdout), stderr: sink(process.stderr), readStdin, ask: process.stdin.isTTY && process.stderr.isTTY ? async (question) => (await import('./prompt.js')).ask(question) : undefined },
    async () => (await import('../../engine.js')).lint,
  );
}
