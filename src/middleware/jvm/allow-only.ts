import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectsOn } from '../../policy/views.js';
import { guardWrite, insertAhead, insertBehind, listOrigins, nameOfType, replaceValue, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import { spanKey, type Span } from '../../text/span.js';
import { effectsAt, variesByOrigin } from '../effects-at.js';
import { removeHeader } from './remove-header.js';
import type { JvmSpelling } from './spelling.js';

/** Lets in some origins and no others: by the calls that list them, or by a check around what is written by hand. */
export function allowOnlyInJvm(module: JvmModule, policy: Policy, { at, origins }: Change & { readonly kind: 'allow-only' }, spelling: JvmSpelling): readonly TextEdit[] | undefined {
  const everybody = origins.length === 1 && origins[0] === '*';
  const credentials = everybody ? withoutCredentials(module, policy) : [];
  const listed = spelling.origins === undefined ? undefined : listOrigins(module, at, spelling.origins, origins);
  const edits = listed ?? (everybody ? constant(module, at) : checked(module, policy, at, origins, spelling));
  return edits === undefined || credentials === undefined ? undefined : [...edits, ...credentials];
}

function withoutCredentials(module: JvmModule, policy: Policy): readonly TextEdit[] | undefined {
  const places = new Map(effectsOn(policy, 'access-control-allow-credentials').filter(({ effect }) => effect.op !== 'remove').map(({ effect }) => [spanKey(effect.at), effect.at]));
  const edits = [...places.values()].map((at) => (at.file === module.file ? removeHeader(module, at) : undefined));
  return edits.includes(undefined) ? undefined : edits.flatMap((edit) => edit ?? []);
}

/** `*` in the place of what is written. */
function constant(module: JvmModule, at: Span): readonly TextEdit[] | undefined {
  const edit = replaceValue(module, at, '"*"');
  return edit === undefined ? undefined : [edit];
}

function checked(module: JvmModule, policy: Policy, at: Span, origins: readonly string[], { vary, origin }: JvmSpelling): readonly TextEdit[] | undefined {
  const effects = effectsAt(policy, at).filter(({ header, op }) => header === 'access-control-allow-origin' && op !== 'remove');
  const echoes = effects.some(({ value }) => value.v === 'request-header');
  const name = echoes || origin === undefined ? undefined : nameOfType(module, at, origin.type);
  const asked = name === undefined ? undefined : origin?.asked(name);
  if (vary === undefined || effects.length === 0 || (!echoes && asked === undefined)) return undefined;
  const guarded = guardWrite(module, at, (value) => isOneOf(module, echoes ? value : (asked ?? value), origins), echoes ? undefined : asked);
  if (guarded === undefined || variesByOrigin(policy)) return guarded;
  const ahead = insertAhead(module, at, vary.statement);
  if (ahead !== undefined) return [ahead, ...guarded];
  // Behind the check, not within it: the answer depends on the origin where it is refused, too.
  const behind = insertBehind(module, at, vary.statement);
  return behind === undefined ? undefined : [...guarded, behind];
}

/** Written so that an absent header is no error. */
function isOneOf(module: JvmModule, value: string, origins: readonly string[]): string {
  if (!module.isKotlin) return origins.map((one) => `"${one}".equals(${value})`).join(' || ');
  const [only, ...others] = origins.map((one) => `"${one}"`);
  return others.length === 0 ? `${value} == ${only}` : `${value} in listOf(${[only, ...others].join(', ')})`;
}
