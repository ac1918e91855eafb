import { expect, test } from 'vitest';
import { editedList, spelled } from '../../src/fixes/spell.js';
import type { Change } from '../../src/policy/change.js';
import type { Policy } from '../../src/policy/program.js';
import { decline } from '../../src/readers/reader.js';

const [effect, value] = [{ file: 'f', start: 0, end: 20 }, { file: 'f', start: 10, end: 20 }];
const policy = {
  steps: [{ when: { g: 'always' }, effects: [{ op: 'set', header: 'access-control-allow-methods', value: { v: 'literal', text: 'GET,PUT', at: value, written: true }, statuses: 'all', at: effect }], at: effect }],
} as unknown as Policy;

function asked(change: Change): Change[] {
  const seen: Change[] = [];
  spelled({ write: (_unit, _policy, one) => (seen.push(one), decline('not here')) }, undefined, policy, change);
  return seen.slice(1);
}

test('a list in one text is replaced where a reader has no words for lists', () => {
  expect(asked({ kind: 'edit-list', at: effect, remove: [], add: ['DELETE'] })).toEqual([{ kind: 'replace-text', at: value, text: 'GET,PUT,DELETE' }]);
});

test('of an empty list the header goes', () => {
  expect(asked({ kind: 'edit-list', at: effect, remove: ['GET', 'PUT'], add: [] })).toEqual([{ kind: 'remove-header', at: effect }]);
});

test('other changes are the reader’s alone', () => {
  expect(asked({ kind: 'append-header', at: effect })).toEqual([]);
});

test('a list keeps its separators, and names stand in it once', () => {
  expect(editedList('GET, PUT', { remove: ['PUT'], add: ['GET', 'PATCH'] })).toBe('GET, PATCH');
  expect(editedList('GET', { remove: [], add: ['PUT'] })).toBe('GET, PUT');
});
