import { clientIn } from '../../middleware/client-networks.js';
import type { OriginSet } from '../../origins/origin-set.js';
import { guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { VclFile } from '../../syntax/vcl/index.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import type { Fact } from '../../values/fact.js';
import { unknown, type UnknownValue, type Value } from '../../values/value.js';

/** A question about the response that has come from behind, which no request decides. */
export type ResponseTest =
  | { readonly about: 'status'; readonly statuses: readonly number[] }
  /** `mark`: the header that remembers the answer, under a name that none on the wire can have; `index`: when it was asked. */
  | { readonly about: 'header'; readonly header: string; readonly in: OriginSet; readonly mark: string; readonly index: number };

/** When a question is asked: the index of the effect that would be written next, and what tells states of the header apart. */
export interface Written {
  readonly index: number;
  readonly version: string;
}

/** Statuses that a test of `resp.status` can tell apart. */
const STATUSES: readonly number[] = Array.from({ length: 500 }, (_unused, index) => 100 + index);

/**
 * What the terms of conditions and values cannot say by themselves: facts that are guards of the model, questions about
 * the response, and values that stand for what the response has of a header.
 */
export class Knowledge {
  readonly #guards = new Map<string, Guard>();
  readonly tests = new Map<string, ResponseTest>();
  readonly #headers = new Map<Value, string>();
  readonly #unknowns = new Map<string, UnknownValue>();
  #asked = 0;

  constructor(
    private readonly at: Span,
    private readonly acls: VclFile['acls'],
  ) {}

  /** The status of the response from behind. */
  get status(): UnknownValue {
    return this.unknown('resp.status', 'the status of the response behind', 'upstream');
  }

  /** What the response from behind has of a header. */
  header(name: string): UnknownValue {
    const value = this.unknown(`resp.http.${name}`, `the header ${name} of the response behind`, 'upstream');
    this.#headers.set(value, name);
    return value;
  }

  headerOf(value: Value): string | undefined {
    return this.#headers.get(value);
  }

  /** One value for what is the same wherever it is asked for. */
  unknown(key: string, detail: string, reason: UnknownValue['reason']): UnknownValue {
    let known = this.#unknowns.get(key);
    if (known === undefined) {
      known = unknown(reason, detail, this.at);
      this.#unknowns.set(key, known);
    }
    return known;
  }

  /** The condition that something of this detail holds; one for each key. */
  fact(key: string, detail: string, reason: UnknownValue['reason'] = 'unsupported-syntax'): Condition {
    return { c: 'fact', fact: { key: `vcl:${key}`, reason, detail, at: this.at } };
  }

  /** The client's address is in an `acl` of the program. One with exceptions says more than a list of networks can. */
  clientIn(name: string): Fact | undefined {
    const networks = this.acls.get(name);
    return networks === undefined || networks.some((network) => network.startsWith('!')) ? undefined : { ...clientIn('vcl', networks, this.at), detail: `whether the address is in ${name}` };
  }

  guard(guard: Guard, at: Span): Condition {
    const key = `guard@${at.file}:${at.start}:${this.#guards.size}`;
    this.#guards.set(`vcl:${key}`, guard);
    return this.fact(key, 'the request');
  }

  /** The guard of a condition; a question about the response in it is a fact that is not known. */
  guardOf(condition: Condition): Guard {
    switch (condition.c) {
      case 'and':
        return whenAll(...condition.of.map((part) => this.guardOf(part)));
      case 'or':
        return whenAny(...condition.of.map((part) => this.guardOf(part)));
      case 'not':
        return unless(this.guardOf(condition.of));
      case 'fact':
        return this.#guards.get(condition.fact.key) ?? guardOf(condition);
      default:
        return guardOf(condition);
    }
  }

  statusIs(holds: (status: number) => boolean): Condition {
    const statuses = STATUSES.filter(holds);
    const key = `status:${statuses.length === 0 ? '' : `${statuses[0]}-${statuses.at(-1)}/${statuses.length}`}:${statuses.length <= 8 ? statuses.join() : String(holds(200))}`;
    this.tests.set(`vcl:${key}`, { about: 'status', statuses });
    return this.fact(key, 'the status of the response behind', 'upstream');
  }

  /** What is asked twice with nothing written to the header in between has one answer. */
  headerIs(header: string, set: OriginSet, { index, version }: Written): Condition {
    const key = `header:${header}:${version}:${withoutPlaces(set)}`;
    if (!this.tests.has(`vcl:${key}`)) {
      this.#asked += 1;
      this.tests.set(`vcl:${key}`, { about: 'header', header, in: set, mark: `:asked-${this.#asked}`, index });
    }
    return this.fact(key, `the header ${header} of the response behind`, 'upstream');
  }
}
