import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

/** The program behind a recorded row of `@elysiajs/cors`, as its options describe it. */
export function elysiaSource(row: ObservedRow): string {
  return `import { Elysia } from 'elysia';
import { cors } from '@elysiajs/cors';
const o = ${print(row.options)};
new Elysia()
  .use(cors(o))
  .get('/data', () => ({ ok: true }))
  .post('/data', () => ({ ok: true }))
  .put('/data', () => ({ ok: true }))
  .delete('/data', () => ({ ok: true }))
  .get('/boom', () => { throw new Error('boom'); })
  .listen(3000);
`;
}
