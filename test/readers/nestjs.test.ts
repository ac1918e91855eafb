import { describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import nestjs from '../../src/readers/nestjs/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { nestGatewaySources, nestSource } from '../support/nest-sources.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

/** What the recorded controller answered by itself: Nest sends 201 for POST. */
function controller({ request }: ObservedRow): Scenario {
  const { method, path } = request!;
  if (method === 'OPTIONS') return {};
  return { status: path === '/missing' ? 404 : path === '/boom' ? 500 : method === 'POST' ? 201 : 200 };
}

/** What socket.io's engine answered by itself: only GET is a handshake. Other paths were not there. */
function engine({ request }: ObservedRow): Scenario {
  const { method, path } = request!;
  if (!path.startsWith('/socket.io/')) return { status: 404 };
  return method === 'OPTIONS' ? {} : { status: method === 'GET' ? 200 : 400 };
}

function manifest(version: string): string {
  const nest = /nest (\S+)/.exec(version)![1]!;
  return JSON.stringify({ dependencies: { '@nestjs/core': nest, [version.includes('fastify') ? '@nestjs/platform-fastify' : '@nestjs/platform-express']: nest } });
}

/** The one policy of a text, or one that does nothing where none is read. */
function policyOf(text: string, file: string, packages: string): Policy {
  const { policies, gaps } = read(nestjs, { [file]: text, 'package.json': packages }, file);
  expect(gaps).toEqual([]);
  expect(policies.length).toBeLessThan(2);
  return policies[0] ?? silent(404);
}

describe('recorded servers', () => {
  test('apps on Express and on Fastify', () => {
    const found = hold(grouped(rows, 'nestjs'), (first) => {
      const policy = policyOf(nestSource(first), 'main.ts', manifest(first.version));
      return () => policy;
    }, controller);
    expect(found).toEqual({ held: 1400, failures: [] });
  });

  test('WebSocket gateways beside an app', () => {
    const found = hold(grouped(rows, 'nestjs websocket gateway'), (first) => {
      const { main, gateway } = nestGatewaySources(first);
      const app = policyOf(main, 'main.ts', manifest(first.version));
      const events = policyOf(gateway, 'events.gateway.ts', manifest(first.version));
      return ({ request }) => (request!.path.startsWith('/socket.io/') ? events : app);
    }, engine);
    expect(found).toEqual({ held: 112, failures: [] });
  });
});

const MAIN = (body: string, create = ''): string => `import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule${create});\n  ${body}\n  await app.listen(process.env.PORT ?? 3000);\n}\nvoid bootstrap();\n`;
function main(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(nestjs, { ...others, 'src/main.ts': text }, 'src/main.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

describe('what real code does', () => {
  test('options in another file', () => {
    const policy = main(MAIN('app.enableCors(corsOptions);').replace('import { App', "import { corsOptions } from './config/cors';\nimport { App"), { 'src/config/cors.ts': `import { CorsOptions } from '@nestjs/common/interfaces/external/cors-options.interface';\nconst base = { credentials: true };\nexport const corsOptions: CorsOptions = { ...base, origin: ['https://app.example.com'] };\n` });
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(policy.listens).toEqual([3000]);
  });

  test('an environment variable with a default', () => {
    const policy = main(MAIN("app.enableCors({ origin: process.env.ORIGIN || '*', credentials: true });"));
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { 'allow-origin': '*', 'allow-credentials': 'true' }]);
  });

  test('a setting of ConfigService that is missing switches CORS off', () => {
    const policy = main(MAIN("const config = app.get(ConfigService);\n  app.enableCors({ origin: config.get<string>('CORS_ORIGIN'), credentials: true });").replace('import { App', "import { ConfigService } from '@nestjs/config';\nimport { App"));
    expect(answers(policy, 'OPTIONS', '/', A)).toContainEqual([404, {}]);
    expect(answers(policy, 'GET', '/', A)).toContainEqual([200, { 'allow-origin': null, vary: null, 'allow-credentials': 'true' }]);
  });

  test('only in development', () => {
    const policy = main(MAIN("if (process.env.NODE_ENV !== 'production') {\n    app.enableCors();\n  }"));
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, {}]]);
    expect(evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(A) }, { environment: 'development' })[0]!.response.headers.map(({ text }) => text)).toEqual(['*']);
  });

  test('options that are not in view are never guessed', () => {
    const policy = main(MAIN('app.enableCors(loadOptions());').replace('import { App', "import { loadOptions } from 'company-config';\nimport { App"));
    for (const [, headers] of answers(policy, 'GET', '/', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });

  test('options of create that are not in view are never guessed', () => {
    const { policies } = read(nestjs, { 'main.ts': `import { NestFactory } from '@nestjs/core';\nimport { cors } from 'company-config';\nconst app = await NestFactory.create(AppModule, { cors });\n` }, 'main.ts');
    for (const [, headers] of answers(policies[0]!, 'GET', '/', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });

  test('a function of another file that sets up the app, and npm cors in it', () => {
    const setUp = `import type { INestApplication } from '@nestjs/common';\nimport cors from 'cors';\nexport function setUp(app: INestApplication) {\n  app.use(cors({ origin: 'https://app.example.com' }));\n}\n`;
    const files = { 'src/set-up.ts': setUp, 'src/main.ts': MAIN('setUp(app);').replace('import { App', "import { setUp } from './set-up';\nimport { App") };
    const { policies, covers } = read(nestjs, files, 'src/main.ts');
    expect(answers(policies[0]!, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin' }]]);
    expect(covers).toEqual(['src/set-up.ts']);
    expect(read(nestjs, files, 'src/set-up.ts').policies).toHaveLength(1);
  });

  test('middleware by hand', () => {
    const policy = main(MAIN("app.use((req, res, next) => { res.header('Access-Control-Allow-Origin', req.headers.origin); next(); });"));
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin }]]);
    expect(policy.evidence.handWritten).toBe(true);
  });

  test('two registrations on Fastify never start', () => {
    const text = MAIN('app.enableCors();', ', new FastifyAdapter(), { cors: true }').replace('import { App', "import { FastifyAdapter } from '@nestjs/platform-fastify';\nimport { App");
    expect(answers(main(text), 'GET', '/', A)).toEqual([[0, {}]]);
  });

  test.each([
    ['10.2.0', { vary: 'Origin' }, 'GET,HEAD,PUT,PATCH,POST,DELETE'],
    ['10.4.1', {}, 'GET,HEAD,PUT,PATCH,POST,DELETE'],
    ['11.1.0', {}, 'GET,HEAD,POST'],
  ])('the plugin that comes with the Fastify adapter %s', (version, vary, methods) => {
    const text = MAIN("app.enableCors({ origin: 'https://app.example.com' });", ', new FastifyAdapter()').replace('import { App', "import { FastifyAdapter } from '@nestjs/platform-fastify';\nimport { App");
    const policy = main(text, { 'package.json': JSON.stringify({ dependencies: { '@nestjs/core': version, '@nestjs/platform-fastify': version } }) });
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { ...vary, 'allow-origin': A.origin }]]);
    expect(answers(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'PUT' })[0]![1]['allow-methods']).toBe(methods);
  });

  test('a gateway with a port and a path of its own', () => {
    const { policies } = read(nestjs, { 'chat.gateway.ts': `import { WebSocketGateway } from '@nestjs/websockets';\n@WebSocketGateway(8080, { path: '/chat', cors: { origin: true, credentials: true } })\nexport class ChatGateway {}\n` }, 'chat.gateway.ts');
    expect(policies.map(({ listens, probes }) => [listens, probes.map(({ path }) => path)])).toEqual([[[8080], ['/chat/']]]);
    expect(answers(policies[0]!, 'GET', '/chat/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policies[0]!, 'GET', '/socket.io/', EVIL)).toEqual([[200, {}]]);
  });

  test.each([
    ["a client's request", `import { HttpService } from '@nestjs/common';\nexport class Api { get() { return this.http.get('https://x.example', { headers: { 'Access-Control-Allow-Origin': '*' } }); } }\n`],
    ['another cors', `import { Injectable } from '@nestjs/common';\nconst cors = { origin: '*' };\n@Injectable() export class Settings { cors = cors; }\n`],
    ['an app without CORS', MAIN('app.useGlobalPipes(new ValidationPipe());')],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(nestjs, { 'a.ts': text }, 'a.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    const text = MAIN("app.enableCors({ origin: [/example\\.com$/, 'https://a.example'], credentials: true });", ", { cors: { origin: (o, cb) => cb(null, o === 'x') } }");
    expect(readPrefixes(nestjs, text, 'main.ts')).toBeGreaterThan(20);
  });
});

describe('headers that classes write by hand', () => {
  function one(text: string): Policy {
    const { policies } = read(nestjs, { 'a.ts': text }, 'a.ts');
    expect(policies).toHaveLength(1);
    return policies[0]!;
  }

  test('a controller: @Header and @Res(), each on its route', () => {
    const policy = one(`import { Controller, Get, Header, Post, Req, Res } from '@nestjs/common';
@Controller('files')
export class FilesController {
  constructor(private readonly files: FilesService) {}
  @Get(':id')
  @Header('Access-Control-Allow-Origin', '*')
  one() { return this.files.find(); }
  @Post()
  add(@Req() req: Request, @Res() res: Response) {
    res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
    res.status(202).json({});
  }
  @Get()
  all() { return []; }
}
`);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/files/1', ['GET', 'HEAD']], ['/files', ['POST']], ['/files', ['GET', 'HEAD']]]);
    expect(answers(policy, 'GET', '/files/7', EVIL)).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'POST', '/files', EVIL)).toEqual([[202, { 'allow-origin': EVIL.origin }]]);
    expect(answers(policy, 'GET', '/files', EVIL)).toEqual([[200, {}]]);
    expect(answers(policy, 'OPTIONS', '/files', EVIL)).toEqual([[null, {}]]);
  });

  test('an exception filter', () => {
    const policy = one(`import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
@Catch()
export class Filter implements ExceptionFilter {
  catch(exception: Error, host: ArgumentsHost) {
    const http = host.switchToHttp();
    http.getResponse<Response>().header('Access-Control-Allow-Origin', http.getRequest<Request>().headers.origin).status(500).json({});
  }
}
`);
    expect(policy.title).toBe('Nest exception filter');
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[500, { 'allow-origin': EVIL.origin }]]);
  });

  test('an interceptor, in what it does with the stream of answers', () => {
    const policy = one(`import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { tap } from 'rxjs/operators';
@Injectable()
export class Cors implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const response = context.switchToHttp().getResponse();
    return next.handle().pipe(tap(() => response.header('Access-Control-Allow-Origin', '*')));
  }
}
`);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': '*' }]]);
  });

  test('a controller that asks another service is no policy', () => {
    const { policies } = read(nestjs, { 'a.ts': `import { Controller, Get } from '@nestjs/common';\n@Controller() export class A { @Get() get() { return this.http.get('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); } }\n` }, 'a.ts');
    expect(policies).toEqual([]);
  });
});
