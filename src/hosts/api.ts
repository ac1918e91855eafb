/** The engine for programs: give it texts, get findings as facts. */
export { lint, type EngineOptions, type LintResult } from '../engine.js';
export type { Exchange, Finding, Fix, Related, Severity, Witness } from '../findings/finding.js';
export type { RuleEntry } from '../findings/rule-entry.js';
export type { Gap, Policy } from '../policy/program.js';
export { applyEdits, type TextEdit } from '../text/edit.js';
export { filesFrom, type Files } from '../text/files.js';
export { SourceText, type Position } from '../text/source-text.js';
export type { Span } from '../text/span.js';
export { ruleEntries } from '../generated/catalogue.js';
export { VERSION } from '../generated/version.js';
