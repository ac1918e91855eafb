import type { Reader } from '../../src/readers/reader.js';
import language, { type EstreeModule } from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** Reads every prefix of a text; how many of them parsed. A reader that throws fails the test that asks. */
export function readPrefixes(reader: Reader<EstreeModule>, text: string, file: string): number {
  let parsed = 0;
  for (let end = 0; end <= text.length; end++) {
    const prefix = text.slice(0, end);
    const { unit } = language.parse(new SourceText(file, prefix), filesFrom({ [file]: prefix }));
    if (unit === undefined) continue;
    parsed++;
    for (const reading of reader.read(unit)) if (reading.kind === 'policy' && reading.policy.at.end > end) throw new Error(`a span outside the text of ${end} characters`);
  }
  return parsed;
}
