import { expect, test } from 'vitest';
import next from '../../src/readers/next/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { nextSource } from '../support/next-sources.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

const rows = observed('javascript');

/** What the router and compression of Next.js add to `Vary` has nothing to do with CORS. */
function withoutOwnVary(row: ObservedRow): ObservedRow {
  const headers = row.response.headers.map(([name, text]): readonly [string, string] => (name === 'vary' ? [name, text.split(/\s*,\s*/).filter((item) => !/^(?:rsc|next-router-.*|accept-encoding)$/i.test(item)).join(', ')] : [name, text]));
  return { ...row, response: { ...row.response, headers } };
}

test('answers like the recorded server', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, 'next')) {
    const { file, text, behind } = nextSource(group[0].options);
    const { policies } = read(next, { [file]: text }, file);
    const [policy] = policies;
    for (const recorded of group) {
      const row = withoutOwnVary(recorded);
      // Without CORS there is no policy: the response carries nothing.
      const wrong = policy === undefined ? row.response.headers.filter(([name, value]) => /^access-control-|^vary$/.test(name) && value !== '').map(([name]) => `no policy for ${name}`) : differences({ policy, inner: [] }, row, { scenario: { status: row.response.status, ...(behind === undefined || row.request!.path !== '/cfg/both' ? {} : { headers: behind }) } });
      if (wrong.length === 0) held++;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(280);
});
