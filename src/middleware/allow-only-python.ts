import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { effectsOn } from '../policy/views.js';
import { guardWrite, inScope, insertAhead, insertBehind, listOrigins, removeArgument, removePair, removeStatement, replaceValue, type PythonModule, type Written } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';
import { spanKey, type Span } from '../text/span.js';
import { effectsAt, variesByOrigin } from './effects-at.js';
import type { PythonSpelling } from './python-spelling.js';

/** Lets in some origins and no others: by the option that lists them, or by a check around what is written by hand. */
export function allowOnlyInPython(module: PythonModule, policy: Policy, { at, origins }: Change & { readonly kind: 'allow-only' }, spelling: PythonSpelling): readonly TextEdit[] | undefined {
  const everybody = origins.length === 1 && origins[0] === '*';
  const credentials = everybody ? withoutCredentials(module, policy) : [];
  const { options } = spelling;
  const listed = options?.origins === undefined ? undefined : listOrigins(module, at, { option: options.origins, ...(options.pattern === undefined ? {} : { pattern: options.pattern }) }, origins);
  const edits = listed === undefined ? (everybody ? constant(module, at) : checked(module, policy, at, origins, spelling)) : [listed];
  return edits === undefined || credentials === undefined ? undefined : [...edits, ...credentials];
}

/** Everything that sends credentials taken out. */
function withoutCredentials(module: PythonModule, policy: Policy): readonly TextEdit[] | undefined {
  const places = new Map(effectsOn(policy, 'access-control-allow-credentials').filter(({ effect }) => effect.op !== 'remove').map(({ effect }) => [spanKey(effect.at), effect.at]));
  const edits = [...places.values()].map((at) => removeArgument(module, at) ?? removePair(module, at) ?? removeStatement(module, at));
  return edits.includes(undefined) ? undefined : edits.flatMap((edit) => edit ?? []);
}

/** `*` in the place of what is written. */
function constant(module: PythonModule, at: Span): readonly TextEdit[] | undefined {
  const edit = replaceValue(module, at, '"*"');
  return edit === undefined ? undefined : [edit];
}

function checked(module: PythonModule, policy: Policy, at: Span, origins: readonly string[], { append, origin }: PythonSpelling): readonly TextEdit[] | undefined {
  const effects = effectsAt(policy, at).filter(({ header }) => header === 'access-control-allow-origin');
  const asked = origin !== undefined && inScope(module, at, origin) ? origin : undefined;
  const echoes = effects.some(({ value }) => value.v === 'request-header');
  if (append === undefined || effects.length === 0 || (!echoes && asked === undefined)) return undefined;
  const guarded = guardWrite(module, at, (value, quote) => isOneOf(echoes ? value : (asked ?? value), origins, quote), echoes ? undefined : asked);
  if (guarded === undefined || variesByOrigin(policy)) return guarded;
  const vary = (written: Written): string => append(written, `${written.quote}Vary${written.quote}`, `${written.quote}Origin${written.quote}`);
  const added = insertAhead(module, at, vary) ?? insertBehind(module, at, vary);
  return added === undefined ? undefined : [added, ...guarded];
}

function isOneOf(value: string, origins: readonly string[], quote: string): string {
  const [only, ...others] = origins.map((origin) => `${quote}${origin}${quote}`);
  return others.length === 0 ? `${value} == ${only}` : `${value} in [${[only, ...others].join(', ')}]`;
}
