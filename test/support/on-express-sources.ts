import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

type Configured = Pick<ObservedRow, 'options' | 'wiring'>;

function argument(options: unknown): string {
  return typeof options === 'object' && options !== null && '$undefined' in options ? '' : print(options);
}

/** The Polka app behind a recorded row: its one handler for errors answered for paths without a route too. */
export function polkaSource({ options }: Configured): string {
  return `const polka = require('polka');
const cors = require('cors');
const send = (req, res) => res.end('ok');
polka({ onError: (err, req, res) => { res.statusCode = 500; res.end('error'); } })
  .use(cors(${argument(options)}))
  .get('/data', send)
  .post('/data', send)
  .put('/data', send)
  .delete('/data', send)
  .get('/boom', () => { throw new Error('boom'); })
  .listen(3000);
`;
}

/** The Feathers app behind a recorded row. */
export function feathersExpressSource({ options }: Configured): string {
  return `const { feathers } = require('@feathersjs/feathers');
const express = require('@feathersjs/express');
const app = express(feathers());
app.use(express.cors(${argument(options)}));
app.use(express.json());
app.configure(express.rest());
app.use('/data', { async find() { return []; }, async create(data) { return data; } });
app.use(express.notFound());
app.use(express.errorHandler());
app.listen(3000);
`;
}

/** Apollo Server 4 and 5 as middleware of the author's Express app. */
export function apolloExpressSource({ options }: Configured): string {
  const cors = '$none' in (options as object) ? '' : `cors(${print(options)}), `;
  return `import express from 'express';
import cors from 'cors';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
const app = express();
const server = new ApolloServer({ typeDefs, resolvers });
await server.start();
app.use('/data', ${cors}express.json(), expressMiddleware(server));
app.listen(4000);
`;
}
