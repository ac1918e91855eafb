import type { Rule } from 'eslint';
import type { Finding, Fix } from '../../findings/finding.js';
import { optionsSchema } from '../../config/schema.js';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { analysisOf } from './analysis.js';

/** ESLint's rule for one of ours: it shows its share of the file's findings. */
export function eslintRule(entry: RuleEntry): Rule.RuleModule {
  return {
    meta: {
      type: entry.class === 'hygiene' ? 'suggestion' : 'problem',
      docs: { description: entry.title, recommended: entry.set === 'recommended', ...(entry.references[0] === undefined ? {} : { url: entry.references[0] }) },
      schema: [optionsSchema(entry.options)],
      messages: { finding: '{{message}}', suggestion: '{{title}}' },
      fixable: 'code',
      hasSuggestions: true,
      defaultOptions: [],
    },
    create(context) {
      return {
        Program() {
          const { path, findings } = analysisOf(context, entry.id);
          for (const finding of findings) if (finding.ruleId === entry.id) show(context, finding, path);
        },
      };
    },
  };
}

function show(context: Rule.RuleContext, finding: Finding, path: string): void {
  const sourceCode = context.sourceCode ?? context.getSourceCode();
  const inThisFile = (fix: Fix | undefined): fix is Fix => fix !== undefined && fix.edits.every((edit) => edit.file === path);
  context.report({
    loc: { start: sourceCode.getLocFromIndex(finding.at.start), end: sourceCode.getLocFromIndex(finding.at.end) },
    messageId: 'finding',
    data: { message: finding.message },
    // A fix that reaches into another file is for the command line: ESLint mends one file at a time.
    fix: inThisFile(finding.fix) ? fixer(finding.fix) : null,
    suggest: finding.suggestions.filter(inThisFile).map((suggestion) => ({ messageId: 'suggestion', data: { title: titleOf(suggestion) }, fix: fixer(suggestion) })),
  });
}

/** What is done, and whose requests it changes. */
function titleOf({ title, changes }: Fix): string {
  return changes.length === 0 ? title : `${title} (changes ${changes.join('; ')})`;
}

function fixer({ edits }: Fix): Rule.ReportFixer {
  return (fix) => edits.map(({ start, end, text }) => fix.replaceTextRange([start, end], text));
}
