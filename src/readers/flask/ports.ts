import { portsIn, portsServed, type PythonModule } from '../../syntax/python/index.js';
import { entry, type Value } from '../../values/value.js';

/** `app.run(host, port)`, `app.run(port=8080)`: 5000 without a port; and those of servers that the module starts. */
export function portsOf(module: PythonModule): readonly number[] {
  const run = module.calls().flatMap(({ callee, positional: [, second], keywords }) => {
    const [, name] = /^(\w+)\.run$/.exec(callee) ?? [];
    if (name === undefined || !(/app$|^socketio$/i.test(name) || module.assignedCall(name)?.childForFieldName('function')?.text.split('.').at(-1) === 'Flask')) return [];
    // Of `socketio.run(app, host, port)` the third is.
    const port: Value | undefined = entry(keywords, 'port')?.value ?? (second === undefined || name === 'socketio' ? undefined : module.valueOf(second));
    return port === undefined ? [5000] : portsIn(port);
  });
  return [...new Set([...run, ...portsServed(module)])];
}
