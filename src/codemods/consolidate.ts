import type { Revised } from '../engine.js';
import { deploymentsBehind, waysTo } from '../policy/deployment.js';
import type { Deployment } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import { refuse, type Announcement, type Codemod, type Proposed, type Refusal } from './codemod.js';
import { meantBy, namesOf } from './layers/kept.js';
import { hiding, withoutHeaders, withoutRegistration, type Quieted } from './layers/quiet.js';
import { becomesAllowed, isOutspoken, placesThrough, speakersOf, speaks, spokenBy, standTogether, swallowed, type Spoken } from './layers/speakers.js';

/**
 * Of the layers that a request goes through one goes on sending headers of CORS. What the others say is taken out of them,
 * or, where a layer behind cannot be edited without changing what browsers see, hidden by the layer that is kept.
 */
const codemod: Codemod = {
  async *propose(repository, { keep }) {
    const chains = repository.layering.entries.map((entry) => ({ entry, speakers: speakersOf(entry) })).filter(({ speakers }) => speakers.length > 0);
    const [first] = chains;
    if (first === undefined) return;
    const all = [...new Set(chains.flatMap(({ speakers }) => speakers))];
    const asks: Refusal['asks'] = { choice: 'keep', candidates: namesOf(all, repository) };
    const { at } = first.speakers[0]!;
    if (keep === undefined) return yield refuse(at, 'more than one layer on the way of a request sends headers of CORS: which of them is to go on is not said', asks);
    const kept = meantBy(keep, repository.policies.filter(speaks), repository);
    if (kept.length === 0) return yield refuse(at, `no layer that sends headers of CORS is called ${JSON.stringify(keep)}`, asks);
    for (const { entry, speakers } of chains) {
      const own = speakers.filter((policy) => kept.includes(policy));
      const both = own.find((one) => own.some((other) => other !== one && standTogether(entry, one, other)));
      if (both !== undefined) yield refuse(both.at, `${JSON.stringify(keep)} means more than one layer on the way of one request`, asks);
      else for (const one of own) for (const other of speakers) if (other !== one && standTogether(entry, one, other)) yield* proposalsFor(repository, entry, one, other);
    }
  },
};

export default codemod;

/** Ways to have one layer say nothing, the plainest first: the first that changes nothing for browsers is taken. */
async function* proposalsFor(repository: Revised, entry: Deployment, kept: Policy, other: Policy): AsyncIterable<Proposed> {
  const { layering, environment } = repository;
  const isBehind = waysTo(entry, other).some((way) => way.includes(kept));
  const inner = [entry, ...deploymentsBehind(entry)].find(({ policy }) => policy === (isBehind ? other : kept))!;
  const places = placesThrough(entry, inner, environment);
  if (places.length === 0) return;
  const spoken = spokenBy(other, entry, places, environment);
  // What does not come out is hidden already. It can go where it does nothing else.
  if (spoken.length === 0 && !(isBehind && isOutspoken(other, entry, places, environment))) return;
  if (isBehind && layering.isExposed(other)) return yield refuse(other.at, `requests come to it past ${kept.title}, too: without headers of its own they would get none`);
  const uncertain = layering.entriesTo(inner.policy).find(({ deployment, certain }) => deployment.policy === entry.policy && !certain);
  if (uncertain !== undefined) return yield refuse(other.at, `that ${kept.title} stands ${isBehind ? 'in front of' : 'behind'} it is only likely: say so under \`layers\` in the configuration`);
  if (!isBehind && answersPreflightsAlways(other)) return yield refuse(other.at, `${other.title} never lets preflights through: without a policy of its own it refuses them, whatever ${kept.title} would answer. It is the one to keep`);
  const announces: Announcement = { words: `Browsers let pages read what they refuse now for having a header twice, where ${kept.title} alone lets them.`, allows: becomesAllowed(entry, kept, environment) };
  // Its parser of manifests is for scripts alone.
  const { leftBehind } = await import('./script/manifest.js');
  const rewriting = (title: string, texts: Quieted): readonly Proposed[] => {
    if (texts === undefined) return [];
    const notes = leftBehind(repository.files, texts);
    return [{ kind: 'rewriting', title, at: other.at, texts, ...(isDoubled(repository, entry, kept, places, spoken) ? { announces } : {}), ...(notes.length === 0 ? {} : { notes }) }];
  };
  const leaving = `${other.title} leaves CORS to ${kept.title}`;
  const ways = [
    ...rewriting(leaving, await withoutRegistration(repository, other)),
    ...rewriting(leaving, withoutHeaders(repository, other, spoken)),
    ...(isBehind ? rewriting(`${kept.title} hides the headers of ${other.title}`, hiding(repository, kept, spokenBy(kept, entry, places, environment), spoken)) : []),
  ];
  const open = isBehind ? ways : await notSwallowing(repository, ways, entry, kept, places);
  if (ways.length > 0 && open.length === 0) yield refuse(other.at, `${other.title} would go on answering preflights, without headers of CORS: how to let them through to ${kept.title} is not known`);
  if (ways.length === 0) yield refuse(other.at, `how to take the headers of CORS out of ${other.title} is not known${isBehind ? `, and ${kept.title} cannot be told to hide them` : ''}`);
  yield* open;
}

/** Those by which preflights come to the layer that is kept. */
async function notSwallowing(repository: Revised, ways: readonly Proposed[], entry: Deployment, kept: Policy, places: Parameters<typeof spokenBy>[2]): Promise<readonly Proposed[]> {
  const open: Proposed[] = [];
  for (const way of ways) {
    const after = way.kind === 'rewriting' ? await repository.revise(way.texts) : undefined;
    const entries = after?.layering.entriesTo(kept).map(({ deployment }) => deployment) ?? [];
    if (entries.length === 0 || swallowed(entry, entries, kept, places, repository.environment) === undefined) open.push(way);
  }
  return open;
}

/** Spring Cloud Gateway's handler mapping ends every preflight, with 403 where it has no configuration (measured on 3.1.9 to 4.3.0). */
function answersPreflightsAlways({ reader, layer }: Policy): boolean {
  return reader.startsWith('spring-boot') && layer === 'gateway';
}

/** Do both write Access-Control-Allow-Origin, or both Access-Control-Allow-Credentials, for the same places? */
function isDoubled({ environment }: Revised, entry: Deployment, kept: Policy, places: Parameters<typeof spokenBy>[2], spoken: readonly Spoken[]): boolean {
  const own = spokenBy(kept, entry, places, environment);
  return ['access-control-allow-origin', 'access-control-allow-credentials'].some((header) => [own, spoken].every((some) => some.some((line) => line.header === header)));
}
