import type { Gap, Policy } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import language, { type JvmModule } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** What a reader finds in one of several files of Java or Kotlin. The language is loaded by the suite. */
export function readJvm(reader: Reader<JvmModule>, texts: Readonly<Record<string, string>>, path: string): { readonly policies: readonly Policy[]; readonly gaps: readonly Gap[] } {
  const { unit, problems } = language.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  if (unit === undefined || problems.length > 0) throw new Error(`${path} does not parse`);
  const readings = [...reader.read(unit)];
  language.release?.(unit);
  return { policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])), gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap] : [])) };
}
