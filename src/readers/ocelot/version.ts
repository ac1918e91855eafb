import { isFrom } from '../../middleware/version.js';
import { ALWAYS, NEVER, type Guard } from '../../policy/program.js';
import { folderOf, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';

/** Do transforms of `GlobalConfiguration` count? Since 24.1; not known where no project file beside says the version. */
export function globalsCount(files: Files, path: string, at: Span): Guard {
  const folder = folderOf(path);
  for (const name of files.list(folder)) {
    if (!name.endsWith('.csproj')) continue;
    const text = files.read(folder === '' ? name : `${folder}/${name}`) ?? '';
    const version = /<PackageReference\s[^>]*Include="Ocelot"[^>]*\sVersion="(\d[\w.]*)"/i.exec(text)?.[1];
    if (version !== undefined) return isFrom(version, '24.1') ? ALWAYS : NEVER;
  }
  return { g: 'fact', fact: { key: 'ocelot:24.1', reason: 'unsupported-syntax', detail: 'whether Ocelot is 24.1 or later', at } };
}
