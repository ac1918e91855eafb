import { describe, expect, test } from 'vitest';
import { lint, type LintResult } from '../src/engine.js';
import { rules } from '../src/generated/registries.js';
import { filesFrom } from '../src/text/files.js';
import { findingDifferences, gatewayCases, policyDifferences, waiting, type GatewayCase } from './support/gateway-cases.js';

const cases = gatewayCases();
const gateways = [...new Set(cases.map(({ gateway }) => gateway))];
/** The reference judges; it does not advise. */
const all = new Map(Object.entries(rules).flatMap(([id, { set }]) => (set === 'recommended' ? [[id, { severity: 'error', options: {} }] as const] : [])));

const run = ({ file, text }: GatewayCase): Promise<LintResult> => lint([file], filesFrom({ [file]: text }), { rules: new Map([...all, ['parse-error', { severity: 'error', options: {} }]]), strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });

test('are 124 over 38 gateways', () => {
  expect([cases.length, gateways.length]).toEqual([124, 38]);
});

describe.each(gateways)('%s', (gateway) => {
  const those = cases.filter((one) => one.gateway === gateway);

  test.each(those)('$id: the policy', async (one) => {
    const { policies } = await run(one);
    const expected = one.expect.policy;
    if (expected.send !== 'none') expect(policies).not.toEqual([]);
    // Several policies of a file: one is the one that the case means.
    const told = policies.map((policy) => policyDifferences(expected, policy));
    if (told.length > 0) expect(told.find((one) => one.length === 0) ?? told).toEqual([]);
  });

  test.each(those)('$id: what is found', async (one) => {
    expect(findingDifferences(one, await run(one))).toEqual([]);
  });
});

test('every finding of the reference has its rule', () => {
  expect(cases.flatMap((one) => waiting(one).map((kind) => `${one.id}: ${kind}`))).toEqual([]);
});
