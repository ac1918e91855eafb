/**
 * An origin that nginx sends back as it came (`$http_origin`, a pattern that others' sites match) is looked up in a map of
 * the origins that somebody names. Only the author knows these.
 */
import type { TextEdit } from '../text/edit.js';
import { spanKey } from '../text/span.js';
import { edited } from '../middleware/nginx/write.js';
import { insertAfter, type Directive } from '../syntax/nginx/index.js';
import type { Place } from '../middleware/nginx/places.js';
import { refuse, type Announcement, type Codemod, type Origins, type Proposed } from './codemod.js';
import { originsNamedIn } from './proof.js';
import { around, configurationsOf, Names, policyAt, Sources, type Configuration } from './nginx/configuration.js';
import { deployNote, fileOf, textsAfter, type Desk } from './nginx/desk.js';
import { replaced } from './nginx/lines.js';
import { mapPlace } from './nginx/placing.js';
import { reflectionsIn, type Opening, type Reflections } from './nginx/reflections.js';

export default {
  *propose(repository, choices) {
    const configurations = configurationsOf(repository);
    const names = new Names(configurations);
    const candidates = originsNamedIn(repository);
    for (const configuration of configurations) {
      const { openings, lines, unknown } = reflectionsIn(configuration);
      for (const { at, reason } of unknown) yield refuse(at.at, reason);
      const groups = new Map<string, { readonly origins: Origins; readonly openings: Opening[] }>();
      for (const opening of openings) {
        const policies = serversOf(opening, configuration).map((server) => policyAt(configuration, server));
        const [policy] = policies;
        const at = opening.place.directive.at;
        if (policy === undefined) {
          yield refuse(at, 'no file that is looked at includes this part, so that it is not known which server it is for: name the one that does, too');
          continue;
        }
        const chosen = policies.map((one) => choices.originsFor(one!));
        const [origins] = chosen;
        if (origins === undefined || chosen.includes(undefined)) yield refuse(at, 'the origin is sent back as it came; say which origins are to be let in', { choice: 'origins', policy: policies[chosen.indexOf(undefined)]!, candidates });
        else if (origins.env !== undefined) yield refuse(at, `nginx reads no environment variables, ${origins.env} neither: name the origins by --origins; where they differ from one deployment to another, let envsubst write the map from a template (Docker's nginx image does for /etc/nginx/templates/*.template)`);
        else if (chosen.some((one) => JSON.stringify(one) !== JSON.stringify(origins))) yield refuse(at, 'servers for which different origins were named share it');
        else groups.set(keyOf(origins), { origins, openings: [...(groups.get(keyOf(origins))?.openings ?? []), opening] });
      }
      for (const group of groups.values()) yield* narrowed(group, lines, { repository, configuration, configurations, sources: new Sources(repository.files), names });
    }
  },
} satisfies Codemod;

function keyOf({ origins }: Origins): string {
  return JSON.stringify(origins);
}

/** The servers that an opening is in; of a map those that can ask for it. */
function serversOf({ place }: Opening, { places }: Configuration): readonly Place[] {
  const same = places.filter(({ directive }) => spanKey(directive.at) === spanKey(place.directive.at)).flatMap((one) => around(one, 'server') ?? []);
  const servers = same.length > 0 ? same : places.filter(({ directive: { name, block } }) => name === 'server' && block !== undefined);
  return servers.length > 0 ? servers : [place];
}

function* narrowed({ origins: { origins }, openings }: { readonly origins: Origins; readonly openings: readonly Opening[] }, lines: Reflections['lines'], desk: Desk): Generator<Proposed> {
  const { configuration, sources } = desk;
  const at = openings[0]!.place.directive.at;
  const asking = openings.filter(({ kind }) => kind !== 'rows');
  const fresh = new Map<string, string>();
  const edits: TextEdit[] = [];
  if (asking.length > 0) {
    const known = knownMap(origins, configuration);
    const variable = known ?? desk.names.variable('cors_origin');
    if (known === undefined) {
      const block = [`map $http_origin ${variable} {`, '    default "";', ...origins.map((origin) => `    "${origin}" $http_origin;`), '}'];
      const places = asking.flatMap(({ place }) => configuration.places.filter(({ directive }) => spanKey(directive.at) === spanKey(place.directive.at)));
      const maps = mapPlace(places, places.map(({ directive }) => directive.at.file), configuration, desk.configurations, sources);
      if (typeof maps === 'string') return yield refuse(at, maps);
      if (maps.kind === 'in-file') edits.push(maps.edit([block]));
      else fresh.set(maps.path, fileOf(block, sources, at));
    }
    for (const opening of asking) {
      if (opening.kind === 'value') edits.push({ file: opening.token.file, start: opening.token.start, end: opening.token.end, text: sources.textOf(opening.token).replace(/\$(?:http_origin\b|\{http_origin\})/gi, () => variable) });
      else if (opening.kind === 'condition') edits.push({ file: opening.from.file, start: opening.from.start, end: opening.to.end, text: variable });
    }
  }
  for (const opening of openings) if (opening.kind === 'rows') edits.push(...named(opening, origins, sources));
  for (const line of lines) {
    const vary = edited(configuration.root, { kind: 'add-vary', at: line.directive.at });
    if (!('declined' in vary)) edits.push(...vary);
  }
  const texts = textsAfter(edits, at, sources);
  if ('kind' in texts) return yield texts;
  yield {
    kind: 'rewriting',
    title: `origins that are sent back are looked up in a map of ${origins.length}`,
    at,
    texts: new Map([...texts, ...fresh]),
    announces: othersAreRefused(origins),
    notes: [...fresh.keys()].map((path) => deployNote(path, configuration)),
  };
}

function othersAreRefused(origins: readonly string[]): Announcement {
  return {
    words: `Origins that were sent back as they came are refused, but for ${origins.join(', ')}`,
    allows: ({ what, request, before, after }) => what === 'verdict' && before !== 'blocked' && after === 'blocked' && !origins.includes(request.origin),
  };
}

/** The variable of a map that lets in these origins already. */
function knownMap(origins: readonly string[], { places }: Configuration): string | undefined {
  const told = (rows: readonly Directive[]): string => JSON.stringify(rows.map(({ name, args }) => [name, ...args.map(({ text }) => text)]).sort());
  const wanted = JSON.stringify([['default', ''], ...origins.map((origin) => [origin, '$http_origin'])].sort());
  return places.find(({ directive: { name, args, block } }) => name === 'map' && block !== undefined && args[0]?.text === '$http_origin' && told(block) === wanted)?.directive.args[1]?.text;
}

/** Rows for the origins, in the place of those that let in too many. */
function named({ place, rows, standard }: Opening & { readonly kind: 'rows' }, origins: readonly string[], sources: Sources): readonly TextEdit[] {
  const source = sources.at(place.directive.at);
  const value = sources.textOf((rows[0] ?? standard)!.args[0]!);
  const missing = origins.filter((origin) => place.directive.block!.every(({ name }) => name.toLowerCase() !== origin)).map((origin) => `"${origin}" ${value};`);
  const [first, ...others] = rows.map(({ at }) => at);
  return [
    ...(standard === undefined ? [] : [{ file: standard.args[0]!.file, start: standard.args[0]!.start, end: standard.args[0]!.end, text: '""' }]),
    ...(first === undefined ? (missing.length === 0 ? [] : [insertAfter(source, standard!.at, missing)]) : replaced(source, missing.length === 0 ? [first, ...others] : others, missing.length === 0 ? [] : [{ at: first, lines: missing }])),
  ];
}
