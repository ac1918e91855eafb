import type { Goal } from '../../middleware/kubernetes/routing.js';
import type { Written } from '../../middleware/kubernetes/written.js';
import { ABSENT } from '../../origins/origin-set.js';
import { whenAll, unless, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import type { Setting } from './ingress.js';

/** Without a password, and without a cookie of a session. */
const WITHOUT_PASSWORD: Guard = { g: 'header', name: 'authorization', in: ABSENT };
const WITHOUT_SESSION: Guard = whenAll(WITHOUT_PASSWORD, { g: 'header', name: 'cookie', in: ABSENT });

/**
 * What asks for credentials in front of the services, of preflights too: controllers have no word to leave them out.
 * An external check may let a preflight through by itself, which nobody knows here.
 * Documented: the controllers' pages of annotations; kubernetes/ingress-nginx issues 625 and 8964, haproxytech/kubernetes-ingress issue 804.
 */
export function credentialGoals({ annotations }: Setting): readonly Goal[] {
  const one = (prefixes: readonly string[], name: string): Written | undefined => prefixes.flatMap((prefix) => annotations.get(`${prefix}/${name}`) ?? [])[0];
  const type = one(['nginx.ingress.kubernetes.io', 'ingress.kubernetes.io', 'haproxy.org', 'haproxy-ingress.github.io'], 'auth-type');
  const secret = one(['nginx.ingress.kubernetes.io', 'ingress.kubernetes.io', 'haproxy.org', 'haproxy-ingress.github.io'], 'auth-secret');
  const basic = type !== undefined && /^(?:basic|digest|basic-auth)$/.test(type.text) && secret !== undefined ? type : one(['nginx.org'], 'basic-auth-secret');
  const external = one(['nginx.ingress.kubernetes.io', 'haproxy-ingress.github.io'], 'auth-url');
  const sso = one(['alb.ingress.kubernetes.io'], 'auth-type');
  return [
    ...(basic === undefined ? [] : [refusal(401, WITHOUT_PASSWORD, basic.at)]),
    ...(external === undefined ? [] : [refusal(401, whenAll(WITHOUT_SESSION, unless(lets(external))), external.at)]),
    ...(sso !== undefined && /^(?:oidc|cognito)$/.test(sso.text) ? loadBalancer(sso, one(['alb.ingress.kubernetes.io'], 'auth-on-unauthenticated-request')) : []),
  ];
}

/** An AWS load balancer sends whoever has no session to log in, or refuses them. */
function loadBalancer(sso: Written, otherwise: Written | undefined): readonly Goal[] {
  if (otherwise?.text === 'allow') return [];
  return [refusal(otherwise?.text === 'deny' ? 401 : 302, { g: 'header', name: 'cookie', in: ABSENT }, sso.at)];
}

function refusal(status: number, when: Guard, at: Span): Goal {
  return { when, end: { to: 'answer', status, unauthenticated: true }, at };
}

function lets({ text, at }: Written): Guard {
  return { g: 'fact', fact: { ...factOf(unknown('upstream', `whether ${text} lets the request through`, at)), key: `auth ${text}` } };
}
