import { resolve } from 'node:path';
import { didYouMean } from '../../text/nearest.js';
import { reporters } from '../../reporters/index.js';
import { PLAIN, type Look, type Report } from '../../reporters/report.js';
import { UsageError, type Options } from './options.js';
import type { Terminal } from './terminal.js';
import { writeReport } from './write.js';

export interface Target {
  readonly name: string;
  /** Undefined: standard output. */
  readonly file: string | undefined;
}

/** Reports that the command line asks for; the one that is not named is for people. */
export function targetsOf({ format: written = [], 'output-file': output }: Options['flags'], terminal: Terminal): readonly Target[] {
  const names = Object.keys(reporters);
  const targets = (written.length === 0 ? [terminal.stdout.isTTY ? 'pretty' : 'stylish'] : written).map((item) => {
    const [name = '', ...file] = item.split('=');
    if (!names.includes(name)) throw new UsageError(`--format: unknown format ${JSON.stringify(name)}${didYouMean(name, names)}`);
    return { name, file: file.length === 0 ? undefined : file.join('=') };
  });
  const first = targets.findIndex(({ file }) => file === undefined);
  return targets.map((target, index) => (index === first && output !== undefined ? { ...target, file: output } : target));
}

/** Writes every report; those for standard output go to `sink`. Files are plain. */
export async function writeReports(report: Report, targets: readonly Target[], terminal: Terminal, look: Look, sink: 'stdout' | 'stderr'): Promise<void> {
  for (const { name, file } of targets) {
    const format = await reporters[name]!();
    if (file === undefined) terminal[sink].write(format(report, look));
    else writeReport(resolve(terminal.cwd, file), format(report, PLAIN));
  }
}
