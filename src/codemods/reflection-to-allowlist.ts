/**
 * A policy that sends every origin back lets in those alone that somebody chose: in the words of its product, where the
 * origin was let through. What it says besides stays. For nginx there is `nginx-reflection-to-map`.
 */
import { linesOf, STRANGERS, urlOf } from '../findings/ask.js';
import { conversations } from '../findings/exchange.js';
import type { Revised } from '../engine.js';
import type { HttpResponse } from '../policy/evaluate.js';
import type { Effect, Policy } from '../policy/program.js';
import { effectAt } from '../policy/views.js';
import { spanKey, type Span } from '../text/span.js';
import { textsWith } from '../text/files.js';
import { refuse, type Announcement, type Codemod, type Origins, type Proposed } from './codemod.js';
import { originsNamedIn } from './proof.js';
import { STAND_INS, withAllowlist } from './script/allowlist.js';

const SCRIPT = /\.[cm]?[jt]sx?$/;

const codemod: Codemod = {
  *propose(repository, choices) {
    for (const policy of repository.policies) {
      if (policy.reader === 'nginx') continue;
      const places = reflectingPlaces(repository, policy);
      const [first] = places;
      if (first === undefined) continue;
      const chosen = choices.originsFor(policy);
      if (chosen === undefined) yield refuse(first, 'every origin is let in: which are meant, only a person can say', { choice: 'origins', policy, candidates: originsNamedIn(repository) });
      else yield* listed(repository, policy, places, chosen);
    }
  },
};

export default codemod;

function* listed(repository: Revised, policy: Policy, places: readonly Span[], chosen: Origins): Iterable<Proposed> {
  const [at] = places as readonly [Span, ...Span[]];
  const { origins, env } = chosen;
  const edits = repository.spelled(policy, places.map((place) => ({ kind: 'allow-only', at: place, origins: env === undefined ? origins : STAND_INS })));
  if ('declined' in edits) return yield refuse(at, `no way is known to put a list of origins there${/ for allow-only$/.test(edits.declined) ? '' : `: ${edits.declined}`}`);
  const written = textsWith(repository.files, edits);
  if (written === undefined) return yield refuse(at, 'one place lets every origin in on several ways, and no one list takes the place of all of them');
  const texts = new Map(written);
  const notes: string[] = [];
  for (const path of written.keys()) {
    if (!SCRIPT.test(path)) {
      if (env === undefined) continue;
      return yield refuse(at, `a list from the environment is written in JavaScript and TypeScript alone, and this is ${path}`);
    }
    const script = withAllowlist(path, repository.files.read(path) ?? '', edits.filter(({ file }) => file === path), chosen);
    if (typeof script === 'string') return yield refuse(at, script);
    texts.set(path, script.text);
    for (const { line, text } of script.lost) notes.push(`What line ${line} of ${path} did (${text}) went with the function that let every origin in.`);
  }
  yield { kind: 'rewriting', title: `${policy.title} lets in chosen origins alone`, at, texts, announces: announced(chosen), ...(notes.length === 0 ? {} : { notes }) };
}

function announced({ origins, env }: Origins): Announcement {
  const named = origins.join(', ');
  return {
    words: env === undefined ? `Origins other than ${named} are refused.` : `Origins that ${env} does not name are refused; where it is not set, all ${origins.length === 0 ? 'are' : `but ${named}`}.`,
    // What the variable names is not in the text.
    allows: ({ request, what, before, after }) => what === 'verdict' && before === 'allowed' && (after === 'undecided' ? env !== undefined : after === 'blocked' && !origins.includes(request.origin)),
  };
}

/** Places past which no more are asked about: a server with hundreds of routes says the same in all of them. */
const MAX_PLACES = 60;

/** The places of a policy that send any origin back, whatever is not in the text. What a layer behind it sends is that one's. */
function reflectingPlaces({ layering, environment }: Revised, policy: Policy): readonly Span[] {
  if (!effectsOf(policy).some(({ header, value }) => header === 'access-control-allow-origin' && value.v !== 'literal' && value.v !== 'unknown')) return [];
  const deployment = layering.deploymentOf(policy);
  const found = new Map<string, Span>();
  for (const probe of policy.probes.slice(0, MAX_PLACES)) {
    for (const method of ['GET', 'PUT']) {
      for (const credentials of ['omit', 'include'] as const) {
        const told = STRANGERS.map((origin) => conversations(deployment, { origin, method, headers: [], credentials, url: urlOf(probe) }, { environment }).map(({ preflight, actual }) => [preflight?.response, actual.response].flatMap((response) => echoesIn(response, origin))));
        if (told.some((worlds) => worlds.some((places) => places.length === 0))) continue;
        for (const at of told.flat(2)) if (effectAt(policy, at) !== undefined) found.set(spanKey(at), at);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function effectsOf({ steps }: Policy): readonly Effect[] {
  return steps.flatMap(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])]);
}

/** Where a response is told to let in the origin that asked. */
function echoesIn(response: HttpResponse | undefined, origin: string): readonly Span[] {
  return response === undefined ? [] : linesOf(response, 'access-control-allow-origin').flatMap(({ text, at }) => (text === origin && at !== undefined ? [at] : []));
}
