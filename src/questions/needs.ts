import type { Check, CheckName } from '../browser/check.js';
import { preflightRequestOf } from '../browser/request.js';
import { verdictOn } from '../findings/exchange.js';
import type { ClientRequest } from '../findings/finding.js';
import type { HeaderLine, HttpResponse } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import { effectsOn } from '../policy/views.js';
import type { Leg, Needed, World } from './explanation.js';

/** Something without which the browser lets the request not through. */
export interface Need {
  readonly of: 'preflight' | 'response';
  readonly check: CheckName;
  /** The header line that is missing or wrong, as it would have to be; absent where the status is. */
  readonly header?: readonly [name: string, text: string];
}

/** Headers and a status, as many as browsers ever look at. */
const MAX_NEEDS = 12;

/**
 * All that is missing, in the order in which the browser would find it: every failed check is made good in the answers, and
 * the browser is asked again. Empty where no header would help, or where it depends on what is not known.
 */
export function needsOf(request: ClientRequest, world: Pick<World, 'preflight' | 'response'>): readonly Need[] {
  let preflight = world.preflight?.response ?? null;
  let response = world.response.response;
  const needs: Need[] = [];
  while (needs.length < MAX_NEEDS) {
    const checks: Check[] = [];
    const { allowed } = verdictOn(request, response, preflight, (check) => void checks.push(check));
    if (allowed === true) return needs;
    const failed = checks.at(-1);
    if (allowed === null || failed === undefined || failed.of === 'request') return [];
    const answer = failed.of === 'preflight' ? preflight : response;
    const need = answer === null ? undefined : needOf(failed, failed.of, request, answer);
    if (answer === null || need === undefined) return [];
    needs.push(need);
    const mended: HttpResponse = need.header === undefined ? { ...answer, status: 204 } : { ...answer, headers: withLine(answer.headers, need.header) };
    if (failed.of === 'preflight') preflight = mended;
    else response = mended;
  }
  return [];
}

function withLine(headers: readonly HeaderLine[], [name, text]: readonly [string, string]): readonly HeaderLine[] {
  return [...headers.filter((line) => line.name !== name), { name, text }];
}

function needOf({ check, reason }: Check, of: Need['of'], request: ClientRequest, answer: HttpResponse): Need | undefined {
  const asked = new Map(preflightRequestOf({ ...request }).headers);
  const named = asked.get('access-control-request-headers')?.split(',') ?? [];
  const list = (what: 'methods' | 'headers', names: readonly string[]): Need => ({ of, check, header: [`access-control-allow-${what}`, [...new Set(names)].join(', ')] });
  switch (check) {
    case 'allow-origin':
      return { of, check, header: ['access-control-allow-origin', request.origin] };
    case 'allow-credentials':
      return { of, check, header: ['access-control-allow-credentials', 'true'] };
    case 'ok-status':
      return { of, check };
    case 'lists':
      return reason === 'preflight-methods-invalid' ? list('methods', tokensIn(answer, 'methods')) : list('headers', tokensIn(answer, 'headers'));
    case 'allow-methods':
      return list('methods', [...tokensIn(answer, 'methods'), asked.get('access-control-request-method') ?? request.method]);
    case 'allow-authorization':
      return list('headers', [...tokensIn(answer, 'headers'), 'authorization']);
    case 'allow-headers': {
      const listed = tokensIn(answer, 'headers');
      return list('headers', [...listed, ...named.filter((name) => !listed.some((other) => other.toLowerCase() === name))]);
    }
    default:
      return undefined;
  }
}

/** Names in a list of a preflight's answer, with what is no name left out. */
export function tokensIn({ headers }: Pick<HttpResponse, 'headers'>, what: 'methods' | 'headers'): readonly string[] {
  return headers.filter(({ name }) => name === `access-control-allow-${what}`).flatMap(({ text }) => text?.match(/[A-Za-z0-9!#$%&*+\-.^_`|~]+/g) ?? []);
}

/** What would have to be sent, message by message, and the layer that would have to see to it. */
export function neededIn(world: Pick<World, 'preflight' | 'response'>, needs: readonly Need[]): readonly Needed[] {
  return (['preflight', 'response'] as const).flatMap((of) => {
    const own = needs.filter((need) => need.of === of);
    if (own.length === 0) return [];
    // A list that is made good twice is told as it is in the end.
    const headers = new Map(own.flatMap(({ header }) => (header === undefined ? [] : [header])));
    const layer = layerFor(world[of]);
    return [{ of, okStatus: own.some(({ header }) => header === undefined), headers: [...headers], ...(layer === undefined ? {} : { layer }) }];
  });
}

/** The innermost layer that speaks of CORS; else the one that answers; none where that is not in view. */
function layerFor(leg: Leg | null): Policy | undefined {
  const layers = leg?.layers.map(({ policy }) => policy) ?? [];
  return layers.findLast((policy) => effectsOn(policy, 'access-control-allow-origin').some(({ effect }) => effect.op !== 'remove')) ?? (leg?.unseen === undefined ? layers.at(-1) : undefined);
}
