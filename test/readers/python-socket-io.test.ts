import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import socketIo from '../../src/readers/python-socket-io/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

beforeAll(() => python.load());

function answers(text: string, origin: string, method = 'GET'): readonly string[] {
  const { unit } = python.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text }));
  return [...socketIo.read(unit!)].flatMap((reading) => {
    if (reading.kind !== 'policy') return [];
    const [path] = reading.policy.probes.map((probe) => probe.path);
    return evaluate({ policy: reading.policy, inner: [] }, { method, path: path!, headers: [['origin', origin]] }).map(({ response }) => `${path} ${response.status} ${response.headers.map(({ name, text: value }) => `${name.replace('access-control-', '')}=${value}`).join(' ')}`.trim());
  });
}

/** Asked of python-engineio 4.15.1 behind Werkzeug, with `EIO=4&transport=polling`. */
test.each([
  ['every origin', 'from flask_socketio import SocketIO\nSocketIO(app, cors_allowed_origins="*")', 'https://evil.example', 'GET', ['/socket.io/ 200 allow-origin=https://evil.example allow-credentials=true']],
  ['one of a list', 'import socketio\nsocketio.Server(cors_allowed_origins=["https://app.example.com"])', 'https://app.example.com', 'OPTIONS', ['/socket.io/ 200 allow-origin=https://app.example.com allow-methods=OPTIONS, GET, POST allow-credentials=true']],
  ['a stranger', 'import socketio\nsocketio.Server(cors_allowed_origins=["https://app.example.com"])', 'https://evil.example', 'GET', ['/socket.io/ 400']],
  ['without credentials', 'import socketio\nsocketio.Server(cors_allowed_origins="*", cors_credentials=False)', 'https://evil.example', 'GET', ['/socket.io/ 200 allow-origin=https://evil.example']],
  ['another path', 'from flask_socketio import SocketIO\nsockets = SocketIO()\nsockets.init_app(app, path="/ws", cors_allowed_origins="*")', 'https://evil.example', 'GET', ['/ws/ 200 allow-origin=https://evil.example allow-credentials=true']],
  ['switched off', 'import socketio\nsocketio.Server(cors_allowed_origins=[])', 'https://app.example.com', 'GET', []],
  ['another class', 'from somewhere import Server\nServer(cors_allowed_origins="*")', 'https://app.example.com', 'GET', []],
])('%s', (_name, text, origin, method, expected) => {
  expect(answers(text, origin, method)).toEqual(expected);
});
