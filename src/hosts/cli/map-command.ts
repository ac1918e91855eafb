import { basename, resolve } from 'node:path';
import { ruleEntries } from '../../generated/catalogue.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import type { MapReporter } from '../../reporters/map-report.js';
import type { Command } from './command.js';
import { choice } from './options.js';
import { surveyed } from './surveyed.js';
import { writeReport } from './write.js';

const FORMATS = {
  html: () => import('../../reporters/map-html.js'),
  mermaid: () => import('../../reporters/map-mermaid.js'),
  json: () => import('../../reporters/map-json.js'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly format: MapReporter }>>>;

export default {
  usage: '[options] [paths...]',
  help: 'Draws the layers of a repository, the paths that are served through them, and who may read what: as a page in one file, as Mermaid or as JSON.',
  flags: { format: { type: 'string', short: 'f', value: 'name', help: 'html (default), mermaid or json' } },

  async run(flags, words, terminal) {
    const wanted = choice('format', typeof flags['format'] === 'string' ? flags['format'] : 'html', Object.keys(FORMATS) as readonly (keyof typeof FORMATS)[]);
    const { survey, root, environment, trustedOrigins, pathOf, sourceOf } = await surveyed(flags, words, terminal);
    const [{ mapOf }, { format }] = await Promise.all([import('../../questions/map.js'), FORMATS[wanted]()]);
    const rules = new Map(ruleEntries.map((rule) => [rule.id, rule]));
    const text = format({ map: mapOf(survey, environment, trustedOrigins), title: basename(root.folder), rules, version: VERSION, homepage: HOMEPAGE, pathOf, sourceOf });
    const file = flags['output-file'];
    if (file === undefined) terminal.stdout.write(text);
    else writeReport(resolve(terminal.cwd, file), text);
    return 0;
  },
} satisfies Command;
