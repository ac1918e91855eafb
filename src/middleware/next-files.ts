import type { EstreeModule } from '../syntax/estree/index.js';

/**
 * What Next.js takes a file for, by its name: a route handler of the app router, the middleware (`proxy` since version
 * 16), a function of the pages router, its configuration. Undefined for other files.
 */
export type NextFile = 'config' | 'route' | 'middleware' | 'api';

export function nextFile(module: EstreeModule): NextFile | undefined {
  const { file, source } = module;
  if (/(?:^|\/)next\.config\.[cm]?[jt]s$/.test(file)) return 'config';
  if (/(?:^|\/)app\/(?:.*\/)?route\.[jt]sx?$/.test(file)) return 'route';
  if (/(?:^|\/)pages\/api\/.*\.[jt]sx?$/.test(file)) return 'api';
  // Other frameworks know files of these names.
  if (/(?:^|\/)(?:middleware|proxy)\.[jt]s$/.test(file) && /['"]next\/server(?:\.js)?['"]|\bexport\s+(?:async\s+)?(?:function|const)\s+(?:middleware|proxy)\b/.test(source.text)) return 'middleware';
  return undefined;
}
