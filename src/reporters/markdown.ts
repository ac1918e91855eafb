import { conversationText } from './conversation.js';
import { markdownCode, markdownSentence, markdownText } from './markdown-text.js';
import { docsUrl, placeOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { counted, findingsCounted, fixableCounted } from './words.js';

/** For comments, issues and wikis (GitHub Flavored Markdown): a table of what was found, then the proofs, then what could not be decided. */
export const format: Reporter = (report) => {
  const { findings, gaps } = report;
  const fixable = fixableCounted(report);
  return [
    `## cors-lint: ${findings.length === 0 ? 'no findings' : findingsCounted(report)}`,
    ...(fixable === '' ? [] : [fixable]),
    ...(findings.length === 0 ? [] : [['| | Where | What | Rule |', '|---|---|---|---|', ...findings.map((finding) => row(report, finding))].join('\n')]),
    ...findings.map((finding) => proof(report, finding)),
    ...(gaps.length === 0 ? [] : [folded(`${counted(gaps.length, 'place')} could not be decided`, gaps.map(({ at, message, reason }) => `- ${where(report, at)} ${markdownSentence(message)} (${markdownText(reason)})`).join('\n'))]),
  ].join('\n\n') + '\n';
};

function row(report: Report, { severity, at, message, ruleId }: ReportedFinding): string {
  const url = docsUrl(report, ruleId);
  const rule = markdownCode(`cors-lint/${ruleId}`);
  return `| ${severity} | ${where(report, at)} | ${markdownSentence(message)} | ${url === null ? rule : `[${rule}](${url})`} |`;
}

function where(report: Report, at: ReportedFinding['at']): string {
  const { line, column } = placeOf(report, at).start;
  return markdownCode(`${report.pathOf(at.file)}:${line}:${column}`);
}

/** Why it matters, the exchange, and ways out, folded away. */
function proof(report: Report, { at, message, why, witness, fix, suggestions }: ReportedFinding): string {
  const ways = [...(fix === undefined ? [] : [`- Fix: ${markdownSentence(fix.title)} (\`--fix\`)`]), ...suggestions.map(({ title }) => `- Suggestion: ${markdownSentence(title)}`)];
  const parts = [markdownSentence(why), ...(witness === undefined ? [] : [fenced(conversationText(witness))]), ...(ways.length === 0 ? [] : [ways.join('\n')])];
  return folded(`${where(report, at)} ${markdownSentence(message)}`, parts.join('\n\n'));
}

function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** A block of code, behind a fence that is longer than any within. */
function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, ticks) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
