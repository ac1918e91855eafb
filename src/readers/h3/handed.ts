import type { EstreeModule, Run } from '../../syntax/estree/index.js';
import { sameSpan } from '../../text/span.js';
import type { FunctionValue, Handle, Value } from '../../values/value.js';
import type { H3Packages } from './packages.js';

/** A handler that a file hands out: to Nitro, or to whoever imports it. */
export interface Handed {
  readonly value: Value;
  readonly title: string;
}

/** Exported handlers, exported functions that take an event, and what plugins hook into every request. */
export function handedOut(ran: Run, module: EstreeModule, packages: H3Packages): readonly Handed[] {
  const unreached = [...ran.unreached()];
  const takesEvent = (value: FunctionValue): boolean => {
    const [first] = unreached.find(({ at }) => sameSpan(at, value.at))?.parameters ?? [];
    return value.at.file === module.file && first !== undefined && (/^(?:event|evt|e)$/.test(first.name) || first.type === 'H3Event');
  };
  const exported = [...ran.exports].flatMap(([name, value]) => (name === 'module.exports' && value.kind === 'record' ? value.entries.map(({ key, value: inner }) => [key, inner] as const) : [[name, value] as const]));
  return exported.flatMap(([name, value]): readonly Handed[] => {
    const role = packages.roleOf(value);
    if (role?.is === 'plugin') return role.callee.kind === 'function' ? hookedBy(role.callee) : [];
    const title = name === 'default' ? 'Nitro handler' : `h3 handler ${name}`;
    return role?.is === 'handler' || (value.kind === 'function' && takesEvent(value)) ? [{ value, title }] : [];
  });
}

/** `nitroApp.hooks.hook('request', (event) => …)` runs before everything else, `beforeResponse` before an answer goes out. */
function hookedBy(plugin: FunctionValue): readonly Handed[] {
  const hooks: Handle = { kind: 'handle', name: 'hooks', at: plugin.at, get: () => undefined, call: () => undefined };
  const app: Handle = { kind: 'handle', name: 'nitroApp', at: plugin.at, get: (property) => (property === 'hooks' ? hooks : undefined), call: () => undefined };
  return plugin.run([app]).flatMap((event) => {
    if (event.kind !== 'call' || event.receiver !== hooks || event.method !== 'hook') return [];
    const [name, callback] = event.args;
    return name?.kind === 'string' && /^(?:request|beforeResponse)$/.test(name.value) && callback?.kind === 'function' ? [{ value: callback, title: 'Nitro plugin' }] : [];
  });
}
