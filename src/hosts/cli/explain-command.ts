import { resolve } from 'node:path';
import type { ExplainReport, ExplainReporter } from '../../reporters/explain-report.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import type { Question } from '../../questions/explanation.js';
import { PLAIN } from '../../reporters/report.js';
import type { Command } from './command.js';
import { choice, UsageError } from './options.js';
import { surveyed } from './surveyed.js';
import { lookOf } from './terminal.js';
import { writeReport } from './write.js';

const FORMATS = {
  text: () => import('../../reporters/explain-text.js'),
  json: () => import('../../reporters/explain-json.js'),
  html: () => import('../../reporters/explain-html.js'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly format: ExplainReporter }>>>;

/** Places that are named where a URL means none of them. */
const MAX_NAMED = 20;

export default {
  usage: '--origin <origin> --url <url> [options] [paths...]',
  help: 'Explains what becomes of a request that a page makes: the layers that it goes through, who wrote which header, what the browser checks, and, where it is blocked, the smallest change that lets it through.',
  flags: {
    origin: { type: 'string', value: 'origin', help: 'origin of the page, such as https://app.example.com, or null' },
    url: { type: 'string', value: 'url', help: 'what the page asks for: a whole URL, or a path' },
    method: { type: 'string', value: 'name', help: 'default: GET' },
    header: { type: 'string', multiple: true, value: 'name[: value]', help: 'a header that the page sets; repeatable' },
    credentials: { type: 'string', value: 'mode', help: 'omit (default) or include' },
    format: { type: 'string', short: 'f', value: 'name', help: 'text (default), json or html' },
  },

  async run(flags, words, terminal) {
    const question = questionOf(flags);
    const wanted = choice('format', textOf(flags['format']) ?? 'text', Object.keys(FORMATS) as readonly (keyof typeof FORMATS)[]);
    const { survey, environment, pathOf, sourceOf } = await surveyed(flags, words, terminal);
    const [{ explain }, { mendingOf }, { remarksOn }, { format }] = await Promise.all([import('../../questions/explain.js'), import('../../questions/mend.js'), import('../../questions/remarks.js'), FORMATS[wanted]()]);
    const [explanation, ...others] = explain(survey, question, environment);
    if (explanation === undefined) {
      const places = [...new Set(survey.entries.flatMap(({ policy }) => policy.probes.map(({ host, path }) => `${host ?? ''}${path}  ${policy.title} (${pathOf(policy.at.file)})`)))];
      const looked = places.length === 0 ? 'no layer says anything of CORS' : `these places were looked at:\n${places.slice(0, MAX_NAMED).map((place) => `  ${place}`).join('\n')}${places.length > MAX_NAMED ? `\n  and ${places.length - MAX_NAMED} more` : ''}`;
      throw new UsageError(`--url: nothing here serves ${question.url}; ${looked}`);
    }
    const report: ExplainReport = { explanation, mending: mendingOf(survey, explanation, environment), remarks: remarksOn(survey, explanation, environment), others, rules: new Map(ruleEntries.map((rule) => [rule.id, rule])), version: VERSION, homepage: HOMEPAGE, pathOf, sourceOf };
    const file = flags['output-file'];
    if (file === undefined) terminal.stdout.write(format(report, lookOf(flags, terminal, 'stdout')));
    else writeReport(resolve(terminal.cwd, file), format(report, PLAIN));
    return explanation.verdict.allowed === true ? 0 : 1;
  },
} satisfies Command;

/** @throws {UsageError} for what no page can ask */
function questionOf(flags: Readonly<Record<string, unknown>>): Question {
  const url = textOf(flags['url']);
  if (url === undefined) throw new UsageError('--url: say what the page asks for, such as --url https://api.example.com/orders or --url /orders');
  if (!url.startsWith('/') && !/^https?:\/\/./i.test(url)) throw new UsageError(`--url: expected a URL of http or https, or a path that starts with /, found ${JSON.stringify(url)}`);
  if (!URL.canParse(url, 'https://api.example')) throw new UsageError(`--url: ${JSON.stringify(url)} is no URL`);
  const method = textOf(flags['method']) ?? 'GET';
  if (!TOKEN.test(method)) throw new UsageError(`--method: ${JSON.stringify(method)} is no name of a method`);
  const headers = (Array.isArray(flags['header']) ? flags['header'] : []).map((text) => headerOf(String(text)));
  return { origin: originOf(textOf(flags['origin'])), method, headers, credentials: choice('credentials', textOf(flags['credentials']) ?? 'omit', ['omit', 'include']), url };
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function originOf(text: string | undefined): string {
  if (text === undefined) throw new UsageError('--origin: say which page asks, by the scheme, host and port of its address: --origin https://app.example.com');
  if (text === 'null') return text;
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === 'null') throw new UsageError(`--origin: expected a scheme and a host, such as https://app.example.com, found ${JSON.stringify(text)}`);
  if (origin !== text) throw new UsageError(`--origin: browsers send ${origin} for ${JSON.stringify(text)}: write it so`);
  return origin;
}

/** A header as `Name: value`; where no value is told, one that serves. */
function headerOf(text: string): readonly [string, string] {
  const [, name = '', value] = /^([^:]*?)\s*(?::\s*(.*))?$/s.exec(text.trim()) ?? [];
  if (!TOKEN.test(name)) throw new UsageError(`--header: expected a name, or \`Name: value\`, found ${JSON.stringify(text)}`);
  return [name, value ?? (name.toLowerCase() === 'content-type' ? 'application/json' : '1')];
}
