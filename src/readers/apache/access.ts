import { ABSENT, complement } from '../../origins/origin-set.js';
import { clientIn } from '../../middleware/client-networks.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { parseCondition } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import { isSet } from './environment.js';
import { holdsWhen, sectionHolds, type Scene } from './expressions.js';
import { inForce, type Scoped, type Sections, type Stage } from './sections.js';
import { methodGuard, openFact } from './text.js';

/** Requests that are turned away. */
export interface Denial {
  readonly when: Guard;
  readonly status: 401 | 403;
  readonly at: Span;
}

const AUTHORISED: Guard = { g: 'header', name: 'authorization', in: complement(ABSENT) };

/** Who is not let in: by `Order`, `Allow` and `Deny` first, then by `Require`. The last section that has any decides. */
export function denials(sections: Sections, stage: Stage, scene: Scene): readonly Denial[] {
  const force = (scoped: Scoped): Guard => inForce(scoped, stage, scene.pass, (expression) => sectionHolds(expression, scene));
  return [...deciding(sections.all('order', 'allow', 'deny'), force).flatMap(({ when, lines }) => byAddress(lines, when, scene)), ...deciding(sections.all('require'), force).flatMap(({ when, lines }) => byRequirement(lines, when, scene))];
}

/** Lines of one section, and when they are the ones that count: no later section with any is in force. */
function deciding(lines: readonly Scoped[], force: (scoped: Scoped) => Guard): readonly { readonly when: Guard; readonly lines: readonly Scoped[] }[] {
  const groups = new Map<number, Scoped[]>();
  // Those of `<RequireAll>` and its kin belong to the section around it, which has the number.
  for (const line of lines) groups.set(line.section, [...(groups.get(line.section) ?? []), line]);
  let later: Guard = NEVER;
  const found: { when: Guard; lines: readonly Scoped[] }[] = [];
  for (const group of [...groups.values()].reverse()) {
    const here = force(group[0]!);
    found.push({ when: whenAll(here, unless(later)), lines: group });
    later = whenAny(later, here);
  }
  return found.filter(({ when }) => when.g !== 'never');
}

function applies({ methods }: Scoped, scene: Scene): Guard {
  return methods === undefined ? ALWAYS : methodGuard((method) => methods.listed.includes(method) !== methods.except, scene.pass);
}

function byAddress(lines: readonly Scoped[], when: Guard, scene: Scene): readonly Denial[] {
  const all = (name: string): Scoped | undefined => lines.find(({ directive }) => directive.name === name && directive.args[1]?.text.toLowerCase() === 'all');
  const some = (name: string): boolean => lines.some(({ directive }) => directive.name === name);
  const order = lines.findLast(({ directive }) => directive.name === 'order')?.directive.args.map(({ text }) => text.toLowerCase()).join('').replace(/\s/g, '') ?? 'deny,allow';
  const [denied, allowed] = [all('deny'), all('allow')];
  const first = lines[0]!;
  const at = (denied ?? first).directive.at;
  const here = whenAll(when, applies(denied ?? first, scene));
  const admitted = lines.flatMap(({ directive }) => (directive.name === 'allow' ? directive.args.slice(1).map(({ text }) => text) : []));
  const open: Guard = { g: 'fact', fact: openFact(`address@${at.file}:${at.start}`, 'unsupported-syntax', 'the client’s address', at) };
  const outside = admitted.every((text) => /^[\d./:a-f]+$/i.test(text)) ? unless({ g: 'fact', fact: clientIn('apache', admitted, at) }) : open;
  // `allow,deny`: let in by Allow and not turned away by Deny; `deny,allow`: turned away by Deny and not let in by Allow.
  const refused = ((): Guard => {
    if (!some('allow') && (order === 'allow,deny' || denied !== undefined)) return ALWAYS;
    if (order === 'allow,deny' && denied !== undefined) return ALWAYS;
    if (some('deny') && denied === undefined) return open;
    return allowed !== undefined || (order !== 'allow,deny' && denied === undefined) ? NEVER : outside;
  })();
  return refused.g === 'never' ? [] : [{ when: whenAll(here, refused), status: 403, at }];
}

function byRequirement(lines: readonly Scoped[], when: Guard, scene: Scene): readonly Denial[] {
  const admitted = (user: Guard): Guard => {
    const asks = (kind: Scoped['container']): readonly Guard[] => lines.filter(({ container }) => (container === 'requireany' ? undefined : container) === kind).map((line) => whenAll(applies(line, scene), granted(line, scene, user)));
    const [any, every, none] = [asks(undefined), asks('requireall'), asks('requirenone')];
    return whenAll(any.length === 0 && every.length === 0 ? ALWAYS : whenAny(...any, ...(every.length === 0 ? [] : [whenAll(...every)])), unless(whenAny(...none)));
  };
  const asked = whenAll(when, whenAny(...lines.map((line) => applies(line, scene))));
  const of = lines.find(isOfUsers);
  const at = (of ?? lines[0]!).directive.at;
  // Credentials are asked for only where they would help.
  const refused: Denial = { when: whenAll(asked, unless(admitted(ALWAYS))), status: 403, at };
  return of === undefined ? [refused] : [refused, { when: whenAll(asked, unless(admitted(AUTHORISED))), status: 401, at }];
}

function isOfUsers({ directive }: Scoped): boolean {
  return /^(?:valid-user|user|group|file-owner|file-group|dbm-.*|dbd-.*|ldap-.*|claim|role|shib-.*|session)$/i.test(directive.args.find(({ text }) => text.toLowerCase() !== 'not')?.text ?? '');
}

function granted(line: Scoped, scene: Scene, user: Guard): Guard {
  const { args, at } = line.directive;
  const negated = args[0]?.text.toLowerCase() === 'not';
  const [kind, ...rest] = negated ? args.slice(1) : args;
  const fact: Guard = { g: 'fact', fact: openFact(`require@${at.file}:${at.start}`, 'unsupported-syntax', `Require ${args.map(({ text }) => text).join(' ')}`, at) };
  const guard = ((): Guard => {
    if (isOfUsers(line)) return user;
    switch (kind?.text.toLowerCase()) {
      case 'all':
        return rest[0]?.text.toLowerCase() === 'granted' ? ALWAYS : NEVER;
      case 'method':
        return methodGuard((method) => rest.some(({ text }) => text === method || (text === 'GET' && method === 'HEAD')), scene.pass);
      case 'ip':
        return { g: 'fact', fact: clientIn('apache', rest.map(({ text }) => text), at) };
      case 'local':
        return { g: 'fact', fact: clientIn('apache', ['127.0.0.0/8', '::1'], at) };
      case 'env':
        return whenAny(...rest.map(({ text }) => isSet(scene.variables, text)));
      case 'expr': {
        const expression = rest.length === 1 && rest[0] !== undefined ? parseCondition(rest[0]) : undefined;
        return expression === undefined || 'problem' in expression ? fact : holdsWhen(expression, scene);
      }
      default:
        return fact;
    }
  })();
  return negated ? unless(guard) : guard;
}
