/**
 * AWS Lambda functions behind API Gateway, function URLs and what speaks their language (Netlify): what a handler
 * returns, `{ statusCode, headers, body }`, hands to its callback, or gets from `@middy/http-cors`.
 *
 * A REST API with proxy integration and an HTTP API send what the function says. Preflights reach it only where OPTIONS
 * is routed to it: a function that does not know OPTIONS is silent about them.
 */
import { neededHeaders } from '../../middleware/request-reads.js';
import { editFetch } from '../../middleware/fetch-edits.js';
import { handlerIn } from '../../middleware/wrapped-handlers.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { covering, evidenceIn, versionText } from '../../middleware/readings.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { packageVersion, run, type EstreeModule, type Run } from '../../syntax/estree/index.js';
import type { Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { Middy, type Wrapped } from './middy.js';
import { answersOf } from './program.js';

export default defineReader<EstreeModule>({
  title: 'AWS Lambda',
  language: 'estree',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*(?:\bstatusCode\b|['"]@?middy\b)/,

  *read(module) {
    const middy = new Middy();
    const ran = run(module, middy.packages);
    yield* covering(module.file, policiesIn(module, ran, middy));
  },

  write: (module, policy, change) => editFetch(module, policy, change, {}),
});

function* policiesIn(module: EstreeModule, ran: Run, middy: Middy): Generator<Reading> {
  const version = packageVersion(module.files, module.file, '@middy/http-cors')?.version;
  const seen = new Set<Value>();
  for (const { name, value } of exportedIn(ran)) {
    // `export const handler = …; export default handler;`
    if (seen.has(value)) continue;
    seen.add(value);
    const handler = handlerIn(value);
    const wrapped: Wrapped | undefined = handler === undefined ? middy.wrapped(value, ran.events) : { handler, middleware: [] };
    if (wrapped === undefined) continue;
    const answers = answersOf(module, wrapped, version);
    if (answers === undefined || !writesCors(answers.steps)) continue;
    const usesCors = wrapped.middleware.some(({ role }) => role?.is === 'cors');
    const { at } = wrapped.handler ?? value;
    const policy: Policy = {
      reader: 'lambda',
      title: `Lambda function ${name}`,
      layer: 'route-handler',
      at,
      steps: answers.steps,
      behind: { options: null },
      probes: comparedPaths(answers.steps).map((path) => ({ path, methods: null, requestHeaders: neededHeaders(answers.reads, false), at })),
      survivesUncaught: answers.survivesUncaught,
      listens: [],
      ...(usesCors ? { version: versionText(module, '@middy/http-cors', '@middy/http-cors', '7.9') } : {}),
      evidence: evidenceIn(module, !usesCors, answers.reads.has('cookie') ? 'yes' : 'unknown'),
      notes: [],
    };
    yield { kind: 'policy', policy };
  }
}

/** What the module exports, by name; the members of CommonJS's whole among them. */
function exportedIn(ran: Run): readonly { readonly name: string; readonly value: Value }[] {
  return [...ran.exports].flatMap(([name, value]) => {
    if (name !== 'module.exports') return [{ name, value }];
    return value.kind === 'record' ? value.entries.map(({ key, value: member }) => ({ name: key, value: member })) : [{ name: 'handler', value }];
  });
}
