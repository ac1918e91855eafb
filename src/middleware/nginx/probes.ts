import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import type { Probe } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { isAssetPath, isAssetPattern } from '../public-assets.js';
import { goesTo } from './request-path.js';
import type { Location } from './locations.js';
import { handlerOf, inherited, type Level } from './levels.js';

/** One request for every location, and one for what no location takes. */
export function probesOf(server: Level, locations: readonly Location[], host: string | undefined, at: Span): readonly Probe[] {
  const found: Probe[] = [];
  const add = (path: string | undefined, level: Level, place: Span): void => {
    if (path === undefined || found.some((probe) => probe.path === path)) return;
    found.push({ path, ...(host === undefined ? {} : { host }), methods: methodsOf(level), requestHeaders: [], ...(servesAssets(level, path) ? { publicAsset: true } : {}), at: place });
  };
  for (const location of locations) if (!location.internal) add(sampleOf(location), location.level, location.level.head?.at ?? at);
  const reachable = locations.filter(({ kind }) => kind !== 'named');
  add(['/', '/other'].find((path) => !reachable.some(({ when }) => goesTo(when, path))), server, at);
  return found.length > 0 ? found : [{ path: '/', ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at }];
}

/** A path that reaches the location; undefined when none is found. */
export function sampleOf({ kind, text, level, when }: Location): string | undefined {
  if (kind === 'named') return undefined;
  const token = level.head?.args.at(-1);
  const flags = level.head?.args[0]?.text === '~*' ? 'i' : '';
  const tree = kind === 'pattern' && token !== undefined ? treeOf({ s: 'regex', source: text, flags, dialect: 'pcre', use: 'search', subject: 'origin', at: token }) : undefined;
  const candidates = tree === undefined ? [text, `${text}x`, `${text}/x`] : samplesOfTree(tree, 'x').flatMap((sample) => [sample, `/${sample}`, `/x${sample}`, `/x/${sample}`]);
  return candidates.find((path) => path.startsWith('/') && goesTo(when, path));
}

/** What answers otherwise, or looks elsewhere. */
const NOT_FILES = /^(?:return|rewrite|try_files|internal)$/;

/** Files of pages, for everybody: a pattern of their endings, or a folder of them. */
function servesAssets(level: Level, path: string): boolean {
  if (level.kind !== 'location' || handlerOf(level) !== undefined || inherited(level, 'auth_basic', 'auth_request', 'allow', 'deny').length > 0 || level.directives.some(({ name }) => NOT_FILES.test(name))) return false;
  const place = level.head?.args ?? [];
  return /^~/.test(place[0]?.text ?? '') ? isAssetPattern(place.at(-1)?.text ?? '') : isAssetPath(path);
}

/** Methods that are known to be served: files to GET and HEAD; what stands behind a proxy is not known. */
function methodsOf(level: Level): readonly string[] | null {
  if (handlerOf(level) !== undefined || level.directives.some(({ name }) => name === 'return' || name === 'if' || name === 'error_page')) return null;
  const listed = level.headers.find(({ name }) => name === 'access-control-allow-methods')?.value.text;
  return listed === undefined ? ['GET', 'HEAD'] : null;
}
