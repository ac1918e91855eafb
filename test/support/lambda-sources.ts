import { print } from './express-sources.js';

/** The function behind a recorded row of `@middy/http-cors`: it answers 404 and 500 where the row's paths say so. */
export function middySource(options: unknown): string {
  return `import middy from '@middy/core';
import httpCors from '@middy/http-cors';

export const handler = middy()
  .use(httpCors(${print(options)}))
  .handler(async (event) => {
    if (event.path === '/boom') throw new Error('boom');
    return { statusCode: event.path === '/missing' ? 404 : 200, body: '{}' };
  });
`;
}
