import type { Gap, Policy } from './policy/program.js';
import type { Problem } from './syntax/language.js';
import { spanKey } from './text/span.js';

/** What was read in one file. */
export interface FileReading {
  readonly path: string;
  /** Files whose text the reading depends on, this one among them. */
  readonly dependsOn: ReadonlySet<string>;
  readonly policies: readonly Policy[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
  readonly covers: readonly string[];
}

/** Two parts of one main file, each read in it, give the same policies: the first reading keeps them. */
export function unrepeated(readings: readonly FileReading[]): readonly FileReading[] {
  const seen = new Set<string>();
  return readings.map((reading) => {
    const key = ({ reader, title, at }: Policy): string => `${reader} ${title} ${spanKey(at)}`;
    const policies = reading.policies.filter((policy) => policy.at.file === reading.path || !seen.has(key(policy)));
    for (const policy of policies) seen.add(key(policy));
    return { ...reading, policies };
  });
}

/** All policies of some files. */
export function policiesIn(readings: readonly FileReading[]): readonly Policy[] {
  return readings.flatMap(({ policies }) => policies);
}

/** How many mistakes of syntax they hold. */
export function problemsIn(readings: readonly FileReading[]): number {
  return readings.reduce((sum, { problems }) => sum + problems.length, 0);
}
