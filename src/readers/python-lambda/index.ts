/**
 * AWS Lambda functions in Python behind API Gateway and function URLs: the dictionary that a handler returns,
 * `{"statusCode": …, "headers": …}`, and `@cors_headers` of `lambda_decorators`.
 *
 * A REST API with proxy integration and an HTTP API send what the function says. Preflights reach it only where OPTIONS
 * is routed to it: a function that does not know OPTIONS is silent about them.
 */
import { editDictionaries } from '../../middleware/edit-python.js';
import { covering } from '../../middleware/readings.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { run, type PythonModule } from '../../syntax/python/index.js';
import { defineReader, type Reading } from '../reader.js';
import { LambdaDecorators, unwrapped } from './packages.js';
import { answersOf } from './program.js';

/** Code that may have to do with answers. */
const CONCERNS = /statusCode|headers|cors|origin|access-control/i;

export default defineReader<PythonModule>({
  title: 'AWS Lambda (Python)',
  language: 'python',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bdef\s+\w+\(\s*_*(?:e|req)\w*\b[^)]*,/,

  *read(module) {
    yield* covering(module.file, policiesIn(module));
  },

  write: (module, policy, change) => editDictionaries(module, policy, change, {}),
});

function* policiesIn(module: PythonModule): Generator<Reading> {
  const decorators = new LambdaDecorators();
  const ran = run(module, decorators.packages, CONCERNS);
  for (const { name, parameters, value } of ran.functions()) {
    const callee = isHandler(parameters.map((parameter) => parameter.name)) ? unwrapped(value, decorators) : undefined;
    const answers = callee === undefined ? undefined : answersOf(callee.handler, callee.writes, module);
    if (callee === undefined || answers === undefined || !writesCors(answers.steps)) continue;
    const { at } = callee.handler;
    const policy: Policy = {
      reader: 'python-lambda',
      title: `Lambda function ${name}`,
      layer: 'route-handler',
      at,
      steps: answers.steps,
      behind: { options: null },
      probes: comparedPaths(answers.steps).map((path) => ({ path, methods: null, requestHeaders: answers.reads.has('authorization') ? ['authorization'] : [], at })),
      survivesUncaught: false,
      listens: [],
      evidence: { handWritten: true, canAddVary: true, readsCookies: answers.reads.has('cookie') ? 'yes' : 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'policy', policy };
  }
}

/** The event and the context, and nothing that must be given beside them. */
function isHandler(parameters: readonly string[]): boolean {
  return parameters.length === 2 && /^_*(?:e|req)\w*$/i.test(parameters[0]!) && /^_*(?:context|ctx|c|lambda_context|aws_context|unused_?\w*)?$/i.test(parameters[1]!);
}
