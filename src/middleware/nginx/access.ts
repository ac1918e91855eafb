import { ABSENT, complement } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { clientIn, withoutNetwork } from '../client-networks.js';
import { inherited, inheritedSetting } from './levels.js';
import { narrowed, open, type Way } from './ways.js';

/** Who is refused in the access phase, and who goes on. */
export interface Access {
  readonly allowed: readonly Way[];
  readonly refused: readonly { readonly way: Way; readonly status: number; readonly at: Span; readonly unauthenticated: boolean }[];
}

/** What a subrequest of `auth_request` answers, and when. */
export type Subrequest = (directive: Directive, way: Way) => readonly { readonly way: Way; readonly status: number }[];

/** One access module's word on a request. */
interface Verdict {
  readonly way: Way;
  /** Allowed; null: no word. A number: refused with it. */
  readonly status: number | 'allowed' | null;
  readonly at: Span;
}

/** `allow` and `deny`, `auth_basic`, `auth_request`, in this order; all must agree, or with `satisfy any` one (ngx_http_core_access_phase). */
export function accessOf(start: Way, subrequest: Subrequest): Access {
  const any = inheritedSetting(start.level, 'satisfy') === 'any';
  const allowed: Way[] = [];
  const refused: Access['refused'][number][] = [];
  let open_: readonly { readonly way: Way; readonly code: number; readonly at: Span | undefined }[] = [{ way: start, code: 0, at: undefined }];
  for (const module of [byAddress, byPassword, (way: Way): readonly Verdict[] => bySubrequest(way, subrequest)]) {
    open_ = open_.flatMap(({ way: before, code, at: refusedAt }) =>
      module(before).flatMap(({ way, status, at }) => {
        if (status === null) return [{ way, code, at: refusedAt }];
        if (status === 'allowed') {
          if (!any) return [{ way, code, at: refusedAt }];
          allowed.push(way);
          return [];
        }
        // An error of the check itself is none of its word.
        if (!any || (status !== 401 && status !== 403)) {
          refused.push({ way, status, at, unauthenticated: status === 401 });
          return [];
        }
        return [code === 401 ? { way, code, at: refusedAt } : { way, code: status, at }];
      }),
    );
  }
  for (const { way, code, at } of open_) {
    if (code === 0 || at === undefined) allowed.push(way);
    else refused.push({ way, status: code, at, unauthenticated: code === 401 });
  }
  return { allowed, refused };
}

function byAddress(way: Way): readonly Verdict[] {
  const found: Verdict[] = [];
  let rest: Way | undefined = way;
  for (const { name, args, at } of inherited(way.level, 'allow', 'deny')) {
    const network = args[0]?.text ?? 'all';
    const client = clientIn('nginx', [network], at);
    const here: Guard = network === 'all' ? { g: 'always' } : { g: 'fact', fact: name === 'allow' ? client : withoutNetwork(client) };
    const hit = narrowed(rest, here);
    if (hit !== undefined) found.push({ way: hit, status: name === 'allow' ? 'allowed' : 403, at });
    rest = narrowed(rest, unless(here));
    if (rest === undefined) return found;
  }
  return [...found, { way: rest, status: null, at: { file: '', start: 0, end: 0 } }];
}

/** A password that is sent is taken to be the right one. */
function byPassword(way: Way): readonly Verdict[] {
  const [basic] = inherited(way.level, 'auth_basic');
  if (basic === undefined || basic.args[0]?.text === 'off' || inherited(way.level, 'auth_basic_user_file').length === 0) return [{ way, status: null, at: way.level.directives[0]?.at ?? { file: '', start: 0, end: 0 } }];
  const sent: Guard = { g: 'header', name: 'authorization', in: complement(ABSENT) };
  const [without, with_] = [narrowed(way, unless(sent)), narrowed(way, sent)];
  return [...(without === undefined ? [] : [{ way: without, status: 401, at: basic.at }]), ...(with_ === undefined ? [] : [{ way: with_, status: 'allowed' as const, at: basic.at }])];
}

function bySubrequest(way: Way, subrequest: Subrequest): readonly Verdict[] {
  const [request] = inherited(way.level, 'auth_request');
  if (request === undefined || request.args[0]?.text === 'off') return [{ way, status: null, at: { file: '', start: 0, end: 0 } }];
  return subrequest(request, way).map(({ way: next, status }) => ({ way: next, status: status >= 200 && status < 300 ? 'allowed' : status === 401 || status === 403 ? status : 500, at: request.at }));
}

/** The subrequest's answer is not known: it lets the request through, or refuses it with 401 or 403. */
export function openSubrequest(directive: Directive, way: Way): readonly { readonly way: Way; readonly status: number }[] {
  const uri = directive.args[0]?.text ?? '';
  const passes = open(`auth ${uri}`, `whether ${uri} lets the request through`, directive.at, 'upstream');
  const forbids = open(`auth ${uri} forbids`, `whether ${uri} answers 403, not 401`, directive.at, 'upstream');
  return [
    { guard: passes, status: 200 },
    { guard: whenAll(unless(passes), unless(forbids)), status: 401 },
    { guard: whenAll(unless(passes), forbids), status: 403 },
  ].flatMap(({ guard, status }) => {
    const next = narrowed(way, guard);
    return next === undefined ? [] : [{ way: next, status }];
  });
}
