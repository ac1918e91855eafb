import type { Span } from '../../text/span.js';
import { not, type Condition } from '../../values/condition.js';
import { runsIn, settingIsAbsent } from '../../values/fact.js';
import { silent } from '../../values/silent.js';
import { unknown, type Handle, type Value } from '../../values/value.js';
import { nothing } from './either.js';

/** `process`, `Bun` and `Deno`, of which only the environment matters: `process.env.X`, `Deno.env.get('X')`. */
export function environment(name: string, at: Span): Handle {
  return silent(name, at, (property) => (property === 'env' ? variables(at) : undefined));
}

/**
 * `import.meta`: `import.meta.env.X` with the flags of Vite in it, whether the module is the one that was started
 * (`main`), and whether Nitro and Nuxt run in development (`dev`).
 */
export function importMeta(isMain: boolean, at: Span): Handle {
  const inDevelopment: Condition = { c: 'fact', fact: runsIn('development', at) };
  const known: Readonly<Record<string, Value>> = { main: { kind: 'boolean', value: isMain, at }, dev: { kind: 'condition', condition: inDevelopment, at } };
  const flags: Readonly<Record<string, Value>> = { DEV: { kind: 'condition', condition: inDevelopment, at }, PROD: { kind: 'condition', condition: not(inDevelopment), at } };
  const env: Handle = silent('import.meta.env', at, (name) => (Object.hasOwn(flags, name) ? flags[name] : setting(name, at)));
  return silent('import.meta', at, (property) => (property === 'env' ? env : Object.hasOwn(known, property) ? known[property] : undefined));
}

function variables(at: Span): Handle {
  return {
    ...silent('env', at, (name) => setting(name, at)),
    call: (method, args, callAt) => (method === 'get' && args[0]?.kind === 'string' ? setting(args[0].value, callAt) : undefined),
  };
}

/**
 * An environment variable: its text, or nothing while it is not set. NODE_ENV is always compared, never missing: a
 * process without it runs in no known environment, which is what its comparisons say.
 */
export function setting(name: string, at: Span): Value {
  const value: Value = { kind: 'env', name, at };
  if (name === 'NODE_ENV') return value;
  const absent: Condition = { c: 'fact', fact: settingIsAbsent(name, at) };
  return { kind: 'either', options: [{ when: absent, value: nothing(at) }, { when: not(absent), value }], at };
}

/** `new URL(text)` of a text that the request brings, and of a constant one. */
export function urlOf(text: Value, at: Span): Handle {
  return silent('URL', at, (property) => {
    if (text.kind === 'string') return constantUrl(text.value, property, at);
    // The URL of the request itself: of it the path is followed.
    if (text.kind === 'request' && text.part === 'path') return property === 'pathname' ? text : undefined;
    if (text.kind === 'env') return unknown('env-variable', `the value of ${text.name}`, text.at);
    if (text.kind === 'unknown') return text;
    if (text.kind !== 'request' && text.kind !== 'derived') return unknown('unsupported-syntax', 'a part of a URL', at);
    switch (property) {
      case 'hostname':
      case 'host':
        // The URL parser lower-cases the host.
        return { kind: 'derived', how: 'lower-case', of: { kind: 'derived', how: property === 'host' ? 'url-host' : 'url-hostname', of: text, at }, at };
      case 'origin':
        return { kind: 'derived', how: 'url-origin', of: text, at };
      case 'protocol':
      case 'port':
        return { kind: 'derived', how: property === 'port' ? 'url-port' : 'url-protocol', of: text, at };
      default:
        return undefined;
    }
  });
}

function constantUrl(text: string, property: string, at: Span): Value | undefined {
  try {
    const url = new URL(text);
    const parts: Readonly<Record<string, string>> = { hostname: url.hostname, host: url.host, origin: url.origin, protocol: url.protocol, port: url.port, href: url.href, pathname: url.pathname };
    const value = Object.hasOwn(parts, property) ? parts[property] : undefined;
    return value === undefined ? undefined : { kind: 'string', value, at };
  } catch {
    return undefined;
  }
}
