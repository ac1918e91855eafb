import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

type Configured = Pick<ObservedRow, 'options'>;

function argument(options: unknown): string {
  return typeof options === 'object' && options !== null && '$undefined' in options ? '' : print(options);
}

/** `apollo-server` 3 listening by itself, as in a recorded row. */
export function apolloServerSource({ options }: Configured): string {
  const cors = argument(options);
  return `const { ApolloServer } = require('apollo-server');
const server = new ApolloServer({ typeDefs, resolvers${cors === '' ? '' : `, cors: ${cors}`} });
server.listen({ port: 4000 }).then(({ url }) => console.log(url));
`;
}

/** `startStandaloneServer` of Apollo Server 5, which has no option for CORS. */
export function apolloStandaloneSource(): string {
  return `import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
const server = new ApolloServer({ typeDefs, resolvers });
const { url } = await startStandaloneServer(server, { listen: { port: 4000 } });
`;
}

/** tRPC's standalone server, as in a recorded row. */
export function trpcSource({ options }: Configured): string {
  const { middleware, responseMeta } = options as { middleware?: unknown; responseMeta?: string };
  const given = [
    ...(middleware === undefined ? [] : [`middleware: ${middleware === 'cors()' ? middleware : `cors(${print(middleware)})`},`]),
    ...(responseMeta === undefined ? [] : [`responseMeta: () => ({ headers: { 'Access-Control-Allow-Origin': '*' } }),`]),
  ];
  return `import { createHTTPServer } from '@trpc/server/adapters/standalone';
import cors from 'cors';
const server = createHTTPServer({
  router: appRouter,
  ${given.join('\n  ')}
});
server.listen(2022);
`;
}

/** A handler of micro that ends OPTIONS itself, as in a recorded row. */
export function microSource({ options }: Configured): string {
  return `const microCors = require('micro-cors');
const { send } = require('micro');
const cors = microCors(${argument(options)});
const handler = async (req, res) => {
  if (req.method === 'OPTIONS') return send(res, 200, 'ok');
  return send(res, 200, { ok: true });
};
module.exports = cors(handler);
`;
}

/** LoopBack 4: `index.ts` with the options and the application that passes them on, as its generator lays them out. */
export function loopbackSources({ options }: Configured): Readonly<Record<string, string>> {
  return {
    'src/application.ts': `import { BootMixin } from '@loopback/boot';
import { ApplicationConfig } from '@loopback/core';
import { RepositoryMixin } from '@loopback/repository';
import { RestApplication } from '@loopback/rest';
import { ServiceMixin } from '@loopback/service-proxy';

export class ApiApplication extends BootMixin(ServiceMixin(RepositoryMixin(RestApplication))) {
  constructor(options: ApplicationConfig = {}) {
    super(options);
    this.projectRoot = __dirname;
  }
}
`,
    'src/index.ts': `import { ApplicationConfig, ApiApplication } from './application';

export * from './application';

export async function main(options: ApplicationConfig = {}) {
  const app = new ApiApplication(options);
  await app.boot();
  await app.start();
  return app;
}

if (require.main === module) {
  const config = {
    rest: {
      port: +(process.env.PORT ?? 3000),
      host: process.env.HOST,
      openApiSpec: { setServersFromRequest: true },
      ${argument(options) === '' ? '' : `cors: ${argument(options)},`}
    },
  };
  main(config).catch((err) => {
    console.error('Cannot start the application.', err);
    process.exit(1);
  });
}
`,
  };
}
