import { readSync } from 'node:fs';
import { codeOf } from '../disk.js';

/** All of standard input. Another process may have set it not to wait: then it is asked again. */
export function readStdin(): Uint8Array {
  const chunks: Buffer[] = [];
  const chunk = Buffer.allocUnsafe(64 * 1024);
  for (let count = read(chunk); count > 0; count = read(chunk)) chunks.push(Buffer.from(chunk.subarray(0, count)));
  return Buffer.concat(chunks);
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function read(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = codeOf(error);
      // A pipe that is closed at its other end says so on Windows.
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(PAUSE, 0, 0, 10);
    }
  }
}
