import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import express from '../../src/readers/express/index.js';
import fastify from '../../src/readers/fastify/index.js';
import hono from '../../src/readers/hono/index.js';
import koa from '../../src/readers/koa/index.js';
import nodeHttp from '../../src/readers/node-http/index.js';
import { read } from '../support/estree.js';

const onExpress = (...lines: string[]): Policy => read(express, { 'app.js': `const express = require('express');\nconst app = express();\napp.use(require('cors')());\n${lines.join('\n')}\n` }, 'app.js').policies[0]!;

describe('cookies', () => {
  test.each<[why: string, policy: () => Policy | undefined, expected: string]>([
    ['nothing asks for any', () => onExpress("app.get('/', (req, res) => res.json({}));"), 'no'],
    ['a handler reads them', () => onExpress("app.get('/', (req, res) => res.json(req.cookies.id));"), 'yes'],
    ['sessions are kept', () => onExpress("app.use(require('express-session')({ secret: 's' }));", "app.get('/', (req, res) => res.json({}));"), 'yes'],
    ['somebody is known, by whatever', () => onExpress("app.get('/', (req, res) => res.json(req.user));"), 'unknown'],
    ['code out of view is given the request', () => onExpress("app.get('/', (req, res) => res.json(owner(req)));"), 'unknown'],
    ['middleware is out of view', () => onExpress("app.use(require('./session'));", "app.get('/', (req, res) => res.json({}));"), 'unknown'],
    ['harmless middleware is out of view', () => onExpress("const helmet = require('helmet');\napp.use(helmet());", "app.get('/', (req, res) => res.json({}));"), 'no'],
    ['a comment speaks of them', () => onExpress('// No req.session here.', "app.get('/', (req, res) => res.json({}));"), 'no'],
    ['Koa', () => read(koa, { 'app.js': "const Koa = require('koa');\nconst Router = require('@koa/router');\nconst app = new Koa();\nconst router = new Router();\napp.use(require('@koa/cors')());\nrouter.get('/', (ctx) => (ctx.body = ctx.cookies.get('id')));\napp.use(router.routes());\n" }, 'app.js').policies[0], 'yes'],
    ['Fastify', () => read(fastify, { 'app.js': "const app = require('fastify')();\napp.register(require('@fastify/cors'));\napp.get('/', async () => ({}));\n" }, 'app.js').policies[0], 'no'],
    ['Hono', () => read(hono, { 'app.ts': "import { Hono } from 'hono';\nimport { cors } from 'hono/cors';\nimport { getCookie } from 'hono/cookie';\nconst app = new Hono();\napp.use(cors());\napp.get('/', (c) => c.json(getCookie(c, 'id')));\n" }, 'app.ts').policies[0], 'yes'],
  ])('%s', (_why, policy, expected) => {
    expect(policy()?.evidence.readsCookies).toBe(expected);
  });
});

describe('what a place needs', () => {
  test.each<[why: string, policy: () => Policy, headers: readonly string[]]>([
    ['a JSON body', () => onExpress('app.use(express.json());', "app.post('/', (req, res) => res.json(req.body));"), ['content-type']],
    ['a body that may be a form', () => onExpress('app.use(express.json(), express.urlencoded({ extended: false }));', "app.post('/', (req, res) => res.json(req.body));"), []],
    ['a body that is parsed whatever it is', () => onExpress("app.use(express.json({ type: '*/*' }));", "app.post('/', (req, res) => res.json(req.body));"), []],
    ['a token and a key', () => onExpress("app.post('/', (req, res) => res.json([req.headers.authorization, req.get('X-Api-Key'), req.get('X-Debug')]));"), ['authorization', 'x-api-key']],
  ])('%s', (_why, policy, headers) => {
    expect(policy().probes[0]?.requestHeaders).toEqual(headers);
  });
});

test('handlers are in view unless code out of view is given the exchange', () => {
  expect(onExpress("app.get('/', (req, res) => res.json({}));").probes[0]?.inView).toBe(true);
  expect(onExpress("app.get('/', (req, res) => send(res));").probes[0]?.inView).toBeUndefined();
  expect(onExpress("app.get('/', require('./orders'));").probes[0]?.inView).toBeUndefined();
});

test('who asks for credentials says so', () => {
  const asks = (text: string): boolean => read(express, { 'app.js': `const app = require('express')();\n${text}\napp.use(require('cors')());\n` }, 'app.js').policies[0]!.steps.some(({ end }) => end?.to === 'answer' && end.unauthenticated === true);
  expect(asks("app.use((req, res, next) => (req.headers.authorization ? next() : res.sendStatus(401)));")).toBe(true);
  expect(asks("app.use(require('express-basic-auth')({ users: {} }));")).toBe(true);
  expect(asks("app.use(require('passport').authenticate('jwt', { session: false }));")).toBe(true);
  expect(asks("app.use(require('passport').authenticate('local'));")).toBe(false);
  expect(asks("app.use(require('express-jwt').expressjwt({ secret: 's', credentialsRequired: false }));")).toBe(false);
  expect(asks("app.use((req, res, next) => (req.headers.host ? next() : res.sendStatus(401)));")).toBe(false);
});

test('caches are told by the response itself', () => {
  const { steps } = onExpress("app.get('/', (req, res) => res.set('Cache-Control', 'no-store').json({}));");
  expect(steps.flatMap(({ effects }) => effects).filter(({ header }) => header === 'cache-control')).toHaveLength(1);
});

test('addresses that a server listens on', () => {
  const listening = (text: string): Policy['evidence'] => read(nodeHttp, { 'app.js': `const http = require('http');\nconst https = require('https');\n${text}\n` }, 'app.js').policies[0]!.evidence;
  const handler = "(req, res) => { res.setHeader('Access-Control-Allow-Origin', '*'); res.end(); }";
  expect(listening(`http.createServer(${handler}).listen(80);`)).not.toHaveProperty('https');
  expect(listening(`https.createServer({}, ${handler}).listen(443);`).https).toBe('yes');
  expect(listening(`http.createServer(${handler}).listen(80, '127.0.0.1');`)).not.toHaveProperty('privateListener');
  expect(listening(`http.createServer(${handler}).listen(80, '10.1.2.3');`)).toHaveProperty('privateListener');
});
