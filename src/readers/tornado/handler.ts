import { argument, pythonHeader } from '../../middleware/python-header.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { TornadoPackages } from './packages.js';

/** What Tornado's part of a request handler is, with what was asked of the request. */
export interface Exchange {
  readonly self: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
  actionsFrom(event: Event): readonly TornadoAction[];
}

export type TornadoAction =
  | ResponseAction
  /** `self.clear()`: the headers are the default ones again. */
  | { readonly do: 'clear'; readonly when: Condition; readonly at: Span };

/** `self` of a `RequestHandler`: what the class itself does not define. `settings`: keyword arguments of the application. */
export function exchangeFor(at: Span, packages: TornadoPackages, settings: RecordValue | undefined): Exchange {
  const reads = new Set<string>();
  const headers = requestHeaders(at, reads);
  const handle = (name: string, get: Handle['get'], call: Handle['call'] = () => undefined): Handle => ({ kind: 'handle', name, at, get, call });
  const request = handle('self.request', (property) => {
    if (property === 'method') return { kind: 'request', part: 'method', at };
    if (property === 'path' || property === 'uri') return { kind: 'request', part: 'path', at };
    if (property === 'headers') return headers.handle;
    if (property === 'host') return headers.handle.call('get', [{ kind: 'string', value: 'Host', at }], at);
    if (property === 'body' || property === 'body_arguments') reads.add('body');
    return undefined;
  });
  const application = handle('self.application', (property) => (property === 'settings' ? settings : undefined));
  const nothing: Value = { kind: 'nothing', what: 'null', at };
  const self = handle(
    'self',
    (property) => (property === 'request' ? request : property === 'settings' ? settings : property === 'application' ? application : undefined),
    (method) => {
      if (method === 'get_json_body' || method === 'get_body_argument') reads.add('body');
      return /^(?:set_|add_header|clear|write|finish|flush|prepare|initialize|on_finish|redirect|send_error|get_current_user|log_exception|render$)/.test(method) ? nothing : undefined;
    },
  );

  const actionsFrom = (event: Event): readonly TornadoAction[] => {
    const { when, at: place } = event;
    const missed = headers.missed(event);
    if (missed !== undefined) return [failed(500, and(when, missed), place)];
    if (event.kind === 'throw') return thrown(event.value, packages, when, place);
    if (event.kind === 'escape') return event.receiver === self ? openWrites(unknown(event.reason, event.detail, place), when) : [];
    return event.kind === 'call' && event.receiver === self ? handlerCall(event) : [];
  };
  return { self, reads, actionsFrom };
}

/** https://www.tornadoweb.org/en/stable/web.html#output; read in 6.6.1. */
function handlerCall(event: Event & { readonly kind: 'call' }): readonly TornadoAction[] {
  const { method, when, at } = event;
  const name = argument(event, 0, 'name');
  switch (method) {
    case 'set_header':
      return pythonHeader('set', name, argument(event, 1, 'value'), 'throw', event);
    case 'add_header':
      return pythonHeader('append', name, argument(event, 1, 'value'), 'throw', event);
    case 'clear_header':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when, at }] : [];
    case 'set_status': {
      const status = argument(event, 0, 'status_code');
      return status === undefined ? [] : [{ do: 'status', status, when, at }];
    }
    case 'finish':
    case 'render':
      return [{ do: 'end', when, at }];
    case 'redirect': {
      const status = argument(event, 2, 'status');
      const permanent = argument(event, 1, 'permanent');
      const moved = permanent?.kind === 'boolean' && permanent.value ? 301 : 302;
      return [{ do: 'status', status: status?.kind === 'number' ? status : { kind: 'number', value: moved, at }, when, at }, { do: 'end', when, at }];
    }
    case 'send_error': {
      const status = argument(event, 0, 'status_code');
      return [failed(status?.kind === 'number' ? status.value : 500, when, at)];
    }
    case 'clear':
      return [{ do: 'clear', when, at }];
    default:
      return [];
  }
}

/** What is raised: `HTTPError(403)`, `Finish()`, anything else. */
function thrown(value: Value | undefined, packages: TornadoPackages, when: Condition, at: Span): readonly TornadoAction[] {
  const role = packages.roleOf(value);
  if (role?.is === 'finish') return [{ do: 'end', when, at }];
  const status = role?.is === 'http-error' && role.status?.kind === 'number' ? role.status.value : 500;
  return [failed(status, when, at)];
}

function failed(status: number, when: Condition, at: Span): TornadoAction {
  return { do: 'fail', status, fault: 'an error is thrown, and Tornado clears the headers that were set', when, at };
}
