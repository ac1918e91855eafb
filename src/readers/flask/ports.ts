import type { PythonModule } from '../../syntax/python/index.js';
import { entry } from '../../values/value.js';

/** `app.run(port=8080)`: 5000 without a port. */
export function portsOf(module: PythonModule): readonly number[] {
  return module.calls().flatMap((call) => {
    if (!/^\w*app\w*\.run$|^(?:socketio)\.run$/i.test(call.callee)) return [];
    const port = entry(call.keywords, 'port')?.value;
    return port === undefined ? [5000] : port.kind === 'number' ? [port.value] : [];
  });
}
