import { expect, test } from 'vitest';
import haproxyIngress from '../../src/readers/haproxy-ingress/index.js';
import haproxytech from '../../src/readers/haproxytech-ingress/index.js';
import ingressNginx from '../../src/readers/ingress-nginx/index.js';
import { readYaml } from '../support/gateways.js';
import { soon } from '../support/soon.js';

const READERS = [ingressNginx, haproxyIngress, haproxytech];
const head = 'kind: Ingress\nmetadata:\n  annotations:\n';
const SWITCHES = ['nginx.ingress.kubernetes.io/enable-cors', 'haproxy-ingress.github.io/cors-enable', 'haproxy.org/cors-enable'];

/** Texts of about a megabyte that are made to be slow, each the value of one annotation. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a list without an end', `"${'https://a.example,'.repeat(55_000)}"`],
  ['a list of blanks', `"${' '.repeat(1_000_000)}"`],
  ['letters for validators', `"${'a'.repeat(1_000_000)}!"`],
  ['commas and blanks', `"${', '.repeat(500_000)}"`],
  ['stars', `"${'*.'.repeat(500_000)}"`],
];

test.each(HOSTILE)('%s', (_name, value) => {
  for (const key of ['cors-allow-origin', 'cors-allow-methods', 'cors-allow-headers', 'cors-expose-headers', 'cors-allow-origin-regex']) {
    for (const [index, reader] of READERS.entries()) {
      const text = `${head}    ${SWITCHES[index]!}: "true"\n    ${SWITCHES[index]!.replace(/\/.*/, '/')}${key}: ${value}\n`;
      expect(soon(2, () => readYaml(reader, text)).policies).toHaveLength(1);
    }
  }
}, 120_000);

test('blocks without an end in a snippet', () => {
  soon(4, () => readYaml(ingressNginx, `${head}    nginx.ingress.kubernetes.io/server-snippet: |\n${'      location /a { add_header Access-Control-Allow-Origin $http_origin;\n'.repeat(14_000)}`));
}, 60_000);

test('what merely looks alike is met with silence', () => {
  const texts = [
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: plain\n  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /\n',
    'apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n    haproxy.org/check: "true"\n',
    'openapi: 3.0.0\npaths:\n  /x:\n    get:\n      responses:\n        "200":\n          headers:\n            Access-Control-Allow-Origin: { schema: { type: string } }\n',
    'on: push\njobs:\n  a:\n    steps:\n      - run: curl nginx.ingress.kubernetes.io/enable-cors\n',
    'cors:\n  enabled: false\n  origins: ["*"]\n',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  cors-enable: "true"\n  enable-cors: "true"\n',
    'annotations:\n  nginx.ingress.kubernetes.io/enable-cors: "false"\n  haproxy.org/cors-enable: "false"\n',
  ];
  for (const text of texts) for (const reader of READERS) expect([text, readYaml(reader, text)]).toMatchObject([text, { policies: [], gaps: [], problems: [] }]);
});

test('an alias bomb is not expanded', () => {
  const bomb = `a: &a0 [x, x]\n${Array.from({ length: 30 }, (_unused, index) => `a${index}: &a${index + 1} [*a${index}, *a${index}, *a${index}]\n`).join('')}annotations:\n  ${SWITCHES[0]!}: "true"\n  nginx.ingress.kubernetes.io/cors-allow-origin: *a30\n`;
  soon(1.5, () => readYaml(ingressNginx, bomb));
});
