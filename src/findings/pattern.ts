import { weaknessOf, type Weakness } from '../origins/attacker.js';
import type { AffixSet, GlobSet, RegexSet } from '../origins/origin-set.js';
import { originLeaves } from '../policy/views.js';
import type { Ask } from './ask.js';
import type { Exchange } from './finding.js';

/** A pattern that lets a foreign origin in, with the exchange that shows it. */
export interface WeakPattern {
  readonly leaf: RegexSet | AffixSet | GlobSet;
  readonly weakness: Weakness;
  readonly credentialed: boolean;
  readonly witness: Exchange;
}

/** The policy's patterns with this weakness whose foreign origin the whole policy really lets through, once each. */
export function* weakPatterns(ask: Ask, kind: Weakness['kind']): Generator<WeakPattern> {
  for (const leaf of originLeaves(ask.policy)) {
    if (leaf.s === 'exact') continue;
    const weakness = weaknessOf(leaf, ask.trusted);
    if (weakness?.kind !== kind) continue;
    const { origin } = weakness.witness;
    for (const probe of ask.probes) {
      if (ask.allowsStrangers(probe, 'omit')) continue;
      const credentialed = ask.letsIn(probe, { origin, credentials: 'include' });
      const witness = credentialed ?? (probe.publicAsset === true ? undefined : ask.letsIn(probe, { origin }));
      if (witness === undefined) continue;
      yield { leaf, weakness, credentialed: credentialed !== undefined, witness };
      break;
    }
  }
}

/** How the attacker comes by the origin, in words. */
export function attackerInWords({ witness }: Weakness): string {
  return witness.how === 'register-domain' && witness.domain !== undefined ? `register domain ${witness.domain}` : witness.how.replaceAll('-', ' ');
}
