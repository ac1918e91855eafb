import elysia from '../../src/readers/elysia/index.js';
import { elysiaProgram } from '../support/elysia-programs.js';
import { generated, handlers } from './option-sets.js';
import { agree } from './programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('elysia', 60);

agree({
  title: 'Elysia 1.4',
  folder: 'elysia',
  reader: elysia,
  seed: random.seed,
  scenario: handlers,
  cases: generated(random, cases, ['/data', '/api/data', '/last', '/missing'], (from) => ({ title: 'a program', source: elysiaProgram(from) })),
});
