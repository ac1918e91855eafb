import { jvmHeader, jvmHeaderLines } from '../../middleware/jvm/header.js';
import { statusNumber } from '../../middleware/jvm/names.js';
import { beyond, restricted } from '../../middleware/alternatives.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { MadeResponse, StatusWrite } from '../../middleware/response-objects.js';
import type { Condition } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { JaxRsPackages } from './packages.js';

/** What an event writes on the response that a filter gets (`ContainerResponseContext`), or on the container's own. */
export function filterWrites(event: Event, packages: JaxRsPackages): readonly HeaderWrite[] {
  const direct = packages.servlet.actions(event).flatMap((action) => (action.do === 'header' ? [action] : []));
  if (direct.length > 0) return direct;
  if (event.kind === 'escape') return (event.receiver === packages.response || event.receiver === packages.headers) && /cors|origin/i.test(event.detail) ? openWrites(unknown(event.reason, event.detail, event.at), event.when) : [];
  if (event.kind !== 'call' || event.receiver !== packages.headers) return [];
  return mapWrites(event);
}

/** Methods of `MultivaluedMap`: a name without values is not sent. */
function mapWrites(event: Event & { readonly kind: 'call' }): readonly HeaderWrite[] {
  const [name, value] = event.args;
  switch (event.method) {
    case 'add':
    case 'addFirst':
      return jvmHeader('append', name, value, 'skip', event);
    case 'addAll':
      return jvmHeaderLines('append', name, value?.kind === 'list' ? value : { kind: 'list', items: event.args.slice(1), at: event.at }, 'skip', event);
    case 'putSingle':
      return jvmHeader('set', name, value, 'remove', event);
    case 'put':
    case 'set':
      return jvmHeaderLines('set', name, value, 'remove', event);
    case 'putIfAbsent':
    case 'addIfKeyAbsent':
      return jvmHeaderLines('set', name, value, 'skip', event).map((write) => ({ ...write, op: write.op === 'set' ? 'set-if-absent' : write.op }));
    case 'remove':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when: event.when, at: event.at }] : [];
    default:
      return [];
  }
}

/** A built response as it stands where it is returned, thrown or aborted with; undefined for any other value. */
export function madeResponse(value: Value, when: Condition, events: readonly Event[], packages: JaxRsPackages): MadeResponse | undefined {
  const role = packages.roleOf(value);
  if (value.kind !== 'handle' || role?.is !== 'response') return undefined;
  const statuses: StatusWrite[] = role.status === undefined ? [] : [{ when, status: role.status }];
  for (const event of events) {
    if (event.kind !== 'call' || event.receiver !== value || event.method !== 'status' || event.args[0] === undefined) continue;
    const reached = beyond(event.when, when);
    if (reached !== undefined) statuses.push({ when: reached, status: statusNumber(event.args[0]) });
  }
  return { writes: events.flatMap((event) => builderWrites(event, value)).flatMap((write) => restricted(write, when)), statuses };
}

/** `ResponseBuilder.header` adds; a missing value takes all of the name away. */
function builderWrites(event: Event, builder: Handle): readonly HeaderWrite[] {
  if (event.kind === 'escape' && event.receiver === builder && /cors|origin/i.test(event.detail)) return openWrites(unknown(event.reason, event.detail, event.at), event.when);
  if (event.kind !== 'call') return [];
  if (event.receiver === builder && event.method === 'header') return jvmHeader('append', event.args[0], event.args[1], 'remove', event);
  return [];
}
