import type { Gap, Policy } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import language, { type PythonModule } from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** Parses one of the given Python files and lets a reader read it; the grammar is loaded before. */
export function readPython(reader: Reader<PythonModule>, texts: Readonly<Record<string, string>>, file: string): { unit: PythonModule; policies: readonly Policy[]; gaps: readonly Gap[]; covers: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText(file, texts[file]!), filesFrom(texts));
  if (unit === undefined || problems.length > 0) throw new Error(`${problems[0]?.message}\n${texts[file]}`);
  const readings = [...reader.read(unit)];
  return {
    unit,
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap] : [])),
    covers: readings.flatMap((reading) => (reading.kind === 'covers' ? [reading.file] : [])),
  };
}

/** Reads every prefix of a text; throws where a reader does, and where it tells of a place outside the text. */
export function readPythonPrefixes(reader: Reader<PythonModule>, text: string, file: string): void {
  for (let end = 0; end <= text.length; end++) {
    const prefix = text.slice(0, end);
    const { unit } = language.parse(new SourceText(file, prefix), filesFrom({ [file]: prefix }));
    for (const reading of unit === undefined ? [] : reader.read(unit)) if (reading.kind === 'policy' && reading.policy.at.end > end) throw new Error(`a span outside the text of ${end} characters`);
  }
}
