import nestjs from '../../src/readers/nestjs/index.js';
import { nestSource } from '../support/nest-sources.js';
import { code, entry, generated, handlers, some } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('nestjs', 40);

const APP_MODULE = `import 'reflect-metadata';
import { Controller, Delete, Get, Module, Post, Put } from '@nestjs/common';

@Controller()
class DataController {
  @Get('data') get() { return { ok: true }; }
  @Post('data') post() { return { ok: true }; }
  @Put('data') put() { return { ok: true }; }
  @Delete('data') delete() { return { ok: true }; }
  @Get('boom') boom() { throw new Error('boom'); }
}

@Module({ controllers: [DataController] })
export class AppModule {}
`;

const FUNCTIONS = [
  `(origin, callback) => callback(null, origin === 'https://app.example.com')`,
  `(origin, callback) => { if (!origin || /\\.example\\.com$/.test(origin)) { callback(null, true); } else { callback(new Error('no')); } }`,
  `(origin, cb) => cb(null, ['https://app.example.com', /admin/])`,
] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => true, () => false, () => '*', () => entry(from), () => from.times(1, 3, () => entry(from)), () => code(from.pick(FUNCTIONS))])()),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('methods', 0.4, () => from.pick<unknown>(['GET,PUT', ['GET', 'PUT']])),
    ...set('allowedHeaders', 0.4, () => from.pick<unknown>(['Content-Type', ['Content-Type', 'X-Custom'], '*'])),
    ...set('exposedHeaders', 0.3, () => from.pick<unknown>(['X-Total', ['X-Total', 'ETag']])),
    ...set('maxAge', 0.4, () => from.pick([600, 0])),
    ...set('optionsSuccessStatus', 0.3, () => from.pick([200, 204])),
    ...set('preflightContinue', 0.1, () => from.chance(0.5)),
  };
}

describePlatform('platform-express');
describePlatform('platform-fastify');

function describePlatform(platform: 'platform-express' | 'platform-fastify'): void {
  const version = `nest 12.5.0 ${platform}`;
  agree({
    title: `Nest 12 ${platform}`,
    folder: 'javascript',
    reader: nestjs,
    seed: random.seed,
    scenario: handlers,
    modules: { 'app.module.ts': APP_MODULE },
    cases: [
      ...recorded((row) => row.framework === 'nestjs' && row.version.endsWith(platform) && (platform === 'platform-fastify' || row.version.startsWith('nest 12')), nestSource),
      ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
        const wiring = from.pick(['app.enableCors(o)', 'NestFactory.create(M,{cors:{...}})', 'app.enableCors(o)', 'app.enableCors()', 'NestFactory.create(M,{cors:true})']);
        const given = wiring.endsWith('cors:true})') ? true : options(from);
        return { title: `${wiring} ${JSON.stringify(given)}`, source: nestSource({ version, options: given, wiring }) };
      }),
    ],
  });
}
