import { truthy } from '../../syntax/estree/index.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { APOLLO } from './endpoints.js';
import type { ExpressPackages } from './packages.js';

/** npm `cors` switched on by an option of Apollo's: where, and with which options (undefined for the defaults). */
export interface SwitchedOn {
  readonly when: Condition;
  readonly options: Value | undefined;
}

/**
 * The option `cors` of Apollo Server 2 and 3 (https://www.apollographql.com/docs/apollo-server/v3/api/apollo-server):
 * absent, `undefined` and `true` are npm `cors` with its defaults, `false` is none.
 */
export function apolloCors(cors: Value | undefined): readonly SwitchedOn[] {
  if (cors === undefined) return [{ when: TRUE, options: undefined }];
  const alternatives = cors.kind === 'either' ? cors.options : [{ when: TRUE, value: cors }];
  return alternatives.flatMap(({ when, value }): readonly SwitchedOn[] => {
    if (value.kind === 'boolean' || value.kind === 'condition') {
      const on = and(when, truthy(value));
      return on.c === 'false' ? [] : [{ when: on, options: undefined }];
    }
    return value.kind === 'either' ? apolloCors(value).map((inner) => ({ ...inner, when: and(when, inner.when) })) : [{ when, options: value.kind === 'nothing' ? undefined : value }];
  });
}

/**
 * `server.applyMiddleware({ app, path, cors })` and `server.getMiddleware({ path, cors })` of `apollo-server-express`,
 * said as what they do: npm `cors` and Apollo's endpoint, mounted at the path.
 */
export function withoutApollo(event: Event, packages: ExpressPackages): readonly Event[] {
  if (event.kind !== 'call' || packages.roleOf(event.receiver)?.is !== 'apollo') return [event];
  const { when, at, args } = event;
  const options = args[0]?.kind === 'record' ? args[0] : undefined;
  const app = event.method === 'getMiddleware' ? event.receiver.call('getMiddleware', args, at) : options === undefined || event.method !== 'applyMiddleware' ? undefined : entry(options, 'app')?.value;
  if (app?.kind !== 'handle') return [event];
  const path: Value = (options === undefined ? undefined : entry(options, 'path')?.value) ?? { kind: 'string', value: '/graphql', at };
  const use = (condition: Condition, handler: Handle): Event => ({ kind: 'call', when: condition, receiver: app, method: 'use', args: [path, handler], at });
  const cors = apolloCors(options === undefined ? undefined : (entry(options, 'cors')?.value ?? options.rest));
  return [event, ...cors.map(({ when: on, options: given }) => use(and(when, on), packages.corsFor(given, given?.at ?? at))), use(when, packages.endpointFor(APOLLO, at))];
}
