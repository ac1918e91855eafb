import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import socketIo from '../../src/readers/python-socket-io/index.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('python-socket-io', 30);

const ORIGINS = ['"*"', '["*"]', '["https://app.example.com", "*"]', '"https://app.example.com"', '["https://app.example.com", "https://admin.example.com"]', '("https://app.example.com",)', 'ALLOWED', '[]', '["null"]', '["https://app.example.com/"]', '["HTTPS://APP.EXAMPLE.COM"]', '"https://app.example.com".split(",")'] as const;

function program(from: Random): string {
  const options = [`cors_allowed_origins=${from.pick(ORIGINS)}`, ...(from.chance(0.5) ? [`cors_credentials=${from.pick(['True', 'False', '0', '"yes"'])}`] : [])].join(', ');
  const start = ['import socketio', 'from flask import Flask', 'from flask_socketio import SocketIO', '', 'ALLOWED = ["https://app.example.com"]', ''];
  return from.pick([
    [...start, `server = socketio.Server(async_mode="threading", ${options})`, 'app = socketio.WSGIApp(server)', ''],
    [...start, 'app = Flask(__name__)', `sockets = SocketIO(app, async_mode="threading", ${options})`, ''],
    [...start, 'app = Flask(__name__)', 'sockets = SocketIO()', `sockets.init_app(app, async_mode="threading", ${options})`, ''],
  ]).join('\n');
}

/** What the protocol answers is not what is under test; what OPTIONS gets is. */
function reached(status: number, { method }: HttpRequest): Scenario {
  return method === 'OPTIONS' ? {} : { status };
}

agreeInPython({
  title: 'python-engineio 4',
  requirements: 'socketio.txt',
  host: 'wsgi_host.py',
  reader: socketIo,
  seed: random.seed,
  scenario: reached,
  cases: generated(random, cases, ['/socket.io/?EIO=4&transport=polling'], (from) => ({ title: 'Socket.IO', source: program(from) })),
});
