/** HAProxy's configuration: its sections, lines and words, the sample expressions and conditions in them, with exact places. */
import type { Language } from '../language.js';
import { parseHaproxy, type HaproxyFile } from './parser.js';

export { PREDEFINED, testOf, type Match, type Test } from './acl.js';
export { isDead, needsRequest, needsResponse } from './check.js';
export { insertLineAfter, insertLineBefore, removeLine, removeWords, respellWord, spelled } from './edit.js';
export { parseHaproxy, type HaproxyFile, type Section, type Statement } from './parser.js';
export { ruleOf, withCondition, type Condition, type Rule, type RuleSet, type Term } from './rule.js';
export { formatOf, sampleAt, type Argument, type Call, type Piece, type Sample } from './sample.js';
export { wordsOf, type Hole, type Word } from './words.js';

const language: Language<HaproxyFile> = {
  title: 'HAProxy',
  // Other programs have files of this name too; readers tell them apart by their sections.
  paths: /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/,
  load: () => Promise.resolve(),
  parse: (source, files) => parseHaproxy(source, files),
};

export default language;
