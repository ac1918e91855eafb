/** What the plugin and its worker say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { EngineOptions } from '../../engine.js';
import type { Finding } from '../../findings/finding.js';
import type { Root } from '../root.js';

export interface Question {
  readonly root: Root;
  /** Relative to the root. */
  readonly path: string;
  /** What the editor holds, whatever is on disk. */
  readonly text: string;
  readonly options: EngineOptions;
}

export type Shown = Pick<Finding, 'ruleId' | 'message' | 'at' | 'fix' | 'suggestions'>;

export type Answer = { readonly findings: readonly Shown[] } | { readonly failure: string };

/** What a worker tells by: answers go through the port, and the signal says that one is there. */
export interface Line {
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

export const WAITING = 0;
export const ANSWERED = 1;
export const GONE = 2;
