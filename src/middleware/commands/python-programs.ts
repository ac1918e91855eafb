import { argumentsIn } from './arguments.js';
import type { Program, Started, Target } from './program.js';
import type { Settings } from './shell.js';

/** `app.main:app`, `app.main:create_app()`: the module. */
function moduleTarget(text: string | undefined, folder = '.'): Target {
  const name = (text ?? '').replace(/:.*$/, '').replace(/\(.*$/, '');
  if (name === '') return { of: 'folder', path: folder };
  return name.endsWith('.py') ? { of: 'file', path: name } : { of: 'module', name, folder };
}

/** Servers of WSGI and ASGI applications, by the documentation of their command lines. */
const SERVERS: Readonly<Record<string, { readonly valued: readonly string[]; readonly port: readonly string[]; readonly folder?: string; readonly otherwise?: number; readonly honours?: string; readonly configured?: readonly string[] }>> = {
  uvicorn: { valued: ['--host', '--port', '--app-dir', '--workers', '--log-level', '--reload-dir', '--env-file', '--root-path', '--loop', '--http', '--log-config', '--timeout-keep-alive', '--forwarded-allow-ips', '--uds', '--fd'], port: ['--port'], folder: '--app-dir', otherwise: 8000, honours: 'UVICORN_PORT', configured: ['--uds', '--fd'] },
  gunicorn: { valued: ['-b', '--bind', '-w', '--workers', '-k', '--worker-class', '-c', '--config', '-t', '--timeout', '--chdir', '--threads', '--log-level', '--access-logfile', '--error-logfile', '-n', '--name', '-e', '--env', '--pythonpath', '--log-file', '--worker-tmp-dir', '--max-requests', '--keep-alive', '--graceful-timeout', '-u', '--user', '-g', '--group', '-p', '--pid'], port: ['-b', '--bind'], folder: '--chdir', otherwise: 8000, honours: 'PORT', configured: ['-c', '--config'] },
  hypercorn: { valued: ['-b', '--bind', '-w', '--workers', '-k', '--worker-class', '-c', '--config', '--log-level', '--access-logfile', '--error-logfile', '--root-path'], port: ['-b', '--bind'], otherwise: 8000, configured: ['-c', '--config'] },
  daphne: { valued: ['-b', '--bind', '-p', '--port', '-u', '-e', '--endpoint', '-v', '-t', '--root-path'], port: ['-p', '--port'], otherwise: 8000, configured: ['-u', '-e', '--endpoint'] },
  granian: { valued: ['--host', '--port', '--interface', '--workers', '--log-level'], port: ['--port'], otherwise: 8000, honours: 'GRANIAN_PORT' },
  'waitress-serve': { valued: ['--host', '--port', '--listen', '--threads', '--call'], port: ['--port', '--listen'], otherwise: 8080 },
  uwsgi: { valued: ['--http', '--http-socket', '--socket', '-s', '--module', '-w', '--wsgi-file', '--file', '--chdir', '--ini', '--processes', '-p', '--threads', '--callable', '--plugin', '--py-autoreload'], port: ['--http', '--http-socket'], folder: '--chdir' },
};

function served(name: string, words: readonly string[]): Started | undefined {
  const server = SERVERS[name]!;
  const { positional, option } = argumentsIn(words, server.valued);
  const file = name === 'uwsgi' ? option('--wsgi-file', '--file') : undefined;
  const application = name === 'uwsgi' ? option('--module', '-w') : positional[0];
  const folder = server.folder === undefined ? undefined : option(server.folder);
  const isElsewhere = (server.configured ?? []).some((one) => option(one) !== undefined);
  return {
    targets: [file === undefined ? moduleTarget(application, folder ?? '.') : { of: 'file', path: file }],
    told: [option(...server.port)],
    ...(server.otherwise === undefined || isElsewhere ? {} : { otherwise: server.otherwise }),
  };
}

const FLASK_VALUED = ['--app', '-A', '--env-file', '-e', '-h', '--host', '-p', '--port', '--cert', '--key'];

function flask(words: readonly string[], settings: Settings): Started | undefined {
  const { positional, option } = argumentsIn(words, FLASK_VALUED);
  return positional[0] === 'run' ? { targets: [moduleTarget(option('--app', '-A') ?? settings.get('FLASK_APP')?.value)], told: [option('-p', '--port')], otherwise: 5000 } : undefined;
}

function django(words: readonly string[], manage: string): Started | undefined {
  const at = words.findIndex((word) => /^runserver(?:_plus)?$/.test(word));
  if (at === -1) return undefined;
  const address = argumentsIn(words.slice(at + 1), ['--settings', '--pythonpath', '-v', '--verbosity']).positional[0];
  const cut = manage.lastIndexOf('/');
  return { targets: [{ of: 'folder', path: cut === -1 ? '.' : manage.slice(0, cut) }], told: [address], otherwise: 8000 };
}

function fastapi(words: readonly string[]): Started | undefined {
  const { positional, option } = argumentsIn(words, ['--host', '--port', '--app', '--workers', '--root-path']);
  const [verb = '', path] = positional;
  return /^(?:run|dev)$/.test(verb) ? { targets: [path === undefined ? { of: 'folder', path: '.' } : { of: 'file', path }], told: [option('--port')], otherwise: 8000 } : undefined;
}

function python(words: readonly string[], settings: Settings): Started | undefined {
  const at = words.findIndex((word) => !word.startsWith('-') || word === '-m' || word === '-c');
  const [first, ...rest] = at === -1 ? [] : words.slice(at);
  if (first === undefined || first === '-c') return undefined;
  if (first === '-m') {
    const [name = '', ...others] = rest;
    if (name === 'flask') return flask(others, settings);
    if (name === 'fastapi') return fastapi(others);
    if (name === 'http.server') return { targets: [{ of: 'folder', path: '.' }], told: [others.find((word) => /^\d+$/.test(word))], otherwise: 8000 };
    if (Object.hasOwn(SERVERS, name)) return served(name, others);
    return { targets: [moduleTarget(name)], told: [argumentsIn(others, ['--port', '-p']).option('--port', '-p')] };
  }
  if (/(?:^|\/)manage\.py$/.test(first)) return django(rest, first);
  return { targets: [{ of: 'file', path: first }], told: [argumentsIn(rest, ['--port', '-p']).option('--port', '-p')] };
}

export const PYTHON: readonly Program[] = [
  ...Object.entries(SERVERS).map(([name, { honours }]): Program => ({ names: new RegExp(`^${name}$`), ...(honours === undefined ? {} : { honours }), start: (words) => served(name, words) })),
  { names: /^flask$/, honours: 'FLASK_RUN_PORT', start: (words, _name, settings) => flask(words, settings) },
  { names: /^fastapi$/, start: fastapi },
  { names: /^manage\.py$/, start: (words) => django(words, 'manage.py') },
  { names: /^(?:python|pypy)[\d.]*$/, honours: 'PORT', start: (words, _name, settings) => python(words, settings) },
];
