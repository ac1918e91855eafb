import socketIo from '../../src/readers/socket-io/index.js';
import { socketIoSource } from '../support/socket-io-sources.js';
import { code, entry, generated, handlers, some } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('socket.io', 60);

const FUNCTIONS = [`(origin, callback) => callback(null, origin === 'https://app.example.com')`, `(origin, cb) => cb(null, /\\.example\\.com$/.test(origin))`, `(origin, cb) => { if (!origin) return cb(null, true); cb(new Error('no')); }`] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => true, () => false, () => '*', () => entry(from), () => from.times(1, 3, () => entry(from)), () => code(from.pick(FUNCTIONS))])()),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('methods', 0.4, () => from.pick<unknown>(['GET,POST', ['GET', 'POST']])),
    ...set('allowedHeaders', 0.4, () => from.pick<unknown>(['my-custom-header', ['Content-Type', 'X-Custom']])),
    ...set('exposedHeaders', 0.3, () => ['X-Total']),
    ...set('maxAge', 0.4, () => 600),
    ...set('optionsSuccessStatus', 0.3, () => from.pick([200, 204])),
  };
}

agree({
  title: 'socket.io 4',
  folder: 'javascript',
  reader: socketIo,
  seed: random.seed,
  // Elsewhere the program's own handler answers.
  scenario: (status, request) => (request.path.startsWith('/socket.io/') ? handlers(status, request) : { status }),
  cases: [
    ...recorded(({ framework, version }) => framework === 'socket.io' && version === 'socket.io 4.8.4', socketIoSource),
    ...generated(random, cases, ['/socket.io/?EIO=4&transport=polling', '/other'], (from) => {
      const given = options(from);
      return { title: JSON.stringify(given), source: socketIoSource({ version: 'socket.io 4.8.4', options: given }) };
    }),
  ],
});
