import type { Gap, Policy } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import language, { type EstreeModule } from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** Parses one of the given files and lets a reader read it. */
export function read(reader: Reader<EstreeModule>, texts: Readonly<Record<string, string>>, file: string): { unit: EstreeModule; policies: readonly Policy[]; gaps: readonly Gap[]; covers: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText(file, texts[file]!), filesFrom(texts));
  if (unit === undefined) throw new Error(problems[0]?.message);
  const readings = [...reader.read(unit)];
  return {
    unit,
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap] : [])),
    covers: readings.flatMap((reading) => (reading.kind === 'covers' ? [reading.file] : [])),
  };
}
