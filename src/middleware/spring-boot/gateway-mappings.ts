import type { Gap } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import type { ApplicationConfiguration } from '../application/index.js';
import { configured, type CorsConfiguration } from '../spring/cors-configuration.js';
import { ageOf, below, boundCors, type Bound, type BoundState } from './cors-keys.js';
import type { RouteInPlace } from './gateway-routes.js';

/** A configuration with the path pattern that it is for. */
export interface GatewayMapping {
  readonly path: string;
  readonly at: Span;
  readonly bound: Bound;
}

interface Mapped {
  readonly mappings: readonly GatewayMapping[];
  readonly gaps: readonly Gap[];
}

function refusal(at: Span, message: string): Gap {
  return { at, reason: 'unsupported-syntax', message };
}

/**
 * `globalcors.cors-configurations`: patterns to configurations. A pattern needs brackets, since the binder drops `/` and
 * `*` outside of them: `/api/**` becomes `api`, which no path matches, and of a bare `/**` nothing remains and the
 * application does not start. `dead`: there are mappings all the same, for which `Vary` is sent.
 */
export function globalMappings(configuration: ApplicationConfiguration, prefix: string): Mapped & { readonly dead: boolean } {
  const mappings: GatewayMapping[] = [];
  const gaps: Gap[] = [];
  let dead = false;
  for (const name of configuration.names(prefix)) {
    const [, inside] = /^\[(.*)\]$/s.exec(name) ?? [];
    const key = inside === undefined ? `${prefix}.${name}` : `${prefix}${name}`;
    const bound = boundCors(configuration, key);
    if (bound === undefined) continue;
    const remains = inside ?? name.replace(/[^A-Za-z0-9-]/g, '');
    const { states, refused } = agedStates(bound, false);
    if (remains !== '') gaps.push(...bound.refused, ...refused);
    if (inside?.startsWith('/') === true) {
      mappings.push({ path: inside, at: bound.at, bound: { ...bound, states } });
      continue;
    }
    dead = true;
    // What is below then stands in the place of a configuration: a text cannot be converted to one.
    const starts = !below(configuration, key).some(({ setting }) => /\.[^.[\]]+$/.test(setting.key) && setting.text !== '');
    const lost = `Of the key \`${name}\` nothing remains without brackets${starts ? '' : ', and the application does not start'}: write \`'[${name}]'\``;
    gaps.push(refusal(nameAt(configuration, key, name) ?? bound.at, remains === '' ? lost : `This key is read as the pattern \`${remains}\`, which no path matches: write \`'[/${remains === name ? `${remains}/**` : name.replace(/^\//, '')}]'\``));
  }
  return { mappings, gaps, dead };
}

/** Where a name of a key stands, in a file that is a tree. */
function nameAt(configuration: ApplicationConfiguration, key: string, name: string): Span | undefined {
  return below(configuration, key)[0]?.setting.names?.find(({ text }) => text === name || text.endsWith(`.${name}`))?.at;
}

/** The age as a number; what is none does not start. */
export function agedStates(bound: Bound, durations: boolean): { readonly states: readonly BoundState[]; readonly refused: readonly Gap[] } {
  const refused: Gap[] = [];
  const states = bound.states.map(({ when, config }): BoundState => {
    const { maxAge, ...rest } = config;
    const age = ageOf(config, durations);
    if (age === 'refused') {
      refused.push(refusal(maxAge!.value.at, `\`max-age\` is no ${durations ? 'duration' : 'number of seconds'}: the application does not start`));
      return { when, config: rest };
    }
    return { when, config: age === undefined ? rest : { ...rest, maxAge: age } };
  });
  return { states, refused };
}

const METADATA_LISTS = ['allowedOrigins', 'allowedOriginPatterns', 'allowedMethods', 'allowedHeaders', 'exposedHeaders'] as const;

/**
 * `metadata.cors` of the routes (since 4.0), each for the first pattern of its route's first `Path`, else for all paths. It
 * is a plain map: only names in camelCase count, a text is one entry, and `allowCredentials` and `maxAge` must be of their
 * type. One that is not ends the listener that reads them: then none of them is in force. They come before the mappings of
 * `globalcors` since 4.1.9, 4.2.4 and 4.3.1; before that all of them stood in the order of a hash table.
 */
export function routeMappings(configuration: ApplicationConfiguration, files: Files, routes: readonly RouteInPlace[]): Mapped {
  const found = routes.flatMap((one) => metadataOf(configuration, files, one));
  const gaps = found.flatMap(({ gaps: own }) => own);
  const broken = found.some((one) => one.broken);
  return { mappings: broken ? [] : [...new Map(found.map(({ mapping }) => [mapping.path, mapping])).values()], gaps };
}

function metadataOf(configuration: ApplicationConfiguration, files: Files, { route, paths }: RouteInPlace): readonly { readonly mapping: GatewayMapping; readonly gaps: readonly Gap[]; readonly broken: boolean }[] {
  const prefix = `${route.metadata}.cors`;
  const settings = below(configuration, prefix);
  const [first] = settings;
  if (first === undefined) return [];
  const gaps: Gap[] = [];
  let broken = false;
  let config: CorsConfiguration = {};
  for (const { setting } of settings) {
    const name = /\.cors\.([^.[]+)/i.exec(setting.key)?.[1] ?? '';
    const value = configuration.filledIn(setting.text, setting.place);
    const typed = !/^["']/.test((files.read(setting.at.file) ?? '').slice(setting.at.start, setting.at.end)) && !setting.at.file.endsWith('.properties');
    const wrong = (what: string): void => {
      broken = true;
      gaps.push(refusal(setting.at, `\`${name}\` must be ${what} here, not a text: the gateway drops the CORS settings of all routes`));
    };
    if (METADATA_LISTS.some((one) => one === name)) config = configured(config, `add${name}`, [value], value.at);
    else if (name === 'allowCredentials') {
      if (typed && /^(?:true|false)$/.test(setting.text)) config = configured(config, 'setAllowCredentials', [{ kind: 'boolean', value: setting.text === 'true', at: setting.at }], setting.at);
      else wrong('a boolean');
    } else if (name === 'maxAge') {
      if (typed && /^\d+$/.test(setting.text)) config = configured(config, 'setMaxAge', [{ kind: 'number', value: Number(setting.text), at: setting.at }], setting.at);
      else wrong('a number');
    } else gaps.push(refusal(setting.whole, `\`${name}\` is not read here: the metadata of a route knows ${METADATA_LISTS.join(', ')}, allowCredentials and maxAge, in camelCase`));
  }
  const when = first.when;
  return [{ mapping: { path: paths[0] ?? '/**', at: first.setting.whole, bound: { at: first.setting.whole, present: when, states: [{ when, config }], refused: [] } }, gaps, broken }];
}
