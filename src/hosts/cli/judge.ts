import type { Resolved } from '../../config/resolve.js';
import type { EngineOptions, LintResult } from '../../engine.js';
import type { Observer } from '../../engine-observer.js';
import { addedUp, type FixCounts } from '../../findings/fix-counts.js';
import { withFingerprints } from '../../findings/fingerprint.js';
import { directivesIn } from '../../findings/ignore.js';
import type { Finding, Severity } from '../../findings/finding.js';
import { isAsBadAs } from '../../findings/severity.js';
import type { ReportedFinding, ReportedGap } from '../../reporters/report.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Settings } from './settings.js';

export type Lint = (paths: readonly string[], files: Files, options: EngineOptions) => Promise<LintResult>;

/** The engine is loaded when some file needs it. */
export type LoadLint = () => Promise<Lint>;

export interface Judgement {
  readonly findings: readonly ReportedFinding[];
  readonly gaps: readonly ReportedGap[];
  readonly policies: LintResult['policies'];
  readonly read: number;
  readonly fixes: FixCounts;
}

export interface JudgeOptions {
  /** Files that tell of layers, whichever files are judged. */
  readonly layers: readonly string[];
  readonly inlineConfig: boolean;
  readonly unusedDisables: 'off' | 'warn' | 'error';
  readonly suggestions: boolean;
  readonly observer?: Observer | undefined;
}

/** Lints files, each by its own settings. Files of one environment with the same options are judged together, so that layers meet. */
export async function judge(paths: readonly string[], files: Files, settings: Settings, lint: Lint, options: JudgeOptions): Promise<Judgement> {
  const all = await Promise.all(paths.map(async (path) => ({ path, resolved: await settings.of(path) })));
  const groups = new Map<string, { path: string; resolved: Resolved }[]>();
  for (const one of all) {
    if (one.resolved.ignored) options.observer?.note('left out', one.path, 'the configuration ignores it');
    if (one.resolved.ignored) continue;
    const { environment, strict, trustedOrigins, rules } = one.resolved;
    const optioned = [...rules].filter(([, rule]) => Object.keys(rule.options).length > 0).map(([id, rule]) => [id, rule.options]);
    const key = JSON.stringify([environment, strict, trustedOrigins, optioned]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const judgements: Judgement[] = [];
  for (const group of groups.values()) judgements.push(await judgeGroup(group, files, settings, lint, options));
  return {
    findings: judgements.flatMap(({ findings }) => findings).sort(byPlace),
    gaps: judgements.flatMap(({ gaps }) => gaps).sort(byPlace),
    policies: judgements.flatMap(({ policies }) => policies),
    read: judgements.reduce((sum, { read }) => sum + read, 0),
    fixes: addedUp(judgements.map(({ fixes }) => fixes)),
  };
}

async function judgeGroup(group: readonly { path: string; resolved: Resolved }[], files: Files, settings: Settings, lint: Lint, options: JudgeOptions): Promise<Judgement> {
  const { environment, strict, trustedOrigins } = group[0]!.resolved;
  // A rule runs if it is on for any file; each finding then gets the level of its own file.
  const rules = new Map(group.flatMap(({ resolved }) => [...resolved.rules].filter(([, { level }]) => level !== 'off').map(([id, rule]) => [id, { severity: 'error' as const, options: rule.options }] as const)));
  const result = await lint(group.map(({ path }) => path), files, { rules, strict, environment, trustedOrigins, inlineConfig: options.inlineConfig, suggestions: options.suggestions, observer: options.observer, beside: options.layers, isIgnored: async (path) => (await settings.of(path)).ignored, ...layersOf(group) });
  const findings: ReportedFinding[] = [];
  for (const finding of result.findings) {
    const level = (await settings.of(finding.at.file)).rules.get(finding.ruleId)?.level ?? 'off';
    if (level !== 'off') findings.push({ ...finding, severity: milder(level, finding.severity), environment });
  }
  const comments = options.inlineConfig ? aboutComments(result, group, files, options) : [];
  return { ...result, findings: [...findings, ...comments.map((finding) => ({ ...finding, environment }))] };
}

/** What the configurations of the files say of layers, each word once. Left out where they say nothing. */
function layersOf(group: readonly { readonly resolved: Resolved }[]): Pick<EngineOptions, 'layers'> {
  const layers = new Map([...new Set(group.map(({ resolved }) => resolved.layers))].flat().map((layer) => [JSON.stringify(layer), layer]));
  return layers.size === 0 ? {} : { layers: [...layers.values()] };
}

function milder(a: Severity, b: Severity): Severity {
  return isAsBadAs(a, b) ? b : a;
}

/** Disable comments that silence nothing, and those without a reason where one is demanded. */
function aboutComments(result: LintResult, group: readonly { path: string; resolved: Resolved }[], files: Files, { unusedDisables }: JudgeOptions): readonly Finding[] {
  const unused = unusedDisables === 'off' ? [] : result.unusedDisables.map((at) => commentFinding('unused-disable', unusedDisables, 'This comment silences nothing.', 'A comment that silences nothing will silence the next mistake.', at));
  const sourceOf = (file: string): SourceText => new SourceText(file, files.read(file) ?? '');
  const silent = group.filter(({ resolved }) => resolved.requireDisableReason).flatMap(({ path }) =>
    directivesIn(sourceOf(path))
      .filter(({ kind, reason }) => kind !== 'enable' && reason === '')
      .map(({ at }) => commentFinding('disable-without-reason', 'error', 'This comment does not say why it silences; write ` -- ` and the reason.', 'The configuration asks for a reason.', at)),
  );
  return withFingerprints([...unused, ...silent], sourceOf);
}

function commentFinding(ruleId: string, severity: Severity, message: string, why: string, at: Span): Omit<Finding, 'fingerprint'> {
  return {
    ruleId,
    class: 'hygiene',
    severity,
    messageId: ruleId,
    message,
    why,
    at,
    related: [],
    suggestions: [],
    policy: { reader: '', layer: 'proxy', title: '', at },
  };
}

function byPlace(a: { readonly at: Span; readonly ruleId?: string }, b: { readonly at: Span; readonly ruleId?: string }): number {
  return compareText(a.at.file, b.at.file) || a.at.start - b.at.start || a.at.end - b.at.end || compareText(a.ruleId ?? '', b.ruleId ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
