import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds to what the job shows when it is done. */
export function addSummary(env: Environment, markdown: string): void {
  append(env['GITHUB_STEP_SUMMARY'], markdown);
}

/** Tells later steps. A value cannot end early or name another output: nobody knows the line that ends it. */
export function setOutputs(env: Environment, outputs: Readonly<Record<string, string | number>>): void {
  const end = `end-${randomUUID()}`;
  append(env['GITHUB_OUTPUT'], Object.entries(outputs).map(([name, value]) => `${name}<<${end}\n${value}\n${end}\n`).join(''));
}

/** Outside of GitHub there is no such file. */
function append(path: string | undefined, text: string): void {
  if (path !== undefined && path !== '') appendFileSync(path, text);
}
