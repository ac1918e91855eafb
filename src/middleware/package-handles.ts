import type { Span } from '../text/span.js';
import type { Handle, Value } from '../values/value.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What a package exports: members by name, its default being the package itself. `call` says what calling it gives (`new` for a class). */
export function packageHandle(name: string, members: Readonly<Record<string, Handle>>, call: Handle['call']): Handle {
  const handle: Handle = {
    kind: 'handle',
    name,
    at: NOWHERE,
    get: (property) => {
      if (Object.hasOwn(members, property)) return members[property];
      // Compiled imports ask for it; what they make of the package is the package, too.
      if (property === '__esModule') return { kind: 'boolean', value: true, at: NOWHERE };
      return property === 'default' ? handle : undefined;
    },
    call: (method, args, at) => (Object.hasOwn(members, method) ? members[method]!.call('', args, at) : call(method, args, at)),
  };
  return handle;
}

/** A function of a package. */
export function functionHandle(name: string, call: (args: readonly Value[], at: Span) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === '' ? call(args, at) : undefined) };
}

/** A class of a package. */
export function classHandle(name: string, construct: (args: readonly Value[], at: Span) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === 'new' ? construct(args, at) : undefined) };
}

/**
 * The objects that packages hand out, each with what it is to the reader. One call site makes one object for the same
 * arguments, also where the code around it is followed twice.
 */
export class MadeHandles<Role> {
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();

  /** `call` says what methods of the object give, `get` what its properties hold. */
  make(name: string, at: Span, args: readonly Value[], role: Role, call: Handle['call'], get: Handle['get'] = () => undefined): Handle {
    const key = `${name}@${at.file}:${at.start}:${at.end}:${JSON.stringify(args)}`;
    let handle = this.#made.get(key);
    if (handle === undefined) {
      handle = { kind: 'handle', name, at, get, call };
      this.#made.set(key, handle);
      this.#roles.set(handle, role);
    }
    return handle;
  }

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }
}
