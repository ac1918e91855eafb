import { imageVersion } from '../../middleware/ingress/version.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';

/** APISIX as far as its plugin depends on the version. */
export interface Version {
  /** From 3.2.2 on patterns stand alone, whatever `allow_origins` says, and `Vary` is said with every list but `*`, granted or not. */
  readonly patternsAlone: boolean;
  /** Before 3.10 `expose_headers` was `*` where nothing was written. */
  readonly exposesAll: boolean;
  readonly words: string;
}

const IMAGE = /(?:^|[\s"'/])apisix/;

/** The version of APISIX, from its image in the file or beside it. */
export function versionOf(file: Pick<YamlInProject, 'file' | 'source' | 'files'>): Version {
  const found = imageVersion(file, IMAGE);
  if (found === undefined) return { patternsAlone: true, exposesAll: false, words: 'APISIX ≥ 3.10 assumed (no version found)' };
  const from = (major: number, minor: number, patch: number): boolean => (found.major - major || found.minor - minor || (found.patch === patch ? 0 : found.patch - patch)) >= 0;
  return { patternsAlone: from(3, 2, 2), exposesAll: !from(3, 10, 0), words: `APISIX ${found.major}.${found.minor} (image)` };
}
