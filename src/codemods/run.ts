import type { Revised } from '../engine.js';
import { pathAsked } from '../findings/ask.js';
import { SourceText } from '../text/source-text.js';
import { sameSpan } from '../text/span.js';
import type { Choices, Codemod, Refusal, Rewriting } from './codemod.js';
import { mistaken, proposals } from './proposals.js';
import { prove, type Difference } from './proof.js';

/** Where something stands in the text as it was when it was looked at, rewritten as far as that was done: 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A rewriting that was proven. */
export interface Done extends Rewriting, Place {
  /** Answers that change: those that it announces, and those that no browser decides by. */
  readonly differences: readonly Difference[];
  /** False where what changes was asked for of some origins, and not of every kind that can be told apart. */
  readonly proven: boolean;
}

export interface Outcome {
  /** In the order in which they were taken. */
  readonly done: readonly Done[];
  readonly refused: readonly (Refusal & Place)[];
  /** Files that change, as they were (undefined: not there) and as they are. */
  readonly texts: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string }>;
}

/** A code-mod that always finds something more to do is wrong; nothing of it should hold up a shell. */
const MAX_PASSES = 100;

/** Lets a code-mod rewrite a repository in memory, place by place; each is proven before the next is looked for. */
export async function run(codemod: Codemod, repository: Revised, choices: Choices): Promise<Outcome> {
  const done: Done[] = [];
  const wanted = besides(codemod, repository);
  let state = wanted.length === 0 ? repository : await repository.including(wanted);
  let refused: Outcome['refused'] = [];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const round = await onePass(codemod, state, choices);
    refused = round.refused;
    if (round.done.length === 0) break;
    done.push(...round.done);
    state = round.state;
  }
  const paths = [...new Set(done.flatMap(({ texts }) => [...texts.keys()]))].sort();
  const texts = paths.map((path) => [path, { before: repository.files.read(path), after: state.files.read(path) ?? '' }] as const);
  return { done, refused, texts: new Map(texts.filter(([, { before, after }]) => before !== after)) };
}

function besides(codemod: Codemod, repository: Revised): readonly string[] {
  const paths: string[] = [];
  try {
    for (const path of codemod.besides?.(repository) ?? []) paths.push(path);
  } catch {
    // What it fails at here it fails at again where it proposes, which is told there.
  }
  return paths;
}

interface Round {
  readonly done: readonly Done[];
  readonly refused: Outcome['refused'];
  readonly state: Revised;
}

/** Takes proposals as long as they are about texts that nobody has changed meanwhile; the others are made again in the next pass. */
async function onePass(codemod: Codemod, start: Revised, choices: Choices): Promise<Round> {
  const done: Done[] = [];
  const refused: (Refusal & Place)[] = [];
  const changed = new Set<string>();
  let state = start;
  for await (const proposed of proposals(codemod, start, choices)) {
    const { line, column } = new SourceText(proposed.at.file, start.files.read(proposed.at.file) ?? '').positionAt(proposed.at.start);
    if (proposed.kind === 'refusal') {
      refused.push({ ...proposed, line, column });
      continue;
    }
    // A manifest that gets the same line from each of them is no conflict.
    const isOutdated = (path: string): boolean => changed.has(path) && state.files.read(path) !== proposed.texts.get(path);
    if ([...proposed.texts.keys(), proposed.at.file].some(isOutdated)) continue;
    const judged = await triedOn(state, proposed);
    if ('reason' in judged) {
      // Another way to write the same may fail for the same reason.
      if (!refused.some(({ at, reason }) => sameSpan(at, judged.at) && reason === judged.reason)) refused.push({ ...judged, line, column });
      continue;
    }
    const { after, ...found } = judged;
    done.push({ ...proposed, ...found, line, column });
    state = after;
    for (const path of proposed.texts.keys()) changed.add(path);
  }
  return { done, refused, state };
}

async function triedOn(state: Revised, proposed: Rewriting): Promise<(Pick<Done, 'differences' | 'proven'> & { readonly after: Revised }) | Refusal> {
  try {
    const after = await state.revise(proposed.texts);
    const judged = judgedBy(proposed, state, after);
    return 'reason' in judged ? judged : { ...judged, after };
  } catch (error) {
    return mistaken(proposed.at, error);
  }
}

/** What changes with a rewriting; a refusal where more changes than it says. */
function judgedBy(proposed: Rewriting, before: Revised, after: Revised): Pick<Done, 'differences' | 'proven'> | Refusal {
  const paths = [...proposed.texts.keys()];
  const refuse = (reason: string): Refusal => ({ kind: 'refusal', at: proposed.at, reason });
  if (paths.every((path) => before.files.read(path) === after.files.read(path))) return refuse('nothing would change');
  if (after.problemsIn(paths) > before.problemsIn(paths)) return refuse('the result would not be of its language; this is a mistake of cors-lint');
  const { differences: found, proven, before: was, after: is, whereUnset } = prove(before, after);
  const differences = found.filter(({ request }) => proposed.serves?.(request) !== false);
  const against = differences.find((difference) => decides(difference) && proposed.announces?.allows(difference) !== true);
  if (against !== undefined) return refuse(`browsers would see something else: ${inWords(against)}`);
  const unset = proposed.announces?.unset;
  const without = unset === undefined ? undefined : whereUnset(unset).find(decides);
  if (without !== undefined) return refuse(`browsers would see something else where ${unset} is not set: ${inWords(without)}`);
  const complaints = after.complaints(is);
  const known = complaints.size === 0 ? complaints : before.complaints(was, complaints);
  const fresh = [...complaints].filter((id) => !known.has(id));
  if (fresh.length > 0) return refuse(`the result would have a finding that is not there now: ${fresh.join(', ')}`);
  return { differences, proven };
}

/** Do pages see it? Statuses, `Vary` and what a preflight lists beyond what was asked for change nothing for them. */
export function decides({ what }: Difference): boolean {
  return what === 'verdict' || what === 'response access-control-expose-headers';
}

/** A difference as one line: `GET /orders from https://app.example.com: allowed → blocked`. */
export function inWords({ request, what, before, after }: Difference): string {
  const { method, probe, origin, credentials, headers, scenario } = request;
  const asked = `${method} ${probe.host ?? ''}${pathAsked(probe)} from ${origin}${credentials === 'include' ? ' with credentials' : ''}${headers.length === 0 ? '' : ` with ${headers.map(([name]) => name).join(', ')}`}${scenario === undefined ? '' : scenario.uncaught === true ? ', where the handler throws' : `, where the handler answers ${scenario.status}`}`;
  return `${asked}: ${what === 'verdict' ? '' : `${what}: `}${before ?? 'none'} → ${after ?? 'none'}`;
}

