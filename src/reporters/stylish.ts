import { placeOf, summaryOf, type Reporter } from './report.js';
import { styleFor } from './style.js';
import { visible } from './visible.js';
import { counted } from './words.js';

/** Findings under their file's name, one line each, then the counts; nothing when there is nothing to say. */
export const format: Reporter = (report, { colors }) => {
  const style = styleFor(colors);
  const open = report.gaps.length === 0 ? '' : `${style.dim(`${counted(report.gaps.length, 'place')} could not be decided; -f pretty names them.`)}\n`;
  if (report.findings.length === 0) return open;
  const rows = report.findings.map((finding) => {
    const { line, column } = placeOf(report, finding.at).start;
    return { file: finding.at.file, place: `${line}:${column}`, severity: finding.severity, message: visible(finding.message), id: `cors-lint/${finding.ruleId}` };
  });
  const width = (column: 'place' | 'severity' | 'message'): number => Math.max(...rows.map((row) => row[column].length));
  const [place, severity, message] = [width('place'), width('severity'), width('message')];
  const blocks = [...new Set(rows.map(({ file }) => file))].map((file) => {
    const lines = rows
      .filter((row) => row.file === file)
      .map((row) => `  ${style.dim(row.place.padStart(place))}  ${style.severity(row.severity, row.severity.padEnd(severity))}  ${row.message.padEnd(message)}  ${style.dim(row.id)}`);
    return [style.underline(visible(report.pathOf(file))), ...lines, ''].join('\n');
  });
  const { errors, warnings, fixable } = summaryOf(report);
  const hint = fixable === 0 ? '' : `\n${counted(fixable, 'finding')} can be fixed with --fix.`;
  return `\n${blocks.join('\n')}\n${style.bold(`${counted(report.findings.length, 'finding')} (${counted(errors, 'error')}, ${counted(warnings, 'warning')})`)}${hint}\n${open}`;
};
