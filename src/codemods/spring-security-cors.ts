import type { Revised } from '../engine.js';
import { urlOf } from '../findings/ask.js';
import { conversations, verdictOn } from '../findings/exchange.js';
import { applicationRoot } from '../middleware/jvm/application-files.js';
import { probeSet, type ProbeRequest } from '../policy/compare.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates } from '../policy/views.js';
import { isTestSource, JvmModule, managedVersion } from '../syntax/jvm/index.js';
import { applyEdits } from '../text/edit.js';
import type { Environment } from '../values/fact.js';
import { refuse, type Announcement, type Codemod, type Proposed } from './codemod.js';
import { sourcesOf } from './jvm/application.js';
import { callCors } from './jvm/cors-call.js';
import { securityChainsIn, type SecurityChain } from './jvm/security-chains.js';

/**
 * `cors()` for chains of Spring Security that answer preflights before the application's own CORS configuration sees them. A
 * preflight never carries credentials, so a chain without `cors()` refuses it wherever they are needed (Spring Security,
 * "CORS": it must be processed before Spring Security).
 */
export default {
  *propose(repository) {
    const seen = new Set<string>();
    for (const path of repository.paths.filter((one) => SPEAKS.test(one) && !isTestSource(one) && CONFIGURES.test(repository.files.read(one) ?? ''))) {
      const module = repository.unit('jvm', path);
      if (!(module instanceof JvmModule)) continue;
      const application = applicationRoot(module) ?? path;
      if (seen.has(application)) continue;
      seen.add(application);
      const chains = sourcesOf(module, /HttpSecurity\b/).flatMap((file) => module.at(file) ?? []).flatMap(securityChainsIn);
      for (const chain of chains) yield* proposedFor(chain, module, repository);
    }
  },
} satisfies Codemod;

const SPEAKS = /\.(?:java|kt)$/;
const CONFIGURES = /CrossOrigin|CorsRegistry|CorsConfiguration/;

function* proposedFor(chain: SecurityChain, module: JvmModule, repository: Revised): Generator<Proposed> {
  const { method, owner, isReactive, cors } = chain;
  if (cors === 'defaults' || cors === 'source') return;
  const inside = new Set(sourcesOf(module, CONFIGURES));
  const behind = repository.policies.filter(({ reader, at }) => reader === 'spring' && inside.has(at.file)).flatMap((policy) => swallowedBy(chain, policy, repository.environment));
  const bean = behind.length > 0 || isReactive ? undefined : (unaskedBean(module, repository) ?? doubtfulBean(inside, repository));
  if (behind.length === 0 && bean === undefined) return;
  const name = `${method.name} of ${owner.name}`;
  if (cors === 'disabled') return yield refuse(method.at, `${name} switches its CORS filter off, and refuses preflights of a configuration of CORS: whether pages of other origins are meant to come in, only you can say`);
  if (isReactive) return yield refuse(method.at, `${name} refuses preflights, but cors() of a reactive chain asks a bean of CorsConfigurationSource alone, and there is none`);
  const edits = callCors(chain, managedVersion(chain.module.files, chain.module.file, 'spring-security').number);
  if (typeof edits === 'string') return yield refuse(method.at, edits);
  const { file, source } = chain.module;
  const announces = bean === undefined ? answeredBehind(behind, repository.environment) : answeredBy(bean, unaskedBean(module, repository) === undefined);
  yield { kind: 'rewriting', title: `${name} calls cors()`, at: method.at, texts: new Map([[file, applyEdits(source.text, edits)]]), announces };
}

/** A policy that a chain keeps preflights from, as it is and as it is without that. */
interface Swallowed {
  readonly policy: Policy;
  readonly opened: Policy;
}

function swallowedBy({ method: { at } }: SecurityChain, policy: Policy, environment: Environment): readonly Swallowed[] {
  const refuses = ({ end, at: place }: Policy['steps'][number]): boolean => end?.to === 'answer' && end.unauthenticated === true && place.file === at.file && place.start === at.start;
  if (!policy.steps.some(refuses)) return [];
  const opened: Policy = { ...policy, steps: policy.steps.filter((step) => !refuses(step)) };
  const named = new Set(acceptedCandidates(opened));
  // Origins that are let in tell soonest.
  const asked = (probe: Probe): readonly ProbeRequest[] => requestsAt(probe, policy, opened).toSorted((a, b) => Number(named.has(b.origin)) - Number(named.has(a.origin)));
  const differs = policy.probes.some((probe) => asked(probe).some((request) => allowed(policy, request, environment) === false && allowed(opened, request, environment) === true));
  return differs ? [{ policy, opened }] : [];
}

/** Those with a token among them: by its header a `GET` has a preflight, too. */
function requestsAt(probe: Probe, policy: Policy, opened: Policy): readonly ProbeRequest[] {
  const requests = probeSet(policy, opened, probe);
  return [...requests, ...requests.flatMap((request) => (request.headers.length === 0 && probe.methods?.includes(request.method) === true ? [{ ...request, headers: [['authorization', 'Bearer x'] as const] }] : []))];
}

/** Null: not known. */
function allowed(policy: Policy, { probe, ...client }: ProbeRequest, environment: Environment): boolean | null {
  const request = { ...client, url: urlOf(probe) };
  const verdicts = new Set(conversations({ policy, inner: [] }, request, { environment }).map(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed));
  return verdicts.size === 1 ? [...verdicts][0]! : null;
}

function answeredBehind(behind: readonly Swallowed[], environment: Environment): Announcement {
  return {
    words: 'Preflights that Spring Security refused are answered by the CORS configuration behind it; what that allows pages may do now.',
    allows: ({ what, request, before, after }) => what === 'verdict' && before === 'blocked' && after === 'allowed' && behind.some(({ opened }) => opened.probes.some(({ path }) => path === request.probe.path) && allowed(opened, request, environment) === true),
  };
}

const BEAN = /@(?:[\w.]+\.)?Bean\b(?:\s*\(\s*\))?\s+(?:(?:public|protected|private|open|internal|static|final)\s+)*(?:(?:Url[Bb]ased)?CorsConfigurationSource\s+|fun\s+)corsConfigurationSource\s*\(/;

/** The bean that `cors()` would ask for by its name, where nothing asks it. */
function unaskedBean(module: JvmModule, { policies }: Revised): string | undefined {
  const holder = sourcesOf(module, BEAN)[0];
  return holder === undefined || policies.some(({ reader, at, title }) => reader === 'spring' && at.file === holder && /^Cors/.test(title)) ? undefined : holder;
}

/** The bean of another class that Spring Security since 6.2 asks without `cors()` if it knows it when the chain is made: in the order in which classes are found. */
function doubtfulBean(inside: ReadonlySet<string>, { policies }: Revised): string | undefined {
  const doubt = policies.filter(({ reader, at }) => reader === 'spring' && inside.has(at.file)).flatMap(({ steps }) => steps).find(({ when }) => JSON.stringify(when).includes(MADE_BEFORE));
  return doubt?.at.file;
}

/** How the reader of Spring names that fact. */
const MADE_BEFORE = 'whether the source is made before the chain';

function answeredBy(holder: string, isDoubtful: boolean): Announcement {
  return isDoubtful
    ? {
        words: `The bean corsConfigurationSource in ${holder}, which is asked or not by the order in which beans are made, is asked in any case.`,
        allows: ({ what, before, after }) => (what === 'verdict' ? before === 'undecided' || (before === 'blocked' && after === 'allowed') : what === 'response access-control-expose-headers'),
      }
    : {
        words: `The bean corsConfigurationSource in ${holder}, which nothing asked, answers for its paths; what it allows pages may do now.`,
        allows: ({ what, before, after }) => what === 'verdict' && before === 'blocked' && after === 'allowed',
      };
}
