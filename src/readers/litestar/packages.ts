import { ResponseObjects } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** What a handle of a Litestar program is. */
export type Role =
  | { readonly is: 'app' | 'router' | 'cors' | 'app-config'; readonly given: Given }
  /** A function behind `@get('/x')`; `at`: the decorator. */
  | { readonly is: 'route'; readonly at: Span; readonly handler: Value }
  | { readonly is: 'response-header'; readonly given: Given };

/** Arguments of a call. */
export interface Given {
  readonly args: readonly Value[];
  readonly keywords: RecordValue;
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

const VERBS = /^litestar\.(?:handlers\.)?(get|post|put|patch|delete|head|route)$/;
const RESPONSES = /^litestar\.(?:response\.(?:\w+\.)?)?(?:Response|Redirect|File|Stream|Template)$/;

/** What the packages of a Litestar program hand out, told apart by the handles that stand for it. */
export class LitestarPackages {
  readonly #roles = new Map<Handle, Role>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly responses = new ResponseObjects();

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** All that was made so far and is this. */
  *all<Is extends Role['is']>(is: Is): Generator<{ readonly handle: Handle; readonly role: Role & { readonly is: Is } }> {
    for (const [handle, role] of this.#roles) if (isA(role, is)) yield { handle, role };
  }

  /** The configuration that a function is given (`def on_app_init(app_config: AppConfig)`). */
  appConfigFor(at: Span): Handle {
    return this.#made('AppConfig', at, { is: 'app-config', given: given([], undefined, at) });
  }

  #package(name: string): Handle | undefined {
    const verb = VERBS.exec(name)?.[1];
    if (verb !== undefined) return this.#decorator(name, verb);
    if (RESPONSES.test(name)) return this.responses.classHandle({ name, parameters: name.endsWith('Redirect') ? ['path'] : ['content'], status: 'status_code', headers: 'headers', writesText: true });
    switch (name) {
      case 'litestar.Litestar':
      case 'litestar.app.Litestar':
        return this.#class(name, 'app');
      case 'litestar.Router':
      case 'litestar.router.Router':
        return this.#class(name, 'router');
      case 'litestar.config.cors.CORSConfig':
        return this.#class(name, 'cors');
      case 'litestar.config.app.AppConfig':
        return this.#class(name, 'app-config');
      case 'litestar.datastructures.ResponseHeader':
      case 'litestar.datastructures.response_header.ResponseHeader':
        return this.#class(name, 'response-header');
      default:
        return undefined;
    }
  }

  #class(name: string, is: 'app' | 'router' | 'cors' | 'app-config' | 'response-header'): Handle {
    return called(name, (args, at, keywords) => this.#made(name, at, { is, given: given(args, keywords, at) }));
  }

  #decorator(name: string, verb: string): Handle {
    return called(name, (_args, at) => called(`@${verb}`, ([handler]) => (handler === undefined ? undefined : this.#made('route', at, { is: 'route', at, handler }))));
  }

  #made(name: string, at: Span, role: Role): Handle {
    const handle: Handle = { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
    this.#roles.set(handle, role);
    return handle;
  }
}

/** An argument by its name, or by its position. */
export function argumentOf({ args, keywords }: Given, name: string, index?: number): Value | undefined {
  return entry(keywords, name)?.value ?? (index === undefined ? undefined : args[index]) ?? keywords.rest;
}

function isA<Is extends Role['is']>(role: Role, is: Is): role is Role & { readonly is: Is } {
  return role.is === is;
}

function given(args: readonly Value[], keywords: RecordValue | undefined, at: Span): Given {
  return { args, keywords: keywords ?? { kind: 'record', entries: [], at } };
}

function called(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}
