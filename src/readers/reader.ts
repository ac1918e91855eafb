import type { ClientCall } from '../policy/client-call.js';
import type { Change } from '../policy/change.js';
import type { Gap, Policy } from '../policy/program.js';
import type { PlainLayer, TopologyFact } from '../policy/topology.js';
import type { TextEdit } from '../text/edit.js';

export type { Change };

/** What a reader finds in one file. */
export type Reading =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'gap'; readonly gap: Gap }
  /** A page of the repository calls a service: evidence of what that must serve. */
  | { readonly kind: 'call'; readonly call: ClientCall }
  /** The policies of another file were read here, in the context that this file gives it (an nginx include). */
  | { readonly kind: 'covers'; readonly file: string }
  /** A layer that says nothing of CORS: it counts only in front of others. */
  | { readonly kind: 'layer'; readonly layer: PlainLayer }
  /** Where something runs, and by which names it is reached. */
  | { readonly kind: 'topology'; readonly fact: TopologyFact };

/** Why a reader does not spell a change; shown to nobody, kept for tests and `--debug`. */
export interface Declined {
  readonly declined: string;
}

export interface Reader<Unit> {
  /** Product name as its users write it. */
  readonly title: string;
  /** Folder name in `src/syntax/`; several where their units are the same (YAML and TOML) or the reader tells them apart. */
  readonly language: string | readonly string[];
  /** Tested on the raw text before anything is parsed: may this file concern this reader? Must be cheap and never miss. */
  readonly mayConcern: RegExp;
  /**
   * Files without a word about CORS that are read all the same, in a run that finds policies elsewhere: those that pass
   * requests on, or that say where things run. Tested on a path of the reader's language, then on the raw text.
   */
  readonly layers?: {
    readonly paths: RegExp;
    readonly text: RegExp;
    /**
     * Texts that fit speak of what others know by its name: of many such files only those are read that hold a name which
     * leads on from what was read elsewhere. Absent: all are read.
     */
    readonly byName?: RegExp;
  };
  read(unit: Unit): Iterable<Reading>;
  write(unit: Unit, policy: Policy, change: Change): readonly TextEdit[] | Declined;
}

export function defineReader<Unit>(reader: Reader<Unit>): Reader<Unit> {
  return reader;
}

export function decline(reason: string): Declined {
  return { declined: reason };
}
