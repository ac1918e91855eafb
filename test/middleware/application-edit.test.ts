import { describe, expect, test } from 'vitest';
import { configurationFor, editedSetting, SPRING } from '../../src/middleware/application/index.js';
import type { Change } from '../../src/policy/change.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import type { Span } from '../../src/text/span.js';
import { policy } from '../support/policy.js';

const POLICY = policy([]);
const SOURCE = 'src/main/java/app/A.java';

/** The file after a change of the item (or the text) that the key `o` holds at an index. */
function changed(name: string, text: string, index: number, make: (at: Span) => Change): string | undefined {
  const file = `src/main/resources/${name}`;
  const files = filesFrom({ [SOURCE]: '', [file]: text });
  const list = configurationFor(files, SOURCE, SPRING).list('o', undefined);
  const item = list?.kind === 'list' ? list.items[index] : undefined;
  const edits = item === undefined ? { declined: 'nothing there' } : editedSetting(files, POLICY, make(item.at));
  return 'declined' in edits ? undefined : applyEdits(text, edits);
}

const replaced = (at: Span): Change => ({ kind: 'replace-text', at, text: 'https://new.example' });
const removed = (at: Span): Change => ({ kind: 'remove-entry', at });

describe('application files are changed where the value stands', () => {
  test.each([
    ['an item of a sequence', 'application.yml', 'o:\n  - https://a.example # one\n  - "https://b.example"\n', 1, replaced, 'o:\n  - https://a.example # one\n  - "https://new.example"\n'],
    ['an item of a text', 'application.yml', 'o: "https://a.example, https://b.example"\n', 1, replaced, 'o: "https://a.example, https://new.example"\n'],
    ['the first item of a text', 'application.yml', "o: 'https://a.example,https://b.example' # both\n", 0, removed, "o: 'https://b.example' # both\n"],
    ['the last item of a text', 'application.yml', 'o: https://a.example, https://b.example\n', 1, removed, 'o: https://a.example\n'],
    ['an item of a sequence away', 'application.yml', 'o:\n  - https://a.example\n  - https://b.example\n', 0, removed, 'o:\n  - https://b.example\n'],
    ['the only item stays', 'application.yml', 'o: https://a.example\n', 0, removed, undefined],
    ['a default', 'application.yml', 'o: ${ORIGINS:https://a.example}\n', 0, replaced, undefined],
    ['properties', 'application.properties', '# origins\no = https://a.example, https://b.example\n', 1, replaced, '# origins\no = https://a.example, https://new.example\n'],
    ['properties without an item', 'application.properties', 'o=https://a.example,https://b.example\n', 0, removed, 'o=https://b.example\n'],
    ['numbered items stay', 'application.properties', 'o[0]=https://a.example\no[1]=https://b.example\n', 0, removed, undefined],
    ['a numbered item', 'application.properties', 'o[0]=https://a.example\no[1]=https://b.example\n', 1, replaced, 'o[0]=https://a.example\no[1]=https://new.example\n'],
  ])('%s', (_title, name, text, index, make, after) => {
    expect(changed(name, text, index, make)).toBe(after);
  });
});

test('credentials go with their key', () => {
  const text = 'app:\n  origins: https://a.example\n  credentials: true\n';
  const file = 'src/main/resources/application.yml';
  const files = filesFrom({ [SOURCE]: '', [file]: text });
  const value = configurationFor(files, SOURCE, SPRING).property('app.credentials', undefined);
  const edits = editedSetting(files, POLICY, { kind: 'remove-header', at: value!.at });
  expect('declined' in edits ? undefined : applyEdits(text, edits)).toBe('app:\n  origins: https://a.example\n');
});
