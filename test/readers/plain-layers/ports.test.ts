import { expect, test } from 'vitest';
import { readingsFor } from '../../support/plain-layers.js';

const EXPRESS = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors());\n";
const KOA = "const Koa = require('koa');\nconst cors = require('@koa/cors');\nconst app = new Koa();\napp.use(cors());\n";
const FASTIFY = "import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\nawait app.register(cors);\n";
const NEST = "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  app.enableCors();\n";
const FASTAPI = "import os\nimport uvicorn\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['*'])\n";
const FLASK = "import os\nfrom flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\nCORS(app)\n";

test.each<readonly [reader: string, path: string, text: string, ports: readonly number[]]>([
  ['express', 'app.js', `${EXPRESS}app.listen(process.env.PORT || 3000);`, [3000]],
  ['express', 'app.js', `${EXPRESS}const port = Number(process.env.PORT) || 3001;\napp.listen(port);`, [3001]],
  ['express', 'app.js', `${EXPRESS}app.listen({ port: 3002 });`, [3002]],
  ['express', 'app.js', `${EXPRESS}const { PORT = 4000 } = process.env;\nrequire('http').createServer(app).listen(PORT);`, [4000]],
  ['express', 'app.js', `${EXPRESS}app.set('port', process.env.PORT || 3003);\napp.listen(app.get('port'));`, [3003]],
  ['express', 'app.js', `${EXPRESS}app.listen(process.env.PORT);`, []],
  ['koa', 'app.js', `${KOA}app.listen(process.env.PORT || 3000);`, [3000]],
  ['koa', 'app.js', `${KOA}require('http').createServer(app.callback()).listen(3004);`, [3004]],
  ['fastify', 'app.js', `${FASTIFY}await app.listen({ port: parseInt(process.env.PORT ?? '3005', 10), host: '0.0.0.0' });`, [3005]],
  ['nestjs', 'main.ts', `${NEST}  await app.listen(process.env.PORT ?? 3006);\n}\nbootstrap();`, [3006]],
  ['starlette', 'main.py', `${FASTAPI}uvicorn.run(app, port=int(os.environ.get('PORT', 8001)))\n`, [8001]],
  ['starlette', 'main.py', `${FASTAPI}uvicorn.run('main:app')\n`, [8000]],
  ['starlette', 'main.py', FASTAPI, []],
  ['flask', 'app.py', `${FLASK}app.run(host='0.0.0.0', port=int(os.environ.get('PORT', 5001)))\n`, [5001]],
  ['flask', 'app.py', `${FLASK}app.run('0.0.0.0', 5002)\n`, [5002]],
  ['flask', 'app.py', `${FLASK}from waitress import serve\nserve(app, host='0.0.0.0', port=8080)\n`, [8080]],
  ['flask', 'app.py', `${FLASK.replaceAll('app', 'server')}server.run(debug=True)\n`, [5000]],
  ['aiohttp', 'app.py', "import os\nfrom aiohttp import web\nimport aiohttp_cors\napp = web.Application()\ncors = aiohttp_cors.setup(app, defaults={'*': aiohttp_cors.ResourceOptions()})\nr = cors.add(app.router.add_resource('/x'))\nweb.run_app(app, port=int(os.getenv('PORT', 8085)))\n", [8085]],
  ['litestar', 'app.py', "import uvicorn\nfrom litestar import Litestar\nfrom litestar.config.cors import CORSConfig\napp = Litestar([], cors_config=CORSConfig(allow_origins=['https://a.example']))\nuvicorn.run(app, port=8009)\n", [8009]],
  ['falcon', 'app.py', "import falcon\nfrom wsgiref.simple_server import make_server\napp = falcon.App(cors_enable=True)\nwith make_server('', 8010, app) as httpd:\n    httpd.serve_forever()\n", [8010]],
  ['quarkus', 'src/main/resources/application.properties', 'quarkus.http.cors=true\nquarkus.http.cors.origins=https://a.example\nquarkus.http.port=8081\n', [8081]],
  ['quarkus', 'src/main/resources/application.properties', 'quarkus.http.cors=true\nquarkus.http.cors.origins=https://a.example\n', [8080]],
  ['micronaut-yaml', 'src/main/resources/application.yml', 'micronaut:\n  server:\n    port: 8082\n    cors:\n      enabled: true\n', [8082]],
  ['spring-boot-properties', 'src/main/resources/application.properties', 'server.port=${PORT:8083}\nmanagement.endpoints.web.cors.allowed-origins=https://a.example\nmanagement.endpoints.web.exposure.include=*\n', [8083]],
  ['ktor', 'App.kt', 'import io.ktor.server.engine.*\nimport io.ktor.server.netty.*\nimport io.ktor.server.plugins.cors.routing.*\nfun main() { embeddedServer(Netty, port = 8084) { install(CORS) { anyHost() } }.start(wait = true) }\n', [8084]],
])('%s in %s listens on the port that its text says: %s', async (reader, path, text, ports) => {
  const readings = await readingsFor(reader, path, { [path]: text });
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  expect(policies.length).toBeGreaterThan(0);
  for (const { listens } of policies) expect(listens).toEqual(ports);
});
