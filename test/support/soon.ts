import { expect } from 'vitest';

/** Runs it and expects it to take less than so many seconds of the processor: other work of the machine does not count. */
export function soon<T>(seconds: number, run: () => T): T {
  const before = process.cpuUsage();
  const result = run();
  if (result instanceof Promise) return result.finally(() => inTime(before, seconds)) as T;
  inTime(before, seconds);
  return result;
}

function inTime(before: NodeJS.CpuUsage, seconds: number): void {
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000_000).toBeLessThan(seconds);
}
