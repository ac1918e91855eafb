import { defineConfig } from 'vitest/config';

/** Suites against real servers, one after the other: `npm run test:live`. */
export default defineConfig({
  test: { include: ['test/live/**/*.test.ts'], exclude: ['**/node_modules/**'], maxWorkers: 1, fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000 },
});
