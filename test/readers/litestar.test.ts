import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import litestar from '../../src/readers/litestar/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readPython } from '../support/python.js';
import { holdRecordedInPython, recorded } from '../support/recorded.js';

beforeAll(() => python.load());

/** 30 programs on 2.19.0 and on 2.25.0. */
test('answers like the recorded servers', () => {
  const scenario = (status: number): object => (status === 500 ? { uncaught: true } : status >= 400 ? { status } : {});
  expect(holdRecordedInPython(recorded('litestar'), litestar, { silent: silent(204), scenario, unordered: ['access-control-allow-headers'] })).toEqual({ held: 5760, failures: [] });
});
