import type { Layering } from './layers/link.js';
import type { Policy } from './policy/program.js';
import type { SourceText } from './text/source-text.js';

/** Stages of a run. `load`: the modules of the languages and readers; `mend`: spelling changes and proving them. */
export type Stage = 'list' | 'load' | 'read' | 'judge' | 'mend' | 'report';

/** Whoever wants to know how a run goes. Without one nothing is measured and nothing is said. */
export interface Observer {
  /**
   * A part of the work begins. Parts lie within each other: a change is proven by reading and judging again.
   * @param subject the file that is read; the rule that judges, or whose change is tried
   * @returns to be called when the part has ended
   */
  start(stage: Stage, subject: string): () => void;
  /** A decision that findings do not show. @param about a file, or nothing in particular */
  note(topic: string, about: string, text: string): void;
}

/** The versions of software that policies were read for, and what stands behind what, with the places that say so. */
export function noteLayers(observer: Observer, policies: readonly Policy[], { linked }: Layering, sourceOf: (file: string) => SourceText): void {
  for (const { at, title, version } of policies) if (version !== undefined) observer.note('version', at.file, `${title}: ${version}`);
  for (const { policy, inner } of linked) {
    for (const { host, port, deployment, link } of inner) {
      const to = host === null ? 'what lies behind' : port === null ? host : `${host}:${port}`;
      observer.note('layers', policy.at.file, `${policy.title} passes on to ${to}, which is ${link?.certain === false ? 'likely ' : ''}${deployment.policy.title} (${deployment.policy.at.file})`);
      for (const { at, message } of link?.evidence ?? []) observer.note('layers', `${at.file}:${sourceOf(at.file).positionAt(at.start).line}`, message);
    }
  }
}
