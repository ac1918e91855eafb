import { describe, expect, test } from 'vitest';
import azureContainerApps from '../../src/readers/azure-container-apps/index.js';
import contour from '../../src/readers/contour/index.js';
import emissary from '../../src/readers/emissary/index.js';
import envoy from '../../src/readers/envoy/index.js';
import envoyGateway from '../../src/readers/envoy-gateway/index.js';
import espv2 from '../../src/readers/espv2/index.js';
import gatewayApi from '../../src/readers/gateway-api/index.js';
import gloo from '../../src/readers/gloo/index.js';
import istio from '../../src/readers/istio/index.js';
import kgateway from '../../src/readers/kgateway/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

/** Products that stand on Envoy's filter, with the number of their fixtures. */
const readers = [
  ['envoy', envoy, 8],
  ['istio', istio, 5],
  ['gateway-api', gatewayApi, 4],
  ['envoy-gateway', envoyGateway, 3],
  ['kgateway', kgateway, 3],
  ['contour', contour, 3],
  ['emissary', emissary, 4],
  ['gloo', gloo, 3],
  ['espv2', espv2, 3],
  ['azure-container-apps', azureContainerApps, 3],
] as const;

describe.each(readers)('%s', (id, reader, count) => {
  const all = fixtures(id);

  test('has its fixtures', () => expect(all).toHaveLength(count));

  test.each(all)('$name', (fixture) => {
    expect(reader.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, reader)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    // Long ones in larger steps.
    for (let end = 0; end <= text.length; end += Math.ceil(text.length / 1000)) {
      const { policies, gaps } = readYaml(reader, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
