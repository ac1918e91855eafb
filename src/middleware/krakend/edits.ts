import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import type { Declined } from '../../readers/reader.js';
import { pairAt, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { rsCorsEdits } from '../rs-cors/edits.js';
import { rootsIn } from './readings.js';

/** A change in the settings of the component. */
export function krakendEdits(file: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  if (change.kind === 'switch-on') return [{ ...change.at, text: 'true' }];
  const passes = [...rootsIn(file)].map((root) => pairAt(root, 'extra_config', 'security/cors', 'options_passthrough')).find((pair) => pair !== undefined);
  return rsCorsEdits(file, policy, change, passes?.value);
}
