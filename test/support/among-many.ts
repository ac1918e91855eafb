import { survey, type Survey } from '../../src/engine.js';
import { concernsCors } from '../../src/hosts/disk.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { DeclaredLayer } from '../../src/policy/topology.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from './lint.js';

type Texts = Readonly<Record<string, string>>;

/** Objects of somebody else, in a namespace of their own: more than are read without being looked through for names. */
export const STRANGERS: Texts = Object.fromEntries(
  Array.from({ length: 80 }, (_one, index) => [
    `strangers/${index}.yaml`,
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: stranger-${index}, namespace: abroad}\nspec:\n  template:\n    metadata: {labels: {app: stranger-${index}}}\n    spec: {containers: [{name: main, image: vendor/stranger-${index}, ports: [{containerPort: 9000}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: stranger-${index}, namespace: abroad}\nspec: {selector: {app: stranger-${index}}, ports: [{port: 80, targetPort: 9000}]}\n`,
  ]),
);

/** A repository as a run on a folder reads it: files that say nothing of CORS only for what they tell of layers. */
export function asFolder(texts: Texts, layers: readonly DeclaredLayer[] = []): Promise<Survey> {
  const [asked, beside] = [true, false].map((is) => Object.keys(texts).filter((path) => concernsCors(texts[path]!) === is));
  return survey(asked!, filesFrom(texts), { ...optionsOf(), beside: beside!, layers });
}

/** What layers a run found, with every link's evidence, and what it says of them. */
export function told({ entries, findings, gaps }: Survey): unknown {
  const layersIn = ({ policy, inner }: Deployment): unknown => ({ title: policy.title, at: policy.at, inner: inner.map(({ host, port, deployment, link }) => ({ host, port, link, layer: layersIn(deployment) })) });
  return { entries: entries.map(layersIn), findings: findings.map(({ ruleId, at, severity }) => ({ ruleId, at, severity })), gaps };
}
