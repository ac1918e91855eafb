import type { Reader } from '../../src/readers/reader.js';
import type { PythonModule } from '../../src/syntax/python/index.js';
import { grouped } from './grouped.js';
import { hold, silent } from './hold.js';
import { observed } from './observed.js';
import { readPython } from './python.js';

/** How many recorded answers of programs a reader predicts: rows of a framework and a version, each with its program's text. */
export function holdServerless(reader: Reader<PythonModule>, framework: string, version: string, requirements: string): ReturnType<typeof hold> {
  const groups = grouped(observed('serverless-python').filter((row) => row.framework === framework && row.version === version), framework);
  return hold(
    groups,
    ({ config = '' }) => {
      const { policies } = readPython(reader, { 'main.py': config, 'requirements.txt': requirements }, 'main.py');
      if (policies.length > 1) throw new Error(`${policies.length} policies\n${config}`);
      return () => policies[0] ?? silent(404);
    },
    ({ response: { status } }) => ({ status, uncaught: status === 502 }),
  );
}
