import { pythonHeader } from '../../middleware/python-header.js';
import { or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import { entry, type Event, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { within, type Followed, type Own } from './follow.js';
import type { StarlettePackages } from './packages.js';
import type { Asked } from './request.js';
import { writtenOn } from './written.js';

/**
 * `async def __call__(self, scope, receive, send)`: what is behind is `self.app`; the `send` that it is given may write
 * on the message that starts the answer; an answer of its own is sent, or called (https://asgi.readthedocs.io).
 * `passesTo`: calls of something else that goes on; `through` says when these are made.
 */
export function asgiFollowed(callee: FunctionValue, app: Handle, asked: Asked, packages: StarlettePackages, passesTo: (event: Event & { kind: 'call' }) => boolean = () => false): Followed & { readonly through: Condition } {
  const handle = (name: string): Handle => ({ kind: 'handle', name, at: callee.at, get: () => undefined, call: () => undefined });
  const [receive, send] = [handle('receive'), handle('send')];
  const events = callee.run([asked.scope, receive, send]);
  const behind = events.filter((event): event is Event & { kind: 'call' } => event.kind === 'call' && (event.receiver === app || passesTo(event)));
  const own = events.flatMap((event): readonly Own[] => {
    if (event.kind !== 'call') return [];
    const role = packages.roleOf(event.receiver);
    if (role?.is === 'response' && event.method === '' && event.args[2] === send) return [{ when: event.when, ...writtenFor(event.receiver, events, event.when, packages), at: event.at }];
    const message = event.receiver === send ? event.args[0] : undefined;
    return message?.kind === 'record' && textOf(message, 'type') === 'http.response.start' ? [started(message, event.when)] : [];
  });
  return {
    own,
    raises: events.flatMap((event) => (event.kind === 'throw' ? [{ when: event.when, at: event.at }] : [])),
    goesOn: decided(or(...behind.map(({ when }) => when))),
    through: decided(or(...behind.filter(passesTo).map(({ when }) => when))),
    outward: behind.flatMap(({ args, when }) => (args[2]?.kind === 'function' ? throughSend(args[2], packages).flatMap((action) => within(action, when)) : [])),
    catches: false,
    reads: asked.reads,
  };
}

/** What a `send` of the author's does to the message that starts an answer. */
function throughSend(wrapped: FunctionValue, packages: StarlettePackages): readonly Followed['outward'][number][] {
  const answer = packages.message(wrapped.at);
  return writtenOn(answer, wrapped.run([answer]), packages).actions;
}

function writtenFor(response: Handle, events: readonly Event[], when: Condition, packages: StarlettePackages): Pick<Own, 'actions' | 'statuses'> {
  const { actions, statuses } = writtenOn(response, events, packages);
  return { actions: actions.flatMap((action) => within(action, when)), statuses };
}

/** `send({"type": "http.response.start", "status": 204, "headers": [(b"vary", b"Origin")]})` */
function started(message: RecordValue, when: Condition): Own {
  const status = entry(message, 'status')?.value;
  const headers = entry(message, 'headers')?.value;
  const pairs: readonly Value[] = headers?.kind === 'list' ? headers.items : [];
  return { when, actions: pairs.flatMap((pair) => (pair.kind === 'list' ? pythonHeader('append', pair.items[0], pair.items[1], 'throw', { when, at: pair.at }) : [])), statuses: status === undefined ? [] : [{ when: TRUE, status }], at: message.at };
}

function textOf(message: RecordValue, key: string): string | undefined {
  const value = entry(message, key)?.value;
  return value?.kind === 'string' ? value.value : undefined;
}
