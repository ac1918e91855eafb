import { addProbe } from '../../middleware/probes.js';
import { sendsCors } from '../../middleware/readings.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { ALWAYS, unless, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { ClassInView, Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle, RecordValue, Value } from '../../values/value.js';
import type { TornadoPackages } from './packages.js';
import { below, handlerProgram, type HandlerProgram } from './program.js';
import { areApart, rulesOf, type TornadoRule } from './routes.js';

/** What an application answers, route by route. */
export interface TornadoProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly handWritten: boolean;
  readonly survivesErrors: boolean;
  /** Classes whose handlers it runs. */
  readonly uses: readonly ClassInView[];
}

export interface Around {
  readonly packages: TornadoPackages;
  readonly ran: Run;
  readonly events: readonly Event[];
}

/** Follows the rules of an application; a path that no rule takes gets 404 from Tornado's own handler, or from the class that the settings name. */
export function applicationProgram(app: Handle, { packages, ran, events }: Around): TornadoProgram {
  const role = packages.roleOf(app);
  const settings = role?.is === 'application' ? role.settings : undefined;
  const steps: Step[] = [];
  const probes: Probe[] = [];
  const found: HandlerProgram[] = [];
  const uses: ClassInView[] = [];
  const serve = (target: Value, kwargs: RecordValue | undefined, at: Span): Pick<HandlerProgram, 'steps'> & Partial<HandlerProgram> => {
    const cls = ran.classOf(target);
    if (cls === undefined) return { steps: ownHandler(target, kwargs, packages, at) };
    const program = handlerProgram(cls, kwargs, settings, packages);
    uses.push(cls);
    found.push(program);
    return program;
  };
  const { rules, complete } = rulesOf(app, packages, events);
  const groups = new Groups();
  for (const rule of rules) {
    const { sample, target, kwargs, at } = rule;
    const program = serve(target, kwargs, at);
    groups.add(rule, program.steps);
    if (program.methods !== undefined && program.reads !== undefined && sample !== undefined && program.methods.length > 0) addProbe(probes, { path: sample, methods: program.methods, requestHeaders: headersIn(program.reads), inView: true, at });
  }
  steps.push(...groups.steps());
  const fallback = settings?.entries.findLast(({ key }) => key === 'default_handler_class')?.value;
  const fallbackArgs = settings?.entries.findLast(({ key }) => key === 'default_handler_args')?.value;
  const known = complete && (settings?.rest === undefined || fallback !== undefined);
  if (!known) steps.push({ when: ALWAYS, effects: [], end: { to: 'behind' }, at: app.at });
  else if (fallback === undefined) steps.push({ when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at: app.at });
  else steps.push(...serve(fallback, fallbackArgs?.kind === 'record' ? fallbackArgs : undefined, app.at).steps);
  const sending = found.filter((program) => sendsCors(program.steps));
  return {
    steps: mergeSteps(steps),
    probes,
    handWritten: found.some(({ handWritten }) => handWritten),
    survivesErrors: sending.length > 0 && sending.every(({ survivesErrors }) => survivesErrors),
    uses,
  };
}

/** Rules whose handlers do the same become one, where none between them could take their paths: an application repeats its base class. */
class Groups {
  readonly #groups: { readonly key: string; readonly rules: TornadoRule[]; readonly steps: readonly Step[] }[] = [];

  add(rule: TornadoRule, steps: readonly Step[]): void {
    const key = JSON.stringify(steps.map(({ when, effects, end }) => [when, effects.map((effect) => (effect.op === 'remove' ? effect.header : effect)), end]));
    for (const group of [...this.#groups].reverse()) {
      if (group.key === key) return void group.rules.push(rule);
      if (!group.rules.every((other) => areApart(rule, other))) break;
    }
    this.#groups.push({ key, rules: [rule], steps });
  }

  steps(): readonly Step[] {
    return this.#groups.flatMap(({ rules, steps }) => below(steps, whenAny(...rules.map(({ when }) => when))));
  }
}

/** Request headers that handlers need, of those that they read. */
export function headersIn(reads: ReadonlySet<string>): readonly string[] {
  return [...(reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') ? ['authorization'] : [])];
}

/** Tornado's own classes send nothing of CORS; what a class that is not in view sends is said by nobody. */
function ownHandler(target: Value, kwargs: RecordValue | undefined, packages: TornadoPackages, at: Span): readonly Step[] {
  const role = packages.roleOf(target);
  const name = role?.is === 'handler-class' ? role.name : undefined;
  const answer = (when: Guard, status: number): Step => ({ when, effects: [], end: { to: 'answer', status }, at });
  const only = (methods: readonly string[]): Guard => ({ g: 'method', in: methods });
  const rest: Step = { when: ALWAYS, effects: [], end: { to: 'behind' }, at };
  switch (name) {
    case 'StaticFileHandler':
      return [answer(unless(only(['GET', 'HEAD'])), 405), rest];
    case 'RedirectHandler': {
      const permanent = kwargs?.entries.findLast(({ key }) => key === 'permanent')?.value;
      return [answer(only(['GET']), permanent?.kind === 'boolean' && !permanent.value ? 302 : 301), answer(ALWAYS, 405)];
    }
    case 'ErrorHandler': {
      const status = kwargs?.entries.findLast(({ key }) => key === 'status_code')?.value;
      return [status?.kind === 'number' ? answer(ALWAYS, status.value) : rest];
    }
    case 'RequestHandler':
      return [answer(ALWAYS, 405)];
    default:
      return [rest];
  }
}
