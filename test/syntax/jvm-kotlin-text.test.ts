import { beforeAll, expect, test } from 'vitest';
import java from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

beforeAll(() => java.load());

const classesOf = (text: string): readonly (readonly [name: string, annotations: readonly string[], written: string])[] => {
  const { unit, problems } = java.parse(new SourceText('A.kt', text), filesFrom({}));
  expect(problems).toEqual([]);
  return unit!.unit.classes.map(({ name, annotations, at }) => [name, annotations.map((one) => one.name), text.slice(at.start, at.end).split(/\s+/).at(-1)!]);
};

test.each([
  ['two annotations and another class', '@A\n@B\nclass App\n\n@C\nclass Data {}\n'],
  ['with blanks and line ends of Windows', '@A\r\n@B\r\nclass App  \r\n\r\n@C\r\nclass Data {}\r\n'],
  ['an interface', '@A\n@B\ninterface App\n\n@C\nclass Data {}\n'],
])('a class without a body: %s', (_name, text) => {
  const [app, data] = classesOf(text);
  expect(app?.slice(0, 2)).toEqual(['App', ['A', 'B']]);
  expect(data).toEqual(['Data', ['C'], '{}']);
});

test('a constructor on the next line belongs to the class', () => {
  expect(classesOf('@A\n@B\nclass App\n@Inject constructor(val x: Int)\n')).toEqual([['App', ['A', 'B'], 'Int)']]);
});

test('several texts of an annotation are one element', () => {
  const { unit } = java.parse(new SourceText('A.kt', 'class A {\n  @GetMapping("/a", "/b", produces = ["x"]) fun a() = 1\n}\n'), filesFrom({}));
  const [annotation] = unit!.unit.classes[0]!.methods[0]!.annotations;
  const value = annotation?.elements.get('value');
  expect(value?.is === 'list' && value.items.map((item) => item.is === 'text' && item.value)).toEqual(['/a', '/b']);
  expect([...annotation!.elements.keys()]).toEqual(['value', 'produces']);
});
