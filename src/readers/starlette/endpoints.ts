import { argument } from '../../middleware/python-header.js';
import { neededHeaders } from '../../middleware/request-reads.js';
import { parametersOf, type WrittenParameter } from '../../syntax/python/index.js';
import { not, or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { ownAnswers, within, type Own } from './follow.js';
import type { Around } from './layers.js';
import type { Role, StarlettePackages } from './packages.js';
import { askedAt, type Asked } from './request.js';
import { named, plain, type Route } from './routes.js';
import { writtenOn } from './written.js';

/** What an endpoint does with the answer. */
export interface Endpoint {
  /** Responses that it returns. */
  readonly own: readonly Own[];
  /** Where it returns something else, FastAPI makes the response: what was written on the one that it handed out. */
  readonly handedOut: readonly ResponseAction[];
  readonly otherwise: Condition;
  /** `HTTPException`s: answers with headers of their own. */
  readonly refusals: readonly Own[];
  readonly reads: ReadonlySet<string>;
}

/** Dependencies of dependencies. */
const MAX_DEPTH = 6;

/** Follows the endpoint of a route, after its dependencies. */
export function endpointOf(route: Route, callee: FunctionValue, mounted: boolean, packages: StarlettePackages): Endpoint {
  const asked = askedAt(callee.at, mounted);
  const handed = packages.answer('response', callee.at);
  const events: Event[] = [];
  if (route.of === 'starlette') events.push(...callee.run([asked.request]));
  else {
    const call = { asked, handed, packages, events };
    for (const dependency of route.dependencies) depended(dependency, call, 0);
    const keywords = asksFor(callee, call, 0);
    events.push(...callee.run([], keywords));
  }
  const own = ownAnswers(events, packages);
  const refusals = events.flatMap((event) => (event.kind === 'throw' ? refusal(event, packages) : []));
  const otherwise = decided(not(or(...own.map(({ when }) => when), ...refusals.map(({ when }) => when))));
  return { own, handedOut: writtenOn(handed, events, packages).actions.flatMap((action) => within(action, otherwise)), otherwise, refusals, reads: asked.reads };
}

interface Call {
  readonly asked: Asked;
  readonly handed: Handle;
  readonly packages: StarlettePackages;
  /** Everything that happens before the endpoint itself. */
  readonly events: Event[];
}

/** What FastAPI gives to the parameters of a function, by name. */
function asksFor(callee: FunctionValue, call: Call, depth: number): RecordValue {
  const { asked, handed, packages } = call;
  const entries = (parametersOf(callee) ?? []).map(({ name, type, given }) => {
    const role = packages.roleOf(given);
    const value = /Request$/.test(type ?? '') ? asked.request : /Response$/.test(type ?? '') && role === undefined ? handed : role?.is === 'depends' ? depended(given, call, depth) : role?.is === 'header' ? headerFor(name, role, asked) : undefined;
    return { key: name, value: value ?? unknown('parameter', `the parameter ${name}`, callee.at), at: callee.at };
  });
  return { kind: 'record', entries, at: callee.at };
}

/** `origin: str | None = Header(None)`: underscores stand for hyphens. */
function headerFor(name: string, role: Role & { readonly is: 'header' }, { headers }: Asked): Value | undefined {
  const alias = named(role.keywords, 'alias');
  const header = alias?.kind === 'string' ? alias.value : name.replaceAll('_', '-');
  return headers.call('get', [{ kind: 'string', value: header, at: role.at }], role.at);
}

/** `Depends(function)`: it is called first; what it returns is the parameter's. */
function depended(value: Value | undefined, call: Call, depth: number): Value | undefined {
  const role = call.packages.roleOf(value);
  const callee = role?.is === 'depends' ? argument(plain(role), 0, 'dependency') : undefined;
  if (callee?.kind !== 'function' || depth > MAX_DEPTH) return undefined;
  const events = callee.run([], asksFor(callee, call, depth + 1));
  call.events.push(...events.filter(({ kind }) => kind !== 'return'));
  const returned = events.filter((event): event is Event & { kind: 'return' } => event.kind === 'return');
  return returned.length === 1 ? returned[0]!.value : undefined;
}

/** The answer to what is raised; errors that nobody makes an answer of are none. */
function refusal(event: Event & { kind: 'throw' }, packages: StarlettePackages): readonly Own[] {
  const role = packages.roleOf(event.value);
  if (event.value?.kind !== 'handle' || role?.is !== 'error') return [{ when: event.when, actions: [], statuses: [{ when: TRUE, status: { kind: 'number', value: 500, at: event.at } }], at: event.at }];
  const { actions, statuses } = writtenOn(event.value, [], packages);
  return [{ when: event.when, actions: actions.flatMap((action) => within(action, event.when)), statuses, at: event.at }];
}

/** What hands out a token that a script sends; HTTP Basic is none: browsers send it by themselves. */
const BEARER = /(?:^|\.)(?:HTTPBearer|OAuth2PasswordBearer|OAuth2AuthorizationCodeBearer|OpenIdConnect)$/;
/** Classes whose instances are made of a JSON body. */
const MODEL = /(?:^|\.)(?:BaseModel|SQLModel|TypedDict)$/;

/** Headers that an endpoint needs: for a body that is JSON, for a token, and those that it reads. */
export function headersAsked(callee: FunctionValue | undefined, methods: readonly string[] | null, reads: ReadonlySet<string>, { packages, ran }: Around): readonly string[] {
  const parameters = callee === undefined ? [] : (parametersOf(callee) ?? []);
  const isModel = (type: string | undefined): boolean => {
    const named = type === undefined ? undefined : ran.named(type);
    return named !== undefined && ran.classOf(named)?.bases.some((base) => MODEL.test(base)) === true;
  };
  const takesBody = parameters.some(({ type, call }) => (call === undefined ? isModel(type) : /(?:^|\.)Body$/.test(call.name)));
  const readsBody = reads.has('body') && methods?.every((method) => method === 'GET') !== true;
  return neededHeaders(new Set([...reads, ...(takesBody ? ['body'] : []), ...(asksForToken(parameters, packages, 0) ? ['authorization'] : [])].filter((name) => name !== 'body' || takesBody || readsBody)), true);
}

function asksForToken(parameters: readonly WrittenParameter[], packages: StarlettePackages, depth: number): boolean {
  return parameters.some(({ type, call, given }) => {
    if (type === 'HTTPAuthorizationCredentials' || BEARER.test(call?.of ?? '')) return true;
    const role = packages.roleOf(given);
    const dependency = role?.is === 'depends' ? argument(plain(role), 0, 'dependency') : undefined;
    return dependency?.kind === 'function' && depth < MAX_DEPTH && asksForToken(parametersOf(dependency) ?? [], packages, depth + 1);
  });
}
