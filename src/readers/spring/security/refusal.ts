import type { Span } from '../../../text/span.js';
import { factOf, unknown, type FunctionValue, type Value } from '../../../values/value.js';
import type { Fact } from '../../../values/fact.js';
import type { Followed } from '../application.js';
import { classBehind } from './in-chain.js';

/** What a request without credentials gets that needs some. */
export type Refusal = { readonly status: number } | { readonly open: Fact };

/**
 * The answer of a chain's authentication entry point to a request that accepts anything, as preflights do. A form alone
 * sends to its page; beside another way to log in it is for browsers that ask for HTML. Without any way to log in a
 * servlet chain forbids, a reactive one asks for HTTP Basic.
 */
export function refusalOf(mechanisms: ReadonlyMap<string, Refusal | undefined>, reactive: boolean): Refusal {
  for (const name of ['httpBasic', 'oauth2ResourceServer']) if (mechanisms.has(name)) return mechanisms.get(name) ?? { status: 401 };
  if (['formLogin', 'oauth2Login', 'saml2Login', 'openidLogin', 'oneTimeTokenLogin'].some((name) => mechanisms.has(name))) return { status: 302 };
  return { status: reactive ? 401 : 403 };
}

/** Entry points of Spring Security's own. */
const STATUS: Readonly<Record<string, number>> = {
  Http403ForbiddenEntryPoint: 403,
  BasicAuthenticationEntryPoint: 401,
  DigestAuthenticationEntryPoint: 401,
  BearerTokenAuthenticationEntryPoint: 401,
  HttpBasicServerAuthenticationEntryPoint: 401,
  BearerTokenServerAuthenticationEntryPoint: 401,
  LoginUrlAuthenticationEntryPoint: 302,
  RedirectServerAuthenticationEntryPoint: 302,
};

/** The status that an entry point sends: one of Spring's, a lambda, a class of the project that is made here or injected. */
export function statusOf(entryPoint: Value, file: Followed, at: Span): Refusal {
  const open: Refusal = { open: factOf(unknown('function-call', 'how requests without credentials are refused', at)) };
  const part = file.objects.security.of(entryPoint);
  if (part?.part === 'entry-point') {
    const status = STATUS[part.name] ?? (/^HttpStatus/.test(part.name) && part.args[0]?.kind === 'number' ? part.args[0].value : undefined);
    return status === undefined ? open : { status };
  }
  const commence = entryPoint.kind === 'function' ? entryPoint : (file.ran.objectOf(entryPoint) ?? classBehind(entryPoint, file).object)?.method('commence');
  return (commence === undefined ? undefined : sent(commence, file)) ?? open;
}

/** `commence(request, response, exception)`: the status that it sets, if it writes no header of CORS. */
function sent(commence: FunctionValue, file: Followed): Refusal | undefined {
  const { security } = file.objects;
  const response = security.make('the response', commence.at, { part: 'response' });
  let status: number | undefined;
  for (const event of commence.run([security.make('the request', commence.at, { part: 'request' }), response, unknown('parameter', 'the exception', commence.at)])) {
    if (event.kind === 'escape' && event.receiver === response) return undefined;
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== response) continue;
    const [name, args] = event.kind === 'call' ? [event.method, event.args] : [event.property, [event.value]];
    const [first] = args;
    if (/^(?:set|add)Header$/.test(name) && !(first?.kind === 'string' && !/^access-control-/i.test(first.value))) return undefined;
    if (/^(?:sendError|setStatus|status)$/.test(name)) status = first?.kind === 'number' && event.when.c === 'true' ? first.value : undefined;
    if (name === 'sendRedirect') status = 302;
  }
  return status === undefined ? undefined : { status };
}
