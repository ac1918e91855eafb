/**
 * Netlify: `[[headers]]` of `netlify.toml`, and `_headers` beside one.
 *
 * Every rule whose path fits counts, of two texts for one header the later one; repeated within a rule they are joined
 * with a comma. The texts are the same for every request. Netlify applies them to files that it serves itself, not to
 * what functions and proxied sites answer, and nobody answers OPTIONS.
 *
 * `@netlify/headers-parser` 9 (run in the live suite), `netlify dev` (`utils/headers`, read);
 * https://docs.netlify.com/routing/headers
 */
import { editHeadersFile, rulesIn } from '../../middleware/static-headers/headers-file.js';
import { headersHost } from '../../middleware/static-headers/hosts.js';
import { sitePolicy, stepsOf, withinLimits, type Combining, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { netlifyPath } from '../../middleware/static-headers/splats.js';
import { editHeaders } from '../../middleware/static-headers/yaml.js';
import type { Gap } from '../../policy/program.js';
import type { HeadersFile } from '../../syntax/headers-file/index.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';
import { configuredRules, answeredByOthers } from './config.js';

export default defineReader<YamlInProject | HeadersFile>({
  title: 'Netlify',
  language: ['toml', 'headers-file'],
  mayConcern: /access-control-/i,

  *read(unit) {
    const { rules, gaps, title } = 'blocks' in unit ? ofHeadersFile(unit) : ofConfiguration(unit);
    for (const gap of gaps) yield { kind: 'gap', gap };
    const [first] = rules;
    if (first !== undefined) yield { kind: 'policy', policy: sitePolicy({ reader: 'netlify', title, at: first.place.at, steps: stepsOf(rules, NETLIFY) }, rules.map(({ place }) => place)) };
  },

  write(unit, policy, change) {
    return 'blocks' in unit ? editHeadersFile(unit, policy, change) : editHeaders(unit, policy, change);
  },
});

const NETLIFY: Combining = { within: 'joined', across: 'last' };

interface Found {
  readonly rules: readonly HeaderRule[];
  readonly gaps: readonly Gap[];
  readonly title: string;
}

function ofHeadersFile(file: HeadersFile): Found {
  if (headersHost(file) !== 'netlify') return { rules: [], gaps: [], title: '' };
  const rules = rulesIn(file.blocks, ({ text, at }) => netlifyPath(text, at), false);
  const [detached] = file.blocks.flatMap(({ lines }) => lines.filter(({ kind, name }) => kind === 'detach' && /^access-control-/i.test(name.text)));
  const gaps: readonly Gap[] = detached === undefined ? [] : [{ at: detached.at, reason: 'unsupported-syntax', message: 'Netlify passes over a line without a colon: it takes no header away' }];
  const found = followed(rules, []);
  return { rules: found.rules, gaps: [...gaps, ...found.gaps], title: '_headers of Netlify' };
}

function ofConfiguration(file: YamlInProject): Found {
  if (!/(?:^|[/.-])netlify\.toml$/.test(file.file)) return { rules: [], gaps: [], title: '' };
  return { ...followed(configuredRules(file), answeredByOthers(file)), title: 'headers of netlify.toml' };
}

/** Rules for what functions and other sites answer have no effect. */
function followed(all: Iterable<HeaderRule>, others: readonly string[]): Pick<Found, 'rules' | 'gaps'> {
  const { rules, gaps } = withinLimits(all);
  const elsewhere = rules.filter(({ place }) => /^\/\.netlify\/functions(?:\/|$)/.test(place.sample) || others.some((prefix) => place.sample.startsWith(prefix)));
  return {
    rules: rules.filter((rule) => !elsewhere.includes(rule)),
    gaps: [...gaps, ...elsewhere.map(({ place }) => ({ at: place.at, reason: 'unsupported-syntax', message: 'Netlify does not apply these headers to what functions and proxied sites answer' }) as const)],
  };
}
