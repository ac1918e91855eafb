import { revised, type Revised } from '../../src/engine.js';
import type { Choices } from '../../src/codemods/codemod.js';
import { rules } from '../../src/generated/registries.js';
import { filesFrom } from '../../src/text/files.js';

/** A repository of a few texts, with all rules of the recommended set on. */
export function repositoryOf(texts: Readonly<Record<string, string>>, environment = 'production'): Promise<Revised> {
  const on = Object.entries(rules).flatMap(([id, { set }]) => (set === 'strict' ? [] : [[id, { severity: 'error' as const, options: {} }] as const]));
  return revised(Object.keys(texts), filesFrom(texts), { rules: new Map(on), strict: false, environment, trustedOrigins: [], inlineConfig: true });
}

/** What a person chose: the same for every policy. */
export function chosen({ origins, env, keep }: { readonly origins?: readonly string[]; readonly env?: string; readonly keep?: string } = {}): Choices {
  const choice = origins === undefined && env === undefined ? undefined : { origins: origins ?? [], ...(env === undefined ? {} : { env }) };
  return { originsFor: () => choice, keep };
}
