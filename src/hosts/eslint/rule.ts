import type { Rule, SourceCode } from 'eslint';
import { optionsSchema } from '../../config/schema.js';
import type { Fix } from '../../findings/finding.js';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import { docsUrl } from '../../reporters/report.js';
import { analysisOf } from './analysis.js';
import { disableComment, type Insertion } from './disable-comment.js';
import type { Shown } from './question.js';
import { sourceCodeOf } from './source-file.js';

const ABOUT = { rules: new Map(ruleEntries.map((entry) => [entry.id, entry])), homepage: HOMEPAGE, version: VERSION };

/** ESLint's rule for one of ours: it shows its share of the file's findings. */
export function eslintRule(entry: RuleEntry): Rule.RuleModule {
  const url = docsUrl(ABOUT, entry.id);
  return {
    meta: {
      type: entry.class === 'hygiene' ? 'suggestion' : 'problem',
      docs: { description: entry.title, recommended: entry.set === 'recommended', ...(url === null ? {} : { url }) },
      schema: [optionsSchema(entry.options)],
      messages: { finding: '{{message}}', failure: 'cors-lint could not read this file: {{reason}}.', suggestion: '{{title}}', disable: 'Disable {{rule}} for this line {{how}}' },
      fixable: 'code',
      hasSuggestions: true,
      defaultOptions: [],
    },
    create(context) {
      const showAll = (): void => {
        const { path, findings, failure } = analysisOf(context, entry.id);
        if (failure !== undefined) showOnce(context, failure);
        for (const finding of findings) if (finding.ruleId === entry.id) show(context, finding, path);
      };
      return { Program: showAll, CorsDocument: showAll };
    },
  };
}

const failed = new WeakSet<SourceCode>();

/** What keeps the engine from reading a file concerns every rule: the first one tells. */
function showOnce(context: Rule.RuleContext, reason: string): void {
  const sourceCode = sourceCodeOf(context);
  if (failed.has(sourceCode)) return;
  failed.add(sourceCode);
  context.report({ loc: { line: 1, column: 0 }, messageId: 'failure', data: { reason } });
}

function show(context: Rule.RuleContext, finding: Shown, path: string): void {
  const sourceCode = sourceCodeOf(context);
  const inThisFile = (fix: Fix | undefined): fix is Fix => fix !== undefined && fix.edits.every((edit) => edit.file === path);
  const disable = disableComment(sourceCode, path, finding.at.start, finding.ruleId);
  context.report({
    loc: { start: sourceCode.getLocFromIndex(finding.at.start), end: sourceCode.getLocFromIndex(finding.at.end) },
    messageId: 'finding',
    data: { message: finding.message },
    // A fix that reaches into another file is for the command line: ESLint mends one file at a time.
    fix: inThisFile(finding.fix) ? fixer(finding.fix) : null,
    suggest: [
      ...finding.suggestions.filter(inThisFile).map((suggestion) => ({ messageId: 'suggestion', data: { title: titleOf(suggestion) }, fix: fixer(suggestion) })),
      ...(disable === undefined ? [] : [{ messageId: 'disable', data: { rule: `cors-lint/${finding.ruleId}`, how: disable.how }, fix: inserter(disable) }]),
    ],
  });
}

/** What is done, and whose requests it changes. */
function titleOf({ title, changes }: Fix): string {
  return changes.length === 0 ? title : `${title} (changes ${changes.join('; ')})`;
}

function fixer({ edits }: Fix): Rule.ReportFixer {
  return (fix) => edits.map(({ start, end, text }) => fix.replaceTextRange([start, end], text));
}

function inserter({ at, text }: Insertion): Rule.ReportFixer {
  return (fix) => fix.insertTextBeforeRange([at, at], text);
}
