/**
 * Azure API Management: the `cors` policy and hand-written `set-header`s, in policy documents and fragments (XML).
 *
 * The policy answers preflights with 200, those of unknown origins with nothing in it, and so it answers GET and HEAD of
 * unknown origins unless it is told to let them through. What it sends for `*` with credentials is not documented: `*`
 * would be refused by browsers, the origin itself would let every site in. Read after Microsoft's documentation alone.
 *
 * https://learn.microsoft.com/azure/api-management/cors-policy
 */
import type { Gap, Policy } from '../../policy/program.js';
import { allElements, elementsAt, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { corsSteps } from './cors-policy.js';
import { statementSteps } from './statements.js';
import { edited } from './write.js';

/** Statements of one element: more are no policy that people write. */
const MAX_STATEMENTS = 200;

export default defineReader<XmlFile>({
  title: 'Azure API Management',
  language: 'xml',
  mayConcern: /(?<![\s\S])(?=[\s\S]*<(?:policies|fragment)[\s>])[\s\S]*?(?:<cors[\s>]|access-control-)/i,

  *read(file): Generator<Reading> {
    const { root } = file;
    if (root.name !== 'policies' && root.name !== 'fragment') return;
    const [inbound, outbound] = root.name === 'fragment' ? [root, undefined] : (['inbound', 'outbound'] as const).map((name) => elementsAt(root, name)[0]);
    for (const gap of misplaced(root, inbound)) yield { kind: 'gap', gap };
    const crowded = [...allElements(root)].find(({ name, elements }) => elements.length > MAX_STATEMENTS && name !== 'allowed-origins');
    if (crowded !== undefined) {
      yield { kind: 'gap', gap: { at: { ...crowded.at, end: crowded.at.start + crowded.name.length + 1 }, reason: 'budget', message: 'there are more statements here than are followed' } };
      return;
    }
    const steps = [
      ...(inbound?.elements ?? []).flatMap((element) => (element.name === 'cors' ? corsSteps(element) : statementSteps(element, 'inbound'))),
      ...(outbound?.elements ?? []).flatMap((element) => statementSteps(element, 'outbound')),
    ];
    if (!steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')))) return;
    const cors = inbound === undefined ? undefined : elementsAt(inbound, 'cors')[0];
    const policy: Policy = {
      reader: 'azure-apim',
      title: 'policies of API Management',
      layer: 'gateway',
      at: cors?.at ?? steps[0]!.at,
      steps,
      behind: { options: null },
      probes: [{ path: '/', methods: null, requestHeaders: [], at: cors?.at ?? steps[0]!.at }],
      survivesUncaught: true,
      listens: [],
      evidence: { handWritten: cors === undefined, canAddVary: cors === undefined, readsCookies: 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'policy', policy };
  },

  write: edited,
});

/** A `cors` policy belongs into `inbound`, once. */
function misplaced(root: XmlElement, inbound: XmlElement | undefined): readonly Gap[] {
  const own = inbound === undefined ? [] : elementsAt(inbound, 'cors');
  return [...allElements(root)]
    .filter((element) => element.name === 'cors' && element !== own[0] && elementsAt(element, 'allowed-origins').length > 0)
    .map(({ at }) => ({ at, reason: 'unsupported-syntax', message: own.some((one) => one.at === at) ? 'API Management takes one `cors` policy in a section: this is a second one' : 'a `cors` policy has its place in `inbound` alone: this one was not followed' }));
}

