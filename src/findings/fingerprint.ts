import { createRequire } from 'node:module';
import type { SourceText } from '../text/source-text.js';
import type { Span } from '../text/span.js';
import type { Finding } from './finding.js';

const require = createRequire(import.meta.url);

/** Longer lines were not written by hand: what stands near the place is their part of it. */
const MAX_LINE = 400;
const NEAR = 100;

/**
 * Stable across edits elsewhere and when lines move: made of the rule and its message, the file, the text at the place
 * with its line, and the lines that enclose it; where all of that is the same, of the count among equals. So the same
 * text in another block, or under another key, is another finding.
 */
export function withFingerprints<Given extends Omit<Finding, 'fingerprint'>>(findings: readonly Given[], sourceOf: (file: string) => SourceText): readonly (Given & Pick<Finding, 'fingerprint'>)[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = [finding.ruleId, finding.messageId, finding.at.file, ...surroundings(sourceOf(finding.at.file), finding.at)].join('\0');
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    // Loaded with the first finding: a run without any starts sooner.
    const { createHash } = require('node:crypto') as typeof import('node:crypto');
    return { ...finding, fingerprint: createHash('sha256').update(`${key}\0${count}`).digest('hex').slice(0, 20) };
  });
}

/** The text at a place as far as its first line goes, that line, and outwards the nearest lines that are indented less and less. */
function surroundings(source: SourceText, { start, end }: Span): readonly string[] {
  const { line, column } = source.positionAt(start);
  const own = source.line(line);
  const near = own.length > MAX_LINE ? own.slice(Math.max(0, column - NEAR), column + NEAR) : own;
  const found = [own.slice(column - 1, column - 1 + end - start), near];
  let indent = indentOf(source, line);
  for (let above = line - 1; above > 0 && indent > 0; above--) {
    const outer = indentOf(source, above);
    if (outer >= indent) continue;
    indent = outer;
    found.push(source.line(above).slice(0, MAX_LINE));
  }
  return found.map((text) => text.trim().replace(/\s+/g, ' '));
}

/** Blanks before the text of a line; infinite where there is none. Documents have many lines: none is cut out for this. */
function indentOf(source: SourceText, line: number): number {
  const start = source.lineStart(line);
  let at = start;
  while (source.text[at] === ' ' || source.text[at] === '\t') at += 1;
  const next = source.text[at];
  return next === undefined || next === '\n' || next === '\r' ? Infinity : at - start;
}
