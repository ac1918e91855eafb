/**
 * Apache APISIX' `cors` plugin: standalone files, ADC, the JSON of one route, objects of Kubernetes and annotations of
 * Ingresses.
 *
 * It replaces what the upstream says, for origins that it lets in. `*` with credentials is refused, by the defaults
 * too; `**` sends the origin back to everybody. Patterns match anywhere in an origin, and come without `Vary` where no
 * list is written. Run: the plugin's own code at the newest version; routes are read from APISIX' source.
 */
import { probesOf, routing } from '../../middleware/gateway-plugins/routes.js';
import type { Refused } from '../../middleware/gateway-plugins/settings.js';
import { editSetting, isListText, isOfSettings } from '../../middleware/setting-edits.js';
import type { Policy } from '../../policy/program.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import { removeEntry, respell, rewrite, type YamlInProject } from '../../syntax/yaml/index.js';
import { sameSpan } from '../../text/span.js';
import { decline, defineReader, type Reading } from '../reader.js';
import { declared, type Instance } from './instances.js';
import { installed } from './objects.js';
import { neededHeaders, program } from './program.js';
import { versionOf, type Version } from './version.js';

export default defineReader<YamlInProject>({
  title: 'Apache APISIX',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)[\s\S]*(?:apisix|upstream|plugin_config|global_rules|(?:routes|uris?)["']?\s*:)/i,

  *read(file) {
    const version = versionOf(file);
    for (const one of [...file.documents.flatMap((document) => declared(file, document)), ...installed(file)]) yield* readingsOf(one, version);
  },

  write(file, policy, change) {
    if (isOfSettings(policy, change)) return editSetting(file, policy, change);
    switch (change.kind) {
      case 'replace-text':
        return change.text.includes(',') && !isListText(policy, change.at) ? decline('a comma ends the entry') : respell(file, change.at, change.text);
      case 'remove-entry':
        return removeEntry(file, change.at);
      case 'remove-header': {
        const value = effectAt(policy, change.at)?.value;
        return value?.v === 'literal' && value.written ? rewrite(file, value.at, 'false') : decline('credentials are not switched on by a value of this file');
      }
      case 'replace-pattern':
        return originLeaves(policy).some((leaf) => leaf.s === 'regex' && sameSpan(leaf.at, change.at)) ? respell(file, change.at, change.source) : decline('no pattern stands there');
      default:
        return decline('not a change that the plugin can spell');
    }
  },
});

function refusal({ at, refused }: Refused): Reading {
  return { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: refused } };
}

function* readingsOf({ settings, at, routes, others, title }: Instance, version: Version): Generator<Reading> {
  const misspelt = settings.fields.get('allow_credentials');
  if (misspelt !== undefined) yield refusal({ at: misspelt.at, refused: 'APISIX ignores `allow_credentials`: the field is `allow_credential`' });
  const steps = program(settings, version);
  if ('refused' in steps) {
    yield refusal({ at: steps.at, refused: `APISIX refuses this configuration: ${steps.refused}` });
    return;
  }
  const policy: Policy = {
    reader: 'apisix',
    title,
    layer: 'gateway',
    at,
    steps: [...routing(routes, others), ...steps],
    behind: { options: null },
    probes: probesOf(routes, (methods) => neededHeaders(settings, methods), at),
    survivesUncaught: true,
    listens: [],
    version: version.words,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'policy', policy };
}
