// Generated from the file tree by `npm run generate`. Do not edit.
import type { Reader } from '../readers/reader.js';
import apolloServer from '../readers/apollo-server/index.js';
import browserClients from '../readers/browser-clients/index.js';
import elysia from '../readers/elysia/index.js';
import express from '../readers/express/index.js';
import fastify from '../readers/fastify/index.js';
import fetchHandler from '../readers/fetch-handler/index.js';
import h3 from '../readers/h3/index.js';
import hapi from '../readers/hapi/index.js';
import hono from '../readers/hono/index.js';
import ittyRouter from '../readers/itty-router/index.js';
import koa from '../readers/koa/index.js';
import lambda from '../readers/lambda/index.js';
import loopback from '../readers/loopback/index.js';
import microCors from '../readers/micro-cors/index.js';
import nestjs from '../readers/nestjs/index.js';
import next from '../readers/next/index.js';
import nodeFunctions from '../readers/node-functions/index.js';
import nodeHttp from '../readers/node-http/index.js';
import nodeServers from '../readers/node-servers/index.js';
import restify from '../readers/restify/index.js';
import sails from '../readers/sails/index.js';
import socketIo from '../readers/socket-io/index.js';
import strapi from '../readers/strapi/index.js';
import trpc from '../readers/trpc/index.js';
import vite from '../readers/vite/index.js';
import webpackDevServer from '../readers/webpack-dev-server/index.js';

export { default as scriptLanguage } from '../syntax/estree/index.js';

/** Readers of JavaScript and TypeScript, loaded at once: a host without time to wait for a module uses them. */
export const scriptReaders: Readonly<Record<string, Reader<unknown>>> = {
  'apollo-server': apolloServer as Reader<unknown>,
  'browser-clients': browserClients as Reader<unknown>,
  'elysia': elysia as Reader<unknown>,
  'express': express as Reader<unknown>,
  'fastify': fastify as Reader<unknown>,
  'fetch-handler': fetchHandler as Reader<unknown>,
  'h3': h3 as Reader<unknown>,
  'hapi': hapi as Reader<unknown>,
  'hono': hono as Reader<unknown>,
  'itty-router': ittyRouter as Reader<unknown>,
  'koa': koa as Reader<unknown>,
  'lambda': lambda as Reader<unknown>,
  'loopback': loopback as Reader<unknown>,
  'micro-cors': microCors as Reader<unknown>,
  'nestjs': nestjs as Reader<unknown>,
  'next': next as Reader<unknown>,
  'node-functions': nodeFunctions as Reader<unknown>,
  'node-http': nodeHttp as Reader<unknown>,
  'node-servers': nodeServers as Reader<unknown>,
  'restify': restify as Reader<unknown>,
  'sails': sails as Reader<unknown>,
  'socket-io': socketIo as Reader<unknown>,
  'strapi': strapi as Reader<unknown>,
  'trpc': trpc as Reader<unknown>,
  'vite': vite as Reader<unknown>,
  'webpack-dev-server': webpackDevServer as Reader<unknown>,
};
