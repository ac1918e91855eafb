import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import socketIo from '../../src/readers/socket-io/index.js';
import { answers, A, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';
import { socketIoSource } from '../support/socket-io-sources.js';

/** What the engine answered by itself: only GET is a handshake. */
function engine({ request }: ObservedRow): Scenario {
  const { method, path } = request!;
  if (method === 'OPTIONS') return {};
  return { status: method === 'GET' || !path.startsWith('/socket.io/') ? 200 : 400 };
}

function only(text: string, packages?: Readonly<Record<string, string>>): Policy {
  const { policies } = read(socketIo, { 'server.js': text, ...(packages === undefined ? {} : { 'package.json': JSON.stringify({ dependencies: packages }) }) }, 'server.js');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

test('answers like the recorded servers', () => {
  const found = hold(grouped(observed('javascript'), 'socket.io'), (first) => {
    const policy = only(socketIoSource(first), { 'socket.io': first.version.split(' ')[1]! });
    return () => policy;
  }, engine);
  expect(found).toEqual({ held: 364, failures: [] });
});

const HANDSHAKE = '/socket.io/';
const REFLECTED = { 'allow-credentials': 'true', 'allow-origin': EVIL.origin };

describe('what real code does', () => {
  test.each([
    ['a class', `import { Server } from 'socket.io';\nconst io = new Server(server, { cors: { origin: true } });\n`],
    ['a port and no server', `import { Server } from 'socket.io';\nconst io = new Server(3000, { cors: { origin: true } });\n`],
    ['options alone', `import { Server } from 'socket.io';\nconst io = new Server({ cors: { origin: true } });\nio.attach(3000);\n`],
    ['a namespace', `import * as socketio from 'socket.io';\nexport const io = new socketio.Server(server, { cors: { origin: true } });\n`],
    ['a function', `const socketIo = require('socket.io');\nconst io = socketIo(server, { cors: { origin: true } });\n`],
    ['a function that is called at once', `const io = require('socket.io')(server, { cors: { origin: true } });\n`],
    ['a function of another file that is given the server', `const { Server } = require('socket.io');\nmodule.exports = (server) => {\n  const io = new Server(server, { cors: { origin: true } });\n  return io;\n};\n`],
    ['a method of a class', `import { Server } from 'socket.io';\nexport class Chat {\n  constructor(private readonly server: http.Server) {}\n  start() { this.io = new Server(this.server, { cors: { origin: true } }); }\n}\n`],
    ['the plugin of Feathers', `const socketio = require('@feathersjs/socketio');\napp.configure(socketio({ cors: { origin: true } }));\n`],
  ])('%s', (_name, text) => {
    const { policies, gaps } = read(socketIo, { 'server.ts': text }, 'server.ts');
    expect(gaps).toEqual([]);
    expect(policies.map((policy) => answers(policy, 'GET', HANDSHAKE, EVIL))).toEqual([[[200, { 'allow-origin': EVIL.origin, vary: 'Origin' }]]]);
  });

  test('options of another file, with a spread and a default', () => {
    const text = `import { Server } from 'socket.io';\nimport { base } from './config';\nexport const io = new Server(server, { ...base, path: '/live', cors: { origin: process.env.ORIGIN || '*' } });\n`;
    const { policies, covers } = read(socketIo, { 'src/io.ts': text, 'src/config.ts': `export const base = { cors: { origin: 'https://app.example.com' }, serveClient: false };\n` }, 'src/io.ts');
    expect(policies.map(({ probes }) => probes.map(({ path }) => path))).toEqual([['/live/']]);
    expect(answers(policies[0]!, 'GET', '/live/', EVIL)).toContainEqual([200, { 'allow-origin': '*' }]);
    expect(answers(policies[0]!, 'GET', HANDSHAKE, EVIL)).toEqual([[200, {}]]);
    expect(covers).toEqual([]);
  });

  test('under a condition on the environment', () => {
    const policy = only(`const { Server } = require('socket.io');\nconst io = new Server(server, { cors: process.env.NODE_ENV === 'production' ? undefined : { origin: '*' } });\n`);
    expect(answers(policy, 'GET', HANDSHAKE, EVIL)).toEqual([[200, {}]]);
  });

  test('ports of its own', () => {
    expect(only(`const { Server } = require('socket.io');\nnew Server(4000, {});\n`).listens).toEqual([4000]);
    expect(only(`const { Server } = require('socket.io');\nconst io = new Server();\nio.listen(process.env.PORT || 4001);\n`).listens).toEqual([4001]);
    expect(only(`const { Server } = require('socket.io');\nnew Server(app.listen(3000), {});\n`).listens).toEqual([]);
  });

  test.each([
    ['cors', `new Server(server, { cors: load() })`],
    ['all options', `new Server(server, load())`],
    ['a spread behind the known ones', `new Server(server, { cors: { origin: 'https://app.example.com' }, ...load() })`],
  ])('what is not in view is a gap or open, never a guess: %s', (_name, made) => {
    const { policies } = read(socketIo, { 'server.js': `const { Server } = require('socket.io');\nconst { load } = require('company-config');\nconst io = ${made};\n` }, 'server.js');
    for (const [, headers] of answers(policies[0]!, 'GET', HANDSHAKE, EVIL)) expect([null, A.origin]).toContain(headers['allow-origin'] ?? null);
  });

  test('what is not in view is said', () => {
    const { gaps } = read(socketIo, { 'server.js': `const { Server } = require('socket.io');\nconst io = new Server(server, { cors: require('company-config').load() });\n` }, 'server.js');
    expect(gaps.map(({ message }) => message)).toEqual(["The CORS options of socket.io depend on the import of \"company-config\"."]);
  });

  test.each([
    ['the version', `const io = require('socket.io')(server);\n`, { 'socket.io': '^2.3.0' }, 'socket.io 2.3.0 (package.json)'],
    ['a call that only version 2 has', `const io = require('socket.io').listen(server);\n`, undefined, 'socket.io 2 (no version found)'],
    ['origins', `const io = require('socket.io')(server);\nio.set('origins', '*:*');\n`, undefined, 'socket.io 2 (no version found)'],
  ])('version 2 copies the Origin, told by %s', (_name, text, packages, version) => {
    const policy = only(text, packages);
    expect(policy.version).toBe(version);
    expect(answers(policy, 'GET', HANDSHAKE, EVIL)).toEqual([[200, REFLECTED]]);
  });

  test("origins of version 2 refuse handshakes and nothing else", () => {
    const policy = only(`const io = require('socket.io')(server);\nio.origins(['https://app.example.com:443']);\n`, { 'socket.io': '2.5.1' });
    expect(answers(policy, 'GET', HANDSHAKE, A)).toEqual([[200, { 'allow-credentials': 'true', 'allow-origin': A.origin }]]);
    expect(answers(policy, 'GET', HANDSHAKE, EVIL)).toEqual([[403, {}]]);
    expect(answers(policy, 'POST', HANDSHAKE, EVIL)[0]![1]).toEqual(REFLECTED);
  });

  test('origins mean nothing from version 3 on', () => {
    const policy = only(`const { Server } = require('socket.io');\nnew Server(server, { origins: '*:*' });\n`, { 'socket.io': '4.8.1' });
    expect(answers(policy, 'GET', HANDSHAKE, EVIL)).toEqual([[200, {}]]);
  });

  test.each([
    ['the client', `import { io } from 'socket.io-client';\nconst socket = io('https://api.example.com', { cors: { origin: '*' } });\n`],
    ['types alone', `import type { Socket } from 'socket.io';\nexport function onConnection(socket: Socket) { socket.emit('cors', { origin: '*' }); }\n`],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(socketIo, { 'a.ts': text }, 'a.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    const text = `const io = require('socket.io')(http, { path: '/x', cors: { origin: [/example\\.com$/, 'https://a.example'], credentials: true } });\nio.origins((origin, callback) => callback(null, origin === 'x'));\n`;
    expect(readPrefixes(socketIo, text, 'server.js')).toBeGreaterThan(5);
  });
});
