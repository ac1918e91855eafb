import { existsSync, readFileSync } from 'node:fs';
import { faultsIn, type Fault } from '../../config/check.js';
import { ConfigError } from '../../config/config.js';
import { positionAt } from '../../config/position.js';
import type { Schema } from '../../config/schema.js';
import { visibleJson } from '../../reporters/visible.js';
import { replaceText, writeReport } from './write.js';

/** A finding that is known, with what tells a reader of the file which one it is. */
export interface KnownFinding {
  readonly fingerprint: string;
  /** Full id: `cors-lint/no-reflected-origin`. */
  readonly rule: string;
  /** Relative to the root of the run, with `/`. */
  readonly path: string;
  readonly message: string;
}

interface BaselineFile {
  readonly version: 1;
  readonly findings: readonly KnownFinding[];
}

const TEXT: Schema = { type: 'string' };
const KEYS: Readonly<Record<keyof KnownFinding, Schema>> = { fingerprint: TEXT, rule: TEXT, path: TEXT, message: TEXT };
const SCHEMA: Schema = {
  type: 'object',
  properties: { version: { enum: [1] }, findings: { type: 'array', items: { type: 'object', properties: KEYS, required: Object.keys(KEYS) } } },
  required: ['version', 'findings'],
};

/**
 * The findings that a baseline knows.
 * @param shown the file as messages name it
 * @param mayLack one that is not there knows nothing
 * @throws {ConfigError} when it is not there or broken, with its place.
 */
export async function readBaseline(file: string, shown: string, mayLack: boolean): Promise<readonly KnownFinding[]> {
  if (!existsSync(file) && mayLack) return [];
  if (!existsSync(file)) throw new ConfigError(`${shown}: no such baseline; --write-baseline makes it`);
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const written = parsed(text);
  if (isBaseline(written)) return written.findings;
  const [fault] = written === undefined ? [] : faultsIn(written, SCHEMA, []);
  const { offset, message } = await placed(text, fault);
  throw new ConfigError(`${shown}${positionAt(text, offset)}: ${message}`);
}

/** One entry a line and in an order of its own, so that a change of one finding changes one line. */
export function writeBaseline(file: string, findings: readonly KnownFinding[]): void {
  const rows = [...findings].sort(byPath).map(({ fingerprint, rule, path, message }) => `    ${visibleJson({ fingerprint, rule, path, message }, 0)}`);
  const text = `{\n  "version": 1,\n  "findings": [${rows.length === 0 ? '' : `\n${rows.join(',\n')}\n  `}]\n}\n`;
  if (existsSync(file)) replaceText(file, text);
  else writeReport(file, text);
}

function byPath(a: KnownFinding, b: KnownFinding): number {
  const [left, right] = [a, b].map(({ path, rule, fingerprint }) => [path, rule, fingerprint].join('\0')) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBaseline(written: unknown): written is BaselineFile {
  return written !== undefined && faultsIn(written, SCHEMA, []).next().done === true;
}

/** Where a text is no JSON, or where it says something else than a baseline does. */
async function placed(text: string, fault: Fault | undefined): Promise<{ readonly offset: number; readonly message: string }> {
  const { findNodeAtLocation, parseTree, printParseErrorCode } = await import('jsonc-parser');
  const errors: import('jsonc-parser').ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (fault === undefined) return { offset: error?.offset ?? 0, message: `this baseline is no JSON${error === undefined ? '' : ` (${printParseErrorCode(error.error)})`}` };
  const node = tree && findNodeAtLocation(tree, [...fault.path]);
  return { offset: node?.offset ?? 0, message: [...(fault.path.length === 0 ? [] : [fault.path.join('.')]), fault.message].join(': ') };
}
