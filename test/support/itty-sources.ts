import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const ROUTES = `router
  .get('/data', () => ({ ok: true }))
  .post('/data', () => ({ ok: true }))
  .put('/data', () => ({ ok: true }))
  .delete('/data', () => ({ ok: true }))
  .get('/boom', () => { throw new Error('boom'); })`;

/** The program behind a recorded row of itty-router, as its options and its wiring describe it. */
export function ittySource(row: ObservedRow): string {
  const options = print(row.options);
  if (row.wiring === 'AutoRouter({before:[preflight],finally:[corsify]})') {
    return `import { AutoRouter, cors } from 'itty-router';
const { preflight, corsify } = cors(${options});
const router = AutoRouter({ before: [preflight], finally: [corsify] });
${ROUTES};
export default router;
`;
  }
  if (row.wiring === 'router.all(*,preflight) … .then(json).catch(error).then(corsify)') {
    return `import { createCors, error, json, Router } from 'itty-router';
const { preflight, corsify } = createCors(${options});
const router = Router();
router.all('*', preflight);
${ROUTES}
  .all('*', () => error(404));
export default { fetch: (request) => router.handle(request).then(json).catch(error).then(corsify) };
`;
  }
  throw new Error(`no source for the wiring ${row.wiring}`);
}
