/**
 * An origin callback that only looks whether an origin is one of a list becomes the list: `origin: allowed`. Browsers get the
 * same answers. Where the callback failed for other origins, their requests are handled now, and answered without CORS headers.
 */
import type { Revised } from '../engine.js';
import type { OriginSet } from '../origins/origin-set.js';
import type { Policy } from '../policy/program.js';
import { effectsOn, originLeaves, originSetsIn } from '../policy/views.js';
import { sameSpan, spanKey, type Span } from '../text/span.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { dedented, indented, originText } from './script/cors-options.js';
import { besidesMembership, callbackAt, commentsIn, failsForOthers, listAsked, type OriginCallback } from './script/origin-callback.js';
import { Script, statementOf } from './script/script.js';
import { removeUnused } from './script/unused.js';
import { placesSaidAt, statedBy } from './stated.js';

const codemod: Codemod = {
  *propose(repository) {
    for (const { at, policy } of optionsIn(repository)) {
      const script = Script.open(at.file, repository.files.read(at.file) ?? '');
      const callback = callbackAt(script, script.nodeAt(at));
      if (callback !== undefined) yield rewritten(repository, script, callback, policy);
    }
  },
};
export default codemod;

/** Packages that take a list of origins as `origin`, by their readers. */
const TAKES_LIST = new Set(['express', 'fastify', 'hono', 'nestjs', 'socket-io']);
const TAKES_ONE = new Set(['koa']);

/** The options by which origins are let in, each place once. */
function optionsIn({ policies }: Revised): readonly { readonly at: Span; readonly policy: Policy }[] {
  const found = new Map<string, { readonly at: Span; readonly policy: Policy }>();
  for (const policy of policies) {
    if (!TAKES_LIST.has(policy.reader) && !TAKES_ONE.has(policy.reader)) continue;
    for (const { effect: { at } } of effectsOn(policy, 'access-control-allow-origin')) if (!found.has(spanKey(at))) found.set(spanKey(at), { at, policy });
  }
  return [...found.values()];
}

function rewritten(repository: Revised, script: Script, callback: OriginCallback, policy: Policy): Proposed {
  const { property, value, node } = callback;
  const at = script.spanOf(property);
  if (TAKES_ONE.has(policy.reader)) return refuse(at, 'the package takes one origin or a function, and no list');
  const besides = besidesMembership(script, callback);
  if (besides !== undefined) return refuse(at, besides);
  const list = listWritten(repository, script, callback, policy);
  if ('why' in list) return refuse(at, list.why);
  const text = `origin: ${list.text}`;
  const comments = commentsIn(node);
  const indent = script.indentOf(property);
  const isOwnLine = script.before(property) === 0;
  script.replace(property, [...(isOwnLine ? comments : []), list.text === 'origin' ? 'origin' : text].join(script.style.newline + indent));
  const statement = statementOf(property);
  if (!isOwnLine && statement !== undefined) for (const comment of comments) script.insertStatementBefore(statement, comment, 'below-comments');
  removeUnused(script, [value], [text]);
  const fault = script.unready();
  if (fault !== undefined) return refuse(at, fault);
  return {
    kind: 'rewriting',
    title: 'the callback of origins becomes a list',
    at,
    texts: new Map([[script.path, script.result()]]),
    ...(failsForOthers(callback) ? { notes: [FAILED] } : {}),
  };
}

const FAILED = 'Requests of other origins failed with the error of the callback; now they are handled, and answered without CORS headers: see whether something relied on that.';

/** The list in the author's words, or as the callback's answers tell it. */
function listWritten({ layering, environment }: Revised, script: Script, callback: OriginCallback, policy: Policy): { readonly text: string } | { readonly why: string } {
  const asked = listAsked(callback);
  if (asked !== undefined && admitsListed(policy, script.spanOf(callback.property))) return { text: asked };
  const at = script.spanOf(callback.property);
  const deployment = layering.deploymentOf(policy);
  const stated = statedBy(deployment, environment, placesSaidAt(deployment, environment, () => true, (one) => sameSpan(one, at), 'response'));
  if (typeof stated === 'string') return { why: stated };
  const { origins } = stated;
  if (origins.kind === 'any' || origins.kind === 'reflected') return { why: 'it lets every origin in: reflection-to-allowlist is for that' };
  if (origins.kind === 'fixed') return { why: 'it answers every origin with the same one, and no list' };
  // No browser sends an empty origin: it stands for one that is missing.
  const leaves = originLeaves({ ...policy, steps: policy.steps.filter(({ effects }) => effects.some((effect) => sameSpan(effect.at, at))) }).filter((leaf) => leaf.s !== 'exact' || leaf.text !== '');
  const part = leaves.find((leaf) => ('subject' in leaf && leaf.subject !== undefined && leaf.subject !== 'origin') || leaf.s === 'part-of');
  if (part !== undefined) return { why: 'it compares a part of the origin, not the whole' };
  const written = originText({ kind: 'listed', leaves }, { script, gone: [callback.node], values: new Map() });
  const { indent: step } = script.style;
  const indent = script.indentOf(callback.property);
  // It is written for a property one step inside of the left edge.
  const text = script.before(callback.property) === 0 && indent.endsWith(step) ? indented(written, indent.slice(0, -step.length)) : indented(dedented(written, step, ''), indent);
  return { text };
}

/** Does what is not known of the list only say which origins are let in, and not which are refused? */
function admitsListed(policy: Policy, at: Span): boolean {
  return effectsOn(policy, 'access-control-allow-origin').filter(({ effect }) => sameSpan(effect.at, at)).every(({ step }) => [...originSetsIn(step.when)].every((set) => isPositive(set, true)));
}

function isPositive(set: OriginSet, admits: boolean): boolean {
  if (set.s === 'and' || set.s === 'or') return set.of.every((part) => isPositive(part, admits));
  if (set.s === 'not') return isPositive(set.of, !admits);
  if (set.s === 'guarded') return isPositive(set.set, admits);
  return set.s !== 'dynamic' || admits;
}
