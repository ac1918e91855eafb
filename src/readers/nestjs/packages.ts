import { ExpressPackages } from '../../middleware/express/packages.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { not, type Condition } from '../../values/condition.js';
import { settingIsAbsent } from '../../values/fact.js';
import type { Event, Handle, Value } from '../../values/value.js';

/** What a handle of Nest's own packages is. */
export type NestRole =
  /** `options`: the object that `NestFactory.create` was given, where it was given one. */
  | { readonly is: 'app'; readonly platform: 'express' | 'fastify'; readonly options: Value | undefined }
  | { readonly is: 'fastify adapter' | 'config service' }
  | { readonly is: 'gateway decorator' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What the packages of a Nest program hand out; npm `cors` and Express are Express's own. */
export class NestPackages {
  readonly express = new ExpressPackages();
  readonly #roles = new WeakMap<Handle, NestRole>();
  readonly #apps = new Map<string, Handle>();

  readonly packages: Packages = (specifier) => {
    switch (specifier) {
      case '@nestjs/core':
        return namespace('@nestjs/core', { NestFactory: this.#factory });
      case '@nestjs/platform-fastify':
        return namespace('@nestjs/platform-fastify', { FastifyAdapter: this.#fastifyAdapter });
      case '@nestjs/config':
        return namespace('@nestjs/config', { ConfigService: this.#configService });
      case '@nestjs/common':
        return this.#common;
      case '@nestjs/websockets':
        return namespace('@nestjs/websockets', { WebSocketGateway: this.gatewayDecorator });
      default:
        return this.express.packages(specifier);
    }
  };

  roleOf(handle: Handle): NestRole | undefined {
    return this.#roles.get(handle);
  }

  get apps(): readonly Handle[] {
    return [...this.#apps.values()];
  }

  readonly #decorators = new Map<Handle, string>();

  /** The decorator of `@nestjs/common` that an event calls: `Controller`, `Get`, `Header`. */
  decoratorOf(event: Event): string | undefined {
    return event.kind === 'call' ? this.#decorators.get(event.receiver) : undefined;
  }

  readonly #common: Handle = namespace('@nestjs/common', Object.fromEntries(['Controller', 'Header', 'Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All'].map((name) => {
    const decorator = plain(name, () => undefined);
    this.#decorators.set(decorator, name);
    return [name, decorator];
  })));

  /** `@WebSocketGateway(…)`: its calls are the gateways. */
  readonly gatewayDecorator: Handle = plain('WebSocketGateway', () => undefined);

  /** One call site makes one app, also where the code around it is followed twice. */
  appFor(at: Span, platform: 'express' | 'fastify', options: Value | undefined): Handle {
    const key = `${at.file}:${at.start}`;
    let app = this.#apps.get(key);
    if (app === undefined) {
      app = plain('app', (method, args) => (method === 'get' || method === 'resolve' ? this.#service(args[0], at) : undefined), at);
      this.#apps.set(key, app);
      this.#roles.set(app, { is: 'app', platform, options });
    }
    return app;
  }

  readonly #factory: Handle = plain('NestFactory', (method, args, at) => {
    if (method !== 'create') return undefined;
    const adapter = args[1];
    const isFastify = adapter?.kind === 'handle' && this.#roles.get(adapter)?.is === 'fastify adapter';
    // The options come second, or third behind an adapter.
    const options = args[2] ?? (adapter?.kind === 'record' || (adapter?.kind === 'unknown' && !/adapter/i.test(adapter.detail)) ? adapter : undefined);
    return this.appFor(at, isFastify ? 'fastify' : 'express', options);
  });

  readonly #fastifyAdapter: Handle = plain('FastifyAdapter', (method, _args, at) => {
    if (method !== 'new') return undefined;
    const adapter = plain('an adapter', () => undefined, at);
    this.#roles.set(adapter, { is: 'fastify adapter' });
    return adapter;
  });

  readonly #configService: Handle = plain('ConfigService', () => undefined);

  /** `app.get(ConfigService)` */
  #service(token: Value | undefined, at: Span): Handle | undefined {
    if (token !== this.#configService) return undefined;
    return plain('configService', (method, args, callAt) => (method === 'get' || method === 'getOrThrow' ? configured(method, args, callAt) : undefined), at);
  }
}

/** `configService.get('NAME', default)`: a setting; without a default it may be missing. */
function configured(method: string, [name, fallback]: readonly Value[], at: Span): Value | undefined {
  if (name?.kind !== 'string') return undefined;
  const value: Value = { kind: 'env', name: name.value, at };
  if (method === 'getOrThrow') return value;
  const absent: Condition = { c: 'fact', fact: settingIsAbsent(name.value, at) };
  const otherwise: Value = fallback === undefined || (fallback.kind === 'record' && fallback.entries.some(({ key }) => key === 'infer')) ? { kind: 'nothing', what: 'undefined', at } : fallback;
  return { kind: 'either', options: [{ when: absent, value: otherwise }, { when: not(absent), value }], at };
}

function namespace(name: string, members: Readonly<Record<string, Handle>>): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: (property) => (Object.hasOwn(members, property) ? members[property] : undefined), call: () => undefined };
}

function plain(name: string, call: Handle['call'], at: Span = NOWHERE): Handle {
  return { kind: 'handle', name, at, get: () => undefined, call };
}
