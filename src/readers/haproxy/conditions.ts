import { clientIn } from '../../middleware/client-networks.js';
import { NEVER } from '../../policy/program.js';
import { PREDEFINED, testOf, wordsOf, type Condition, type RuleSet, type Term, type Test as Asked, type Word } from '../../syntax/haproxy/index.js';
import { valueOf } from './expressions.js';
import { matchesAny, type Pattern } from './matching.js';
import { linesIn, type Acls, type Scope } from './scope.js';
import { allTests, anyTest, guarded, notTest, type Test } from './tests.js';
import { ALWAYS } from '../../policy/program.js';
import { envOf, spanOf } from './values.js';

/** Tests of one condition, and lines of one ACL, past which they are not told apart. */
const MAX_TERMS = 500;

/** When does a rule's condition hold? A rule without one always runs. */
export function holds(condition: Condition | undefined, acls: Acls, scope: Scope, set: RuleSet): Test {
  if (condition === undefined) return guarded(ALWAYS);
  if (condition.alternatives.reduce((sum, terms) => sum + terms.length, 0) > MAX_TERMS) return guarded({ g: 'fact', fact: { key: `haproxy@${condition.at.file}:${condition.at.start}`, reason: 'budget', detail: 'a very long condition', at: condition.at } });
  const test = anyTest(condition.alternatives.map((terms) => allTests(terms.map((term) => termHolds(term, acls, scope, set)))));
  return condition.negated ? notTest(test) : test;
}

function termHolds({ negated, name, anonymous }: Term, acls: Acls, scope: Scope, set: RuleSet): Test {
  const lines = name === undefined ? [] : (acls.get(name.text) ?? []);
  if (name !== undefined && lines.length > MAX_TERMS) return guarded({ g: 'fact', fact: { key: `haproxy:acl:${name.text}`, reason: 'budget', detail: `the ACL ${name.text}, which has very many lines`, at: spanOf(name) } });
  const asked = name === undefined ? [testOf(anonymous ?? [])] : (acls.get(name.text) ?? [predefined(name)]);
  const test = anyTest(asked.map((one) => (one === undefined ? guarded(NEVER) : asks(one, scope, set))));
  return negated ? notTest(test) : test;
}

/** An ACL that needs no line; its place is where it is used. */
function predefined(name: Word): Asked | undefined {
  const text = Object.hasOwn(PREDEFINED, name.text) ? PREDEFINED[name.text]! : '';
  const words = wordsOf(name.file, text, 0, text.length, () => undefined).map((word): Word => ({ ...word, start: name.start, end: name.end, place: () => spanOf(name) }));
  return testOf(words);
}

/** Lines of a file of patterns that are read; longer lists are not told apart. */
const MAX_LINES = 500;

function asks(test: Asked, scope: Scope, set: RuleSet): Test {
  const patterns: Pattern[] = test.patterns.map((word) => {
    const env = envOf(word);
    return { text: word.text, at: spanOf(word), ...(env === undefined ? {} : { env }) };
  });
  let unseen = test.refers ? test.fetchWord : undefined;
  for (const file of test.files) {
    const read = scope.text(file);
    const lines = read === undefined ? [] : [...linesIn(read)];
    if (read === undefined || lines.length > MAX_LINES) unseen = file;
    else patterns.push(...lines);
  }
  const at = spanOf(test.fetchWord);
  const fact = unseen === undefined ? undefined : ({ key: `haproxy:list:${unseen.text}`, reason: 'import-not-resolved', detail: `the list ${unseen.text}`, at: spanOf(unseen) } as const);
  const { match, ignoreCase, sample } = test;
  const networks = patterns.filter(({ env }) => env === undefined).map(({ text }) => text);
  if (sample.fetch.name === 'src' && sample.converters.length === 0 && match === 'ip' && fact === undefined && networks.length > 0 && networks.length === patterns.length) return guarded({ g: 'fact', fact: clientIn('haproxy', networks, at) });
  return matchesAny(valueOf(test.sample, scope, { set, use: 'test' }), { match, ignoreCase, patterns, at, ...(fact === undefined ? {} : { unseen: fact }) }, set !== 'http-request');
}
