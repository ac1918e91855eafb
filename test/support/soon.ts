import { expect } from 'vitest';

/** Seconds of the processor that any hostile text may take: what grows with the square of it takes minutes. `npm run bench` has the figures. */
const MOST = 20;

/** Runs it and expects it to end soon. Other work of the machine does not count. */
export function soon<T>(run: () => T): T {
  const before = process.cpuUsage();
  const result = run();
  if (result instanceof Promise) return result.finally(() => inTime(before)) as T;
  inTime(before);
  return result;
}

function inTime(before: NodeJS.CpuUsage): void {
  expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(MOST);
}
