/**
 * Google App Engine: `http_headers` of static handlers in `app.yaml`.
 *
 * The first handler whose `url` fits a path has it; its texts are the same for every request. Static files are served to
 * GET and HEAD alone, so nobody answers a preflight. Handlers of scripts have no such headers: deployment refuses them.
 *
 * Documented: https://cloud.google.com/appengine/docs/standard/reference/app-yaml#handlers_element
 */
import { pathPattern, unknownPath, type PathPattern } from '../../middleware/static-headers/paths.js';
import { LAST, sitePolicy, stepsOf, withinLimits, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { editHeaders, mappedHeaders } from '../../middleware/static-headers/yaml.js';
import { unless, whenAny, type Step } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'Google App Engine',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*access-control-)(?=[\s\S]*\bhandlers["']?\s*:)[\s\S]*\bhttp_headers\b/i,

  *read(file) {
    const root = file.documents[0]?.root;
    if (pairAt(root, 'runtime') === undefined && pairAt(root, 'service') === undefined) return;
    const handlers = (itemsOf(nodeAt(root, 'handlers')) ?? []).map((handler) => ({ handler, place: placeOf(handler) }));
    yield* ofHandlers(file, handlers);
  },

  write: editHeaders,
});

/** Handlers past which what an earlier one takes is not followed. */
const MAX_HANDLERS = 60;

interface Placed {
  readonly handler: YamlNode;
  readonly place: PathPattern;
}

function* ofHandlers(file: YamlFile, handlers: readonly Placed[]): Generator<Reading> {
  const rules: HeaderRule[] = [];
  for (const [index, { handler, place }] of handlers.slice(0, MAX_HANDLERS).entries()) {
    const headers = pairAt(handler, 'http_headers');
    const writes = mappedHeaders(file, headers?.value, false);
    if (headers === undefined || writes.length === 0) continue;
    if (pairAt(handler, 'static_dir') === undefined && pairAt(handler, 'static_files') === undefined) {
      yield { kind: 'gap', gap: { at: headers.at, reason: 'unsupported-syntax', message: 'App Engine takes `http_headers` for static files alone: it refuses this handler' } };
      continue;
    }
    rules.push({ place, when: unless(whenAny(...handlers.slice(0, index).map((earlier) => earlier.place.when))), writes });
  }
  const more = handlers[MAX_HANDLERS];
  if (more !== undefined) yield { kind: 'gap', gap: { at: more.place.at, reason: 'budget', message: `only the first ${MAX_HANDLERS} handlers are followed` } };
  const { rules: kept, gaps } = withinLimits(rules);
  for (const gap of gaps) yield { kind: 'gap', gap };
  const [first] = kept;
  if (first === undefined) return;
  const places = kept.map(({ place }) => place);
  const policy = sitePolicy({ reader: 'app-engine', title: 'static files of App Engine', at: first.place.at, steps: [...stepsOf(kept, LAST), refusal(kept)] }, places);
  yield { kind: 'policy', policy: { ...policy, probes: policy.probes.map((probe) => ({ ...probe, methods: ['GET', 'HEAD'] })) } };
}

/** Where static files are, nothing but GET and HEAD is served. */
function refusal(rules: readonly HeaderRule[]): Step {
  const { at } = rules[0]!.place;
  const there = whenAny(...rules.map(({ place, when }) => ({ g: 'and' as const, of: [place.when, when] })));
  return { when: { g: 'and', of: [there, unless({ g: 'method', in: ['GET', 'HEAD'] })] }, effects: [], end: { to: 'answer', status: 405 }, at };
}

/** `url` of a directory is a prefix, any other a pattern for the whole path: POSIX extended, which few texts show. */
function placeOf(handler: YamlNode): PathPattern {
  const url = textAt(handler, 'url');
  const at = resolve(pairAt(handler, 'url')?.value)?.at ?? handler.at;
  if (url === undefined || url.length > 1_000) return unknownPath('a path that is not read', at);
  const isFolder = pairAt(handler, 'static_dir') !== undefined;
  const whole = isFolder ? `${url.replace(/\/$/, '')}/.*` : url;
  // A group of texts is shown by the first of them, what takes any text by its gap.
  const shown = whole.replace(/^\^|\$$/g, '').replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)[?*+]?/g, '$1').replace(/\[[^\]]*\][*+?]?|\\[wd][*+]?/g, '1');
  return pathPattern(`^(?:${whole.replace(/^\^|\$$/g, '')})$`, '', shown.split(/\.[*+]/).map((piece) => piece.replace(/\\(.)/g, '$1')), at);
}
