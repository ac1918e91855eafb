import { FetchObjects } from '../../middleware/fetch-response.js';
import { classHandle, functionHandle, MadeHandles, packageHandle } from '../../middleware/package-handles.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Handle, type Value } from '../../values/value.js';

/** What a handle of this reader is. */
export type Role =
  /** An app; undefined where its prefix is not in view. */
  | { readonly is: 'app'; readonly prefix: string | undefined }
  | { readonly is: 'cors'; readonly options: Value | undefined; readonly at: Span }
  /** A plugin that lets every request through. */
  | { readonly is: 'harmless' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const HARMLESS = /^(?:npm:)?@elysia(?:js)?\/(?:swagger|openapi|static|html|server-timing|stream|trpc|graphql-yoga|graphql-apollo|opentelemetry|cron|jwt|bearer|node|eden)|^logestic$|^elysia-/;

/** What the packages of an Elysia program hand out, told apart by the handles that stand for it. */
export class ElysiaPackages {
  readonly #made = new MadeHandles<Role>();
  /** Responses that handlers make themselves. */
  readonly objects = new FetchObjects();

  readonly packages: Packages = (specifier) => {
    if (specifier === 'globalThis') return this.#globals;
    if (/^(?:npm:|https:\/\/esm\.sh\/)?elysia(?:@[^/]*)?$/.test(specifier)) return this.#elysia;
    if (/^(?:npm:|https:\/\/esm\.sh\/)?@elysia(?:js)?\/cors(?:@[^/]*)?$/.test(specifier)) return this.#cors;
    return HARMLESS.test(specifier) ? this.#plugin : undefined;
  };

  roleOf(value: Value | undefined): Role | undefined {
    return this.#made.roleOf(value);
  }

  /** An app that other code makes: a parameter, or what a group hands to its function. */
  appFor(prefix: string | undefined, at: Span): Handle {
    return this.#app(prefix, at);
  }

  readonly #class = classHandle('Elysia', (args, at) => this.#app(prefixIn(args[0]), at));
  readonly #elysia = packageHandle('elysia', { Elysia: this.#class }, (method, args, at) => (method === 'new' ? this.#class.call('new', args, at) : undefined));
  readonly #corsFactory = functionHandle('cors', (args, at) => this.#made.make('cors()', at, args, { is: 'cors', options: args[0], at }, () => undefined));
  readonly #cors = packageHandle('@elysiajs/cors', { cors: this.#corsFactory }, (method, args, at) => (method === '' ? this.#corsFactory.call('', args, at) : undefined));

  /** Any export of a package of plugins makes one. */
  readonly #plugin: Handle = {
    kind: 'handle',
    name: 'plugin',
    at: NOWHERE,
    get: () => this.#plugin,
    call: (_method, args, at) => this.#made.make('plugin', at, args, { is: 'harmless' }, () => undefined),
  };

  readonly #globals: Handle = { kind: 'handle', name: 'globalThis', at: NOWHERE, get: (name) => this.objects.global(name), call: () => undefined };

  #app(prefix: string | undefined, at: Span): Handle {
    const app: Handle = this.#made.make('app', at, [], { is: 'app', prefix }, (method) => (method === 'handle' || method === 'fetch' ? undefined : app));
    return app;
  }
}

/** The prefix among the options; none where nobody says so. */
function prefixIn(options: Value | undefined): string | undefined {
  if (options?.kind === 'either') {
    const prefixes = new Set(options.options.map((option) => prefixIn(option.value)));
    return prefixes.size === 1 ? [...prefixes][0] : undefined;
  }
  const prefix = options?.kind === 'record' ? entry(options, 'prefix')?.value : undefined;
  return prefix === undefined ? '' : prefix.kind === 'string' ? prefix.value : undefined;
}
