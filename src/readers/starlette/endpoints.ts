import { argument } from '../../middleware/python-header.js';
import { parametersOf } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { not, or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { ownAnswers, within, type Own } from './follow.js';
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

/** Headers that an endpoint needs: a body that is JSON, a name and a password or a token. */
export function headersAsked(parameters: string, methods: readonly string[] | null, reads: ReadonlySet<string>): readonly string[] {
  const simple = /^(?:str|int|float|bool|bytes|Request|Response|BackgroundTasks|UploadFile|WebSocket|list|dict|Optional|Annotated|date|datetime|UUID)\b/;
  const takesBody = methods?.some((method) => /^(?:POST|PUT|PATCH)$/.test(method)) === true && [...parameters.matchAll(/:\s*([A-Z]\w*)[^=,)]*(=[^,)]*)?/g)].some(([, type = '', fallback = '']) => !simple.test(type) && !/Depends|Query|Path|Header|Cookie|Form|File/.test(fallback));
  const isKnown = reads.has('authorization') || /authorization|HTTPBearer|OAuth2PasswordBearer|HTTPAuthorizationCredentials/.test(parameters);
  return [...(takesBody || /=\s*Body\(/.test(parameters) || (reads.has('body') && methods?.every((method) => method === 'GET') !== true) ? ['content-type'] : []), ...(isKnown ? ['authorization'] : [])];
}

/** The parameters of a function as they are written. */
export function parametersText(at: Span, written: (at: Span) => string): string {
  const text = written(at);
  let depth = 0;
  for (let index = text.indexOf('('); index !== -1 && index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')' && (depth -= 1) === 0) return text.slice(text.indexOf('('), index + 1);
  }
  return '';
}
