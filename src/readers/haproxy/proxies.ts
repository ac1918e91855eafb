import { ruleOf, testOf, withCondition, type Condition, type HaproxyFile, type Rule, type RuleSet, type Section, type Statement, type Test, type Word } from '../../syntax/haproxy/index.js';
import type { Acls } from './scope.js';

/** A rule with the ACLs of the section that it stands in. */
export interface ProxyRule extends Rule {
  readonly acls: Acls;
  /** The slot that a `capture` fills. */
  readonly slot?: number;
}

/** `rspadd` and its kin, which HAProxy 2.1 took away: applied after the `http-response` rules of their section. */
export interface OldRule {
  readonly name: string;
  readonly words: readonly Word[];
  readonly condition: Condition | undefined;
  readonly statement: Statement;
}

/** A line with a choice: `use_backend`, `redirect`. */
export interface Choice {
  readonly words: readonly Word[];
  readonly condition: Condition | undefined;
  readonly statement: Statement;
}

/** A frontend, a backend or a listen section with what its defaults give it. */
export interface Proxy {
  readonly kind: 'frontend' | 'backend' | 'listen';
  readonly name: string;
  readonly section: Section;
  readonly isHttp: boolean;
  readonly rules: Readonly<Record<RuleSet, readonly ProxyRule[]>>;
  /** How many rules there are, of all sets and kinds. */
  readonly size: number;
  readonly oldRules: readonly OldRule[];
  readonly acls: Acls;
  readonly uses: readonly Choice[];
  readonly redirects: readonly Choice[];
  readonly defaultBackend: Word | undefined;
  readonly binds: readonly Statement[];
  /** What `server` and its kin name; empty for a section that answers by itself. */
  readonly servers: readonly Word[];
  /** `capture request header`: slot, header's name, length. */
  readonly captures: readonly { readonly slot: number; readonly name: Word; readonly length: number }[];
  readonly errorFiles: ReadonlyMap<number, Word>;
  readonly monitor: Word | undefined;
  readonly stats: Statement | undefined;
}

/** Every proxy of a file, in its order. */
export function proxiesOf({ sections }: HaproxyFile): readonly Proxy[] {
  const complete = sections.some(({ kind }) => kind === 'global' || kind === 'defaults');
  const found: Proxy[] = [];
  const defaults: Section[] = [];
  for (const section of sections) {
    if (section.kind === 'defaults') defaults.push(section);
    if (section.kind !== 'frontend' && section.kind !== 'backend' && section.kind !== 'listen') continue;
    const base = section.from === undefined ? defaults.at(-1) : defaults.findLast(({ name }) => name === section.from);
    found.push(proxyOf(section.kind, section, chain(base, defaults), complete));
  }
  return found;
}

/** The proxies of a file, for each other. */
export interface ProxiesInView {
  readonly all: readonly Proxy[];
  /** What requests may be passed to. */
  readonly backends: ReadonlyMap<string, Proxy>;
  /** Rules of all of them. */
  readonly size: number;
}

export function inView(all: readonly Proxy[]): ProxiesInView {
  return {
    all,
    backends: new Map(all.filter(({ kind }) => kind !== 'frontend').map((proxy) => [proxy.name, proxy])),
    size: all.reduce((sum, { size }) => sum + size, 0),
  };
}

/** A `defaults` section after those that it is made from. */
function chain(section: Section | undefined, all: readonly Section[]): readonly Section[] {
  const found: Section[] = [];
  for (let next = section; next !== undefined && !found.includes(next); ) {
    found.unshift(next);
    const { from }: Section = next;
    next = from === undefined ? undefined : all.find(({ name }) => name === from);
  }
  return found;
}

function proxyOf(kind: Proxy['kind'], section: Section, defaults: readonly Section[], complete: boolean): Proxy {
  const inherited = defaults.flatMap(({ statements }) => statements);
  const named = (name: string): readonly Statement[] => section.statements.filter(({ words }) => words[0]?.text === name);
  const setting = (name: string): Statement | undefined => [...section.statements, ...inherited.toReversed()].find(({ words }) => words[0]?.text === name);
  const mode = [...section.statements.toReversed(), ...inherited.toReversed()].find(({ words }) => words[0]?.text === 'mode')?.words[1]?.text;
  const choices = (name: string): readonly Choice[] => named(name).map((statement) => ({ ...withCondition(statement), statement }));
  const { slots, captures } = capturesOf(section.statements);
  const acls = aclsOf(section.statements);
  const last = defaults.at(-1);
  // Those of named defaults come first.
  const rules = [...(last === undefined || last.name === '' ? [] : rulesOf(last.statements, aclsOf(last.statements), new Map())), ...rulesOf(section.statements, acls, slots)];
  const of = (set: RuleSet): readonly ProxyRule[] => rules.filter((rule) => rule.set === set);
  const oldRules = section.statements.flatMap((statement): OldRule[] => (/^(?:rsp|req)i?(?:add|del)$/.test(statement.words[0]?.text ?? '') ? [{ ...withCondition(statement), name: statement.words[0]!.text, statement }] : []));
  const redirects = choices('redirect');
  return {
    kind,
    name: section.name,
    section,
    // Without a word HAProxy's mode is tcp; a part of a configuration says nothing of it.
    isHttp: mode === undefined ? !complete : mode === 'http',
    rules: { 'http-request': of('http-request'), 'http-response': of('http-response'), 'http-after-response': of('http-after-response') },
    size: rules.length + oldRules.length + redirects.length,
    oldRules,
    acls,
    uses: kind === 'backend' ? [] : choices('use_backend'),
    redirects,
    defaultBackend: kind === 'backend' ? undefined : setting('default_backend')?.words[1],
    binds: named('bind'),
    servers: kind === 'frontend' ? [] : [...named('server'), ...named('server-template'), ...named('dispatch')].flatMap(({ words }) => words[words[0]?.text === 'dispatch' ? 1 : words[0]?.text === 'server' ? 2 : 3] ?? []),
    captures,
    errorFiles: new Map([...inherited, ...section.statements].flatMap(({ words: [name, status, file] }) => (name?.text === 'errorfile' && status !== undefined && file !== undefined ? [[Number(status.text), file] as const] : []))),
    monitor: setting('monitor-uri')?.words[1],
    stats: [...section.statements, ...inherited].find(({ words }) => words[0]?.text === 'stats' && (words[1]?.text === 'uri' || words[1]?.text === 'enable')),
  };
}

function rulesOf(statements: readonly Statement[], acls: Acls, slots: ReadonlyMap<Statement, number>): readonly ProxyRule[] {
  return statements.flatMap((statement): ProxyRule[] => {
    const rule = ruleOf(statement);
    const slot = slots.get(statement);
    return rule === undefined ? [] : [{ ...rule, acls, ...(slot === undefined ? {} : { slot }) }];
  });
}

function aclsOf(statements: readonly Statement[]): Acls {
  const acls = new Map<string, Test[]>();
  for (const { words } of statements) {
    const name = words[0]?.text === 'acl' ? words[1]?.text : undefined;
    const test = name === undefined ? undefined : testOf(words.slice(2));
    if (name === undefined || test === undefined) continue;
    const known = acls.get(name);
    if (known === undefined) acls.set(name, [test]);
    else known.push(test);
  }
  return acls;
}

/** Slots are counted in the order of the lines, whatever kind of line takes them. */
function capturesOf(statements: readonly Statement[]): { readonly slots: ReadonlyMap<Statement, number>; readonly captures: Proxy['captures'] } {
  const slots = new Map<Statement, number>();
  const captures: { slot: number; name: Word; length: number }[] = [];
  let next = 0;
  for (const statement of statements) {
    const [first, second, third, name] = statement.words;
    const lengthAt = statement.words.findIndex(({ text }) => text === 'len');
    const length = lengthAt === -1 ? undefined : Number(statement.words[lengthAt + 1]?.text);
    if (first?.text === 'capture' && second?.text === 'request' && third?.text === 'header' && name !== undefined) captures.push({ slot: next++, name, length: length ?? 0 });
    else if (first?.text === 'declare' && second?.text === 'capture' && third?.text === 'request') next += 1;
    else if (first?.text === 'http-request' && second?.text === 'capture') {
      const id = statement.words.findIndex(({ text }) => text === 'id');
      slots.set(statement, id === -1 ? next++ : Number(statement.words[id + 1]?.text));
    }
  }
  return { slots, captures };
}
