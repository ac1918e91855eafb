/**
 * How far what the linter says can be trusted, over all fixtures and the configurations of recorded rows, with every rule on:
 * findings by class, witnesses judged again, fixes applied and read again, unknowns by reason. Fails when a witness
 * does not come out the same, when a fix leaves its finding, or when `docs/fixes.json` (what readers offer, by rule and source) is stale;
 * `--write` writes that file.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { allCases } from './cases.mjs';
import { engine } from './engine.mjs';

const { lint, survey, deploymentsBehind, exchanges, layersOf, responsesWithoutOrigin, verdictOn, rules, applyEdits, filesFrom, environmentNamed } = await engine();
const table = fileURLToPath(new URL('../../docs/fixes.json', import.meta.url));

const ENVIRONMENT = 'production';
const options = { rules: new Map([...Object.keys(rules), 'parse-error'].map((id) => [id, { severity: 'error', options: {} }])), strict: true, environment: ENVIRONMENT, trustedOrigins: [], inlineConfig: false };

const plain = (value) => JSON.parse(JSON.stringify(value));
const count = (counts, key) => void (counts[key] = (counts[key] ?? 0) + 1);

const findings = {};
const gaps = {};
const fixes = { proposed: 0, unspelled: 0, dropped: 0, automatic: 0, suggested: 0 };
const witnesses = { same: 0, other: [] };
const mended = { proven: 0, other: [] };
const offers = {};
const unmended = {};
let files = 0;
let policies = 0;

/** Does one of the deployments, asked again, have the exchange with that verdict? Plain data in, plain data out. */
function isReplayed({ witness, policy }, deployments) {
  const isOwn = ({ reader, title, at }) => isDeepStrictEqual([reader, title, at], [policy.reader, policy.title, policy.at]);
  const own = deployments.filter((deployment) => layersOf(deployment).some(isOwn));
  const asked = (request, scenario) => own.flatMap((deployment) => exchanges(deployment, request, environmentNamed(ENVIRONMENT), scenario));
  const { stored } = witness;
  if (stored !== undefined) {
    const made = stored.request.origin === null ? own.flatMap((deployment) => responsesWithoutOrigin(deployment, stored.request.url, environmentNamed(ENVIRONMENT))) : asked(stored.request);
    const isMade = made.some(({ response }) => isDeepStrictEqual(plain(response), plain(stored.response)));
    return isMade && isDeepStrictEqual(plain(verdictOn(witness.request, stored.response)), plain(witness.verdict));
  }
  return asked(witness.request, witness.scenario).some((exchange) => isDeepStrictEqual(plain([exchange.preflight, exchange.response, exchange.verdict]), plain([witness.preflight, witness.response, witness.verdict])));
}

/** The case's files after a fix; several files may change. */
function after(texts, edits) {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, applyEdits(text, edits.filter(({ file }) => file === path))]));
}

async function isMended(texts, before, finding, fix) {
  const again = await lint(Object.keys(texts), filesFrom(after(texts, fix.edits)), options);
  const like = (all) => all.filter(({ ruleId, class: worst }) => ruleId === finding.ruleId && worst === finding.class).length;
  return like(again.findings) < like(before);
}

for (const { name, files: texts } of allCases()) {
  const result = await survey(Object.keys(texts), filesFrom(texts), options);
  files += Object.keys(texts).length;
  policies += result.policies.length;
  for (const key of Object.keys(fixes)) fixes[key] += result.fixes[key];
  for (const { reason } of result.gaps) count(gaps, reason);
  const deployments = [...result.policies.map((policy) => ({ policy, inner: [] })), ...result.entries.flatMap((entry) => [entry, ...deploymentsBehind(entry)])];
  for (const finding of result.findings) {
    count(findings, finding.class);
    if (finding.ruleId === 'parse-error') continue;
    if (finding.witness !== undefined && isReplayed(finding, deployments)) witnesses.same += 1;
    else witnesses.other.push(`${name}: ${finding.ruleId}`);
    const { reader } = finding.policy;
    const offered = [...(finding.fix === undefined ? [] : [['automatic', finding.fix]]), ...finding.suggestions.map((fix) => ['suggestion', fix])];
    if (offered.length === 0) count(unmended, finding.ruleId);
    for (const [kind, fix] of offered) {
      ((offers[finding.ruleId] ??= {})[reader] ??= {})[kind] = true;
      if (await isMended(texts, result.findings, finding, fix)) mended.proven += 1;
      else mended.other.push(`${name}: ${finding.ruleId}: ${fix.title}`);
    }
  }
}

const sorted = (record, each = (value) => value) => Object.fromEntries(Object.keys(record).sort().map((key) => [key, each(record[key])]));
const measured = `${JSON.stringify(sorted(offers, (readers) => sorted(readers, (kinds) => Object.keys(kinds).sort())), null, 1)}\n`;
const fresh = existsSync(table) && readFileSync(table, 'utf8') === measured;
if (process.argv.includes('--write') && !fresh) {
  mkdirSync(join(table, '..'), { recursive: true });
  writeFileSync(table, measured);
}

const lines = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a).map(([key, number]) => `  ${String(number).padStart(6)} ${key}`);
console.log(
  [
    `${files} files, ${policies} policies`,
    'findings by class:',
    ...lines(findings),
    `witnesses judged again: ${witnesses.same} the same, ${witnesses.other.length} not`,
    ...witnesses.other.map((line) => `  ${line}`),
    `changes asked for by rules: ${fixes.proposed}; not spelled by the reader: ${fixes.unspelled}; dropped by the proof: ${fixes.dropped}; automatic: ${fixes.automatic}; suggested: ${fixes.suggested}`,
    `fixes and suggestions applied and read again: ${mended.proven} mend their finding, ${mended.other.length} do not`,
    ...mended.other.map((line) => `  ${line}`),
    'findings that nothing is offered for:',
    ...lines(unmended),
    'unknowns by reason:',
    ...lines(gaps),
  ].join('\n'),
);
if (!fresh && !process.argv.includes('--write')) console.error('docs/fixes.json is stale: run `npm run quality -- --write`');
if (witnesses.other.length > 0 || mended.other.length > 0 || (!fresh && !process.argv.includes('--write'))) process.exitCode = 1;
