import type { Note } from '../../policy/program.js';
import type { Entry, LighttpdFile } from '../../syntax/lighttpd/index.js';
import type { Span } from '../../text/span.js';
import type { Conditions } from './conditions.js';
import { placeOf } from './probes.js';
import { entriesOf } from './program.js';
import { inForce, type InForce } from './settings.js';

const ALLOW_ORIGIN = 'access-control-allow-origin';

/** Blocks whose own list of headers costs them an Access-Control-Allow-Origin that another list, outside or before, would have sent. */
export function notesOf(file: LighttpdFile, conditions: Conditions): readonly Note[] {
  return (['add', 'set'] as const).flatMap((how) => {
    const lists = inForce(file, `setenv.${how}-response-header`, conditions);
    return lists.flatMap((own, index): readonly Note[] => {
      const lost = lists.slice(0, index).findLast((other) => isReplacedIn(other, own) && headersIn(other).some(isAllowOrigin));
      if (lost === undefined || headersIn(own).some(isAllowOrigin)) return [];
      const related: readonly Span[] = headersIn(lost).filter(({ key = '' }) => !headersIn(own).some((entry) => entry.key?.toLowerCase() === key.toLowerCase())).map(({ at }) => at);
      return [{ id: 'headers-lost-by-inheritance', at: own.scope.at, related, path: placeOf(own.when)?.path ?? '/' }];
    });
  });
}

/** Another list that is in force but for this one: that of a block around it, or of a block beside it. */
function isReplacedIn(other: InForce, own: InForce): boolean {
  return other.scope !== own.scope && other.when.g !== 'never' && own.when.g !== 'never';
}

function headersIn({ setting }: InForce): readonly Entry[] {
  return entriesOf(setting).filter(({ key = '' }) => /^(?:access-control-|vary$)/i.test(key));
}

function isAllowOrigin({ key }: Entry): boolean {
  return key?.toLowerCase() === ALLOW_ORIGIN;
}
