import { isAtLeast, versionRange, type PythonModule } from '../../syntax/python/index.js';

/**
 * How Powertools answers, read and measured from release to release: up to 2.15 it sends `allow_origin` to everybody;
 * from 2.16.0 it has `extra_origins` and echoes origins that it allows, any for `*`, credentials included; from 2.41.0 it
 * sends `*` as it is, without credentials.
 */
export type Manner = 'fixed' | 'echoes' | 'literal-star';

export interface PowertoolsVersion {
  readonly manner: Manner;
  /** From 3.28.0 on resolvers take `proxy_type` before `cors`, all but `ALBResolver`. */
  readonly proxyTypeFirst: boolean;
  readonly text: string;
}

/** By what the project's files say; of a range that both sides of a change are in, the newer one is installed. */
export function powertoolsVersion(module: PythonModule): PowertoolsVersion {
  const found = versionRange(module.files, module.file, 'aws-lambda-powertools');
  if (found === undefined) return { manner: 'literal-star', proxyTypeFirst: true, text: 'Powertools 3.37 (no version found)' };
  const { range, from } = found;
  const manner = isAtLeast(range, '2.41.0') !== false ? 'literal-star' : isAtLeast(range, '2.16.0') !== false ? 'echoes' : 'fixed';
  return { manner, proxyTypeFirst: isAtLeast(range, '3.28.0') !== false, text: `Powertools ${manner === 'literal-star' ? '≥ 2.41' : manner === 'echoes' ? '2.16 to 2.40' : '< 2.16'} (${from})` };
}
