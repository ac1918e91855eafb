import { expect, test } from 'vitest';
import fetchHandler from '../../src/readers/fetch-handler/index.js';
import { fetchSource } from '../support/fetch-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';

const rows = observed('javascript');

test('answers like the recorded handlers', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, 'fetch-Response')) {
    const { policies } = read(fetchHandler, { 'src/worker.js': fetchSource(group[0].options) }, 'src/worker.js');
    const [policy] = policies;
    expect(policies).toHaveLength(1);
    for (const row of group) {
      // `Headers` joins what is appended into one line; a browser joins the lines of a response all the same.
      const wrong = differences({ policy: policy!, inner: [] }, row, { unordered: ['access-control-allow-origin'] });
      if (wrong.length === 0) held++;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(112);
});
