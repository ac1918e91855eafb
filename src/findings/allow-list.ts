import { hostOf } from '../origins/hosts.js';
import { localKindOf } from '../origins/local-hosts.js';
import type { Probe } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { STRANGERS, type Ask } from './ask.js';
import type { Proposal } from './rule.js';

/** An origin that stands for the author's own in a list that only they can write. */
export const PLACEHOLDER = 'https://app.example.com';

/** Origins that the policy names one by one and lets in, besides those of development. */
export function namedOrigins(ask: Ask, probe: Probe): readonly string[] {
  return ask.accepted(probe).filter((origin) => !STRANGERS.some((stranger) => stranger === origin) && localKindOf(hostOf(origin) ?? '') === undefined);
}

/** Let in the origins that the policy names, and no others; nothing where it names none. */
export function onlyNamed(ask: Ask, probe: Probe, at: Span): readonly Proposal[] {
  const origins = namedOrigins(ask, probe);
  return origins.length === 0 ? [] : [{ title: `Let in only ${origins.join(', ')}`, change: { kind: 'allow-only', at, origins }, automatic: false }];
}

/** Let in a list whose one entry is to be replaced by the author; nothing where the policy names some of its own. */
export function onlyPlaceholder(ask: Ask, probe: Probe, at: Span): readonly Proposal[] {
  return namedOrigins(ask, probe).length > 0 ? [] : [{ title: `Let in a list of origins: ${PLACEHOLDER} is a placeholder for yours`, change: { kind: 'allow-only', at, origins: [PLACEHOLDER] }, automatic: false }];
}

/** Let every site in without credentials. */
export function everySite(at: Span): Proposal {
  return { title: 'Send `*` without credentials, for what everybody may read', change: { kind: 'allow-only', at, origins: ['*'] }, automatic: false };
}
