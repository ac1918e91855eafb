import type { Survey } from '../engine.js';
import { assumptionsInWords } from '../findings/exchange.js';
import type { Exchange } from '../findings/finding.js';
import type { HeaderLine, Scenario } from '../policy/evaluate.js';
import type { Gap } from '../policy/program.js';
import { spanKey } from '../text/span.js';
import { environmentNamed, type Environment } from '../values/fact.js';
import { coursesOf, type Course } from './course.js';
import type { Explanation, Question, World } from './explanation.js';
import { candidatesFor, type Candidate } from './places.js';

/**
 * What becomes of a page's request, and why: one explanation for each of the outermost layers that its URL may mean, the best
 * first. Empty where the URL means none of them. @param environment as the user calls it
 */
export function explain(survey: Pick<Survey, 'entries'>, question: Question, environment: string): readonly Explanation[] {
  const judged = environmentNamed(environment);
  return candidatesFor(survey, question, judged).map((candidate) => explainAt(candidate, judged));
}

/** What becomes of a request that comes to a layer. @param scenario what the handler behind does with it */
export function explainAt({ entry, request, fit }: Candidate, environment: Environment, scenario: Scenario = {}): Explanation {
  const courses = coursesOf(entry, request, environment, scenario);
  const worlds = worldsOf(courses);
  const verdicts = new Set(worlds.map(({ verdict }) => verdict.allowed));
  const verdict: Exchange['verdict'] = verdicts.size === 1 ? worlds[0]!.verdict : { allowed: null, reason: 'undecided', step: worlds[0]!.verdict.step };
  const layers = worlds.flatMap(({ preflight, response }) => [...(preflight?.layers ?? []), ...response.layers]);
  return { request, entry, fit, verdict, worlds, ...(Object.keys(scenario).length === 0 ? {} : { scenario }), gaps: verdict.allowed === null ? gapsOf(courses) : [], certain: layers.every(({ link }) => link?.certain !== false) };
}

/** One course for every verdict: that which assumes least. What none of the verdicts depends on is left out. */
function worldsOf(courses: readonly Course[]): readonly World[] {
  const decisive = decisiveIn(courses);
  const first = new Map<string, World>();
  for (const course of [...courses].sort((a, b) => a.assumed.size - b.assumed.size)) {
    const { assumed, ...world } = course;
    const key = verdictOf(course);
    if (!first.has(key)) first.set(key, { ...world, assuming: assumptionsInWords(new Map([...assumed].filter(([fact]) => decisive.has(fact)))) });
  }
  return [...first.values()];
}

function verdictOf({ verdict: { allowed, reason, hint } }: Pick<Course, 'verdict'>): string {
  return `${allowed} ${reason} ${hint ?? ''}`;
}

/** Keys of facts such that the verdicts are others when they hold than when they do not. */
function decisiveIn(courses: readonly Course[]): ReadonlySet<string> {
  const keys = new Set(courses.flatMap(({ assumed }) => [...assumed.keys()]));
  const verdictsIf = (key: string, holds: boolean): string => [...new Set(courses.filter(({ assumed }) => (assumed.get(key)?.holds ?? holds) === holds).map(verdictOf))].sort().join('\n');
  return new Set([...keys].filter((key) => verdictsIf(key, true) !== verdictsIf(key, false)));
}

/** What keeps the verdict open: facts, texts of headers, statuses, where a redirect leads. */
function gapsOf(courses: readonly Course[]): readonly Gap[] {
  const decisive = decisiveIn(courses);
  const facts = courses.flatMap(({ assumed }) => [...assumed].flatMap(([key, { fact }]) => (decisive.has(key) ? [fact] : [])));
  const open = courses.filter(({ verdict }) => verdict.allowed === null);
  const gaps: Gap[] = [...facts, ...open.flatMap(unreadIn)].map(({ at, reason, detail }) => ({ at, reason, message: `it depends on ${detail}` }));
  for (const { preflight, checks } of open) {
    const at = preflight?.unseen ?? preflight?.layers.at(-1)?.policy.at;
    if (at !== undefined && checks.some(({ check, ok }) => check === 'ok-status' && ok === null)) gaps.push({ at, reason: 'upstream', message: 'it depends on the status with which the preflight is answered there' });
    const redirect = checks.find(({ check, ok }) => check === 'redirect' && ok === null);
    const location = redirect === undefined ? undefined : redirectsIn(open).find((line) => line.at !== undefined)?.at;
    if (location !== undefined) gaps.push({ at: location, reason: 'upstream', message: 'it depends on what answers where the redirect leads' });
  }
  const first = new Map(gaps.map((gap) => [`${spanKey(gap.at)} ${gap.message}`, gap]));
  return [...first.values()];
}

/** Why texts of headers are not known that browsers look at. */
function unreadIn({ preflight, response }: Course): readonly NonNullable<HeaderLine['fact']>[] {
  return [preflight, response].flatMap((leg) => leg?.response.headers.flatMap(({ name, text, fact }) => (text === null && fact !== undefined && name.startsWith('access-control-') ? [fact] : [])) ?? []);
}

function redirectsIn(courses: readonly Course[]): readonly HeaderLine[] {
  return courses.flatMap(({ response }) => response.response.headers.filter(({ name }) => name === 'location'));
}
