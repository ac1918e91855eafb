import { languagePaths } from '../generated/catalogue.js';

/** Is the file of a kind that some language reads? Told from its path alone. */
export function isKnownFile(path: string): boolean {
  return Object.values(languagePaths).some((paths) => paths.test(path));
}
