import { portsIn } from '../../values/ports.js';
import { entry, type Value } from '../../values/value.js';
import type { PythonCall, PythonModule } from './module.js';

/** Servers that a module starts by itself, each with where it is told the port, and the one that it takes otherwise. */
const SERVERS: Readonly<Record<string, { port(call: PythonCall, module: PythonModule): Value | undefined; readonly usual: readonly number[] }>> = {
  'uvicorn.run': { port: named, usual: [8000] },
  'waitress.serve': { port: named, usual: [8080] },
  'wsgiref.simple_server.make_server': { port: (call, module) => at(call, 1, module), usual: [] },
  'werkzeug.serving.run_simple': { port: (call, module) => at(call, 1, module) ?? named(call), usual: [] },
  'gevent.pywsgi.WSGIServer': { port: bound, usual: [] },
  'eventlet.listen': { port: bound, usual: [] },
};

/** Ports of the servers that a module starts by calls of these: `uvicorn.run(app, port=8000)`. */
export function portsServed(module: PythonModule): readonly number[] {
  return [...new Set(module.calls().flatMap((call) => {
    const callee = call.node.childForFieldName('function');
    const server = callee === null ? undefined : SERVERS[module.qualifiedName(callee) ?? ''];
    if (server === undefined) return [];
    const port = server.port(call, module);
    return port === undefined ? server.usual : portsIn(port);
  }))];
}

function named({ keywords }: PythonCall): Value | undefined {
  return entry(keywords, 'port')?.value;
}

function at({ positional }: PythonCall, place: number, module: PythonModule): Value | undefined {
  const node = positional[place];
  return node === undefined ? undefined : module.valueOf(node);
}

/** `('0.0.0.0', 8000)` */
function bound(call: PythonCall, module: PythonModule): Value | undefined {
  const address = at(call, 0, module);
  return address?.kind === 'list' ? address.items[1] : undefined;
}
