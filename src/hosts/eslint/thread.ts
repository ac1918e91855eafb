import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { ANSWERED, GONE, WAITING, type Answer, type Line, type Question } from './question.js';

/** A file takes milliseconds, and the first one of its language some hundred; a worker without memory says nothing at all. */
const PATIENCE_MS = 60_000;

const WORKER = fileURLToPath(new URL('./eslint-worker.js', import.meta.url));

interface Thread extends Line {
  readonly worker: Worker;
}

let running: Thread | undefined;

/** Asks the engine and waits, since rules must answer at once. The first question starts the worker; one that is lost is replaced by the next. */
export function ask(question: Question): Answer {
  if (!existsSync(WORKER)) return { failure: `${WORKER} is missing` };
  running ??= start();
  const { worker, port, signal } = running;
  Atomics.store(signal, 0, WAITING);
  worker.postMessage(question);
  Atomics.wait(signal, 0, WAITING, PATIENCE_MS);
  const state = Atomics.load(signal, 0);
  if (state === ANSWERED) return (receiveMessageOnPort(port) as { readonly message: Answer }).message;
  drop(worker);
  void worker.terminate();
  return { failure: state === GONE ? 'its worker ended unexpectedly' : `its worker did not answer within ${PATIENCE_MS / 1000} seconds` };
}

function start(): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const theirs: Line = { port: port2, signal };
  const worker = new Worker(WORKER, { workerData: theirs, transferList: [port2], execArgv: [] });
  // What ends a worker is told by the next answer; nobody waits for it to end.
  worker.on('error', () => drop(worker));
  worker.on('exit', () => drop(worker));
  worker.unref();
  return { worker, port, signal };
}

function drop(worker: Worker): void {
  if (running?.worker === worker) running = undefined;
}
