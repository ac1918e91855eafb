import type { Span } from '../../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { runsIn, type Environment } from '../../values/fact.js';

/** What a profile's name says of where the program runs; undefined for names that say nothing (`docker`, `aws`, `staging`). */
export function environmentOfProfile(name: string): Environment | undefined {
  if (/^(?:dev|devel|develop|development|developer|local|localhost|localdev|dev-?local|local-?dev)$/i.test(name)) return 'development';
  if (/^(?:tests?|testing|it|e2e|unit-?test|integration-?tests?)$/i.test(name)) return 'test';
  return /^(?:prod|prd|production|live)$/i.test(name) ? 'production' : undefined;
}

/** Names of profiles that an application switches on by itself (`spring.profiles.active`, `.include`). */
export type ActiveProfiles = ReadonlySet<string>;

/** When is the profile active? Names of environments hold there; others where the application names them, else nobody knows. */
export function profileActive(name: string, at: Span, active: ActiveProfiles = new Set()): Condition {
  const environment = environmentOfProfile(name);
  if (environment !== undefined) return { c: 'fact', fact: runsIn(environment, at) };
  if (active.has(name)) return TRUE;
  return { c: 'fact', fact: { key: `profile:${name}`, reason: 'env-variable', detail: `whether the profile ${name} is active`, at } };
}

/** An expression over profiles as Spring reads it: `prod`, `!dev`, `cloud & (eu | us)`; several names with commas are alternatives. */
export function profilesAccepted(expression: string, at: Span, active: ActiveProfiles = new Set()): Condition {
  const tokens = expression.match(/[!&|(),]|[^\s!&|(),]+/g) ?? [];
  let next = 0;
  const primary = (): Condition => {
    const token = tokens[next];
    next += 1;
    if (token === '!') return not(primary());
    if (token === '(') {
      const inner = any();
      next += 1;
      return inner;
    }
    return token === undefined || /^[&|),]$/.test(token) ? FALSE : profileActive(token, at, active);
  };
  const all = (): Condition => {
    let sum = primary();
    for (; tokens[next] === '&'; ) {
      next += 1;
      sum = and(sum, primary());
    }
    return sum;
  };
  const any = (): Condition => {
    let sum = all();
    for (; tokens[next] === '|' || tokens[next] === ','; ) {
      next += 1;
      sum = or(sum, all());
    }
    return sum;
  };
  return any();
}
