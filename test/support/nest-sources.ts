import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const LOG_IN = `app.use((req, res, next) => { res.status(401).send('no'); });\n`;

/** `main.ts` of the recorded Nest app: its options, and the way in which they are given. */
export function nestSource({ version, options, wiring }: Pick<ObservedRow, 'version' | 'options' | 'wiring'>): string {
  const fastify = version.includes('platform-fastify');
  const main = (createOptions: unknown, body: string): string => `import { NestFactory } from '@nestjs/core';
${fastify ? `import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';\n` : ''}import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create${fastify ? '<NestFastifyApplication>' : ''}(AppModule${fastify ? ', new FastifyAdapter()' : ''}${createOptions === undefined ? '' : `, { cors: ${print(createOptions)} }`});
  ${body}
  await app.listen(3000);
}
bootstrap();
`;
  const given = options as Record<string, unknown>;
  const enable = (argument: unknown): string => `app.enableCors(${print(argument)});`;
  switch (wiring) {
    case 'no cors':
      return main(undefined, '');
    case 'NestFactory.create(M,{cors:true})':
    case 'NestFactory.create(M,{cors:{...}})':
      return main(options, '');
    case 'app.enableCors()':
      return main(undefined, 'app.enableCors();');
    case 'app.enableCors(o)':
      return main(undefined, enable(options));
    case 'app.enableCors(delegate)':
      return main(undefined, `app.enableCors(${String(given['$delegate'])});`);
    case 'both create cors:true and enableCors(o)':
      return main(true, enable(given['enableCors']));
    case 'create({cors:true}) + app.use(401 mw) in main.ts':
      return main(true, LOG_IN);
    case 'app.use(401 mw) then enableCors()':
      return main(undefined, `${LOG_IN}  app.enableCors();`);
    case 'enableCors() then app.use(401 mw)':
      return main(undefined, `app.enableCors();\n  ${LOG_IN}`);
    default:
      throw new Error(`no source for the wiring ${wiring}`);
  }
}

/** The recorded gateway in a file of its own, and `main.ts` beside it. */
export function nestGatewaySources(row: ObservedRow): { readonly main: string; readonly gateway: string } {
  const { gateway, app } = row.options as { gateway: Record<string, unknown>; app: { cors?: unknown } };
  return {
    main: nestSource({ version: 'platform-express', options: app.cors, wiring: app.cors === undefined ? 'no cors' : 'NestFactory.create(M,{cors:{...}})' }),
    gateway: `import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

@WebSocketGateway(${Object.keys(gateway).length === 0 ? '' : print(gateway)})
export class EventsGateway {
  @SubscribeMessage('message')
  handle(client: unknown, data: string): string {
    return data;
  }
}
`,
  };
}
