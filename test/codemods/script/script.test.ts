import { describe, expect, test } from 'vitest';
import { namesOf } from '../../../src/codemods/script/nodes.js';
import { Script, statementOf } from '../../../src/codemods/script/script.js';

const at = (text: string, part: string): { start: number; end: number } => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
const statement = (script: Script, text: string, part: string) => statementOf(script.nodeAround(at(text, part)))!;

const SERVER = `const express = require('express');
const app = express();

// who may
app.use(allow); // all

// places
app.get('/a', send);
`;

describe('a script', () => {
  test.each([['', SERVER], ['a byte order mark', `\uFEFF${SERVER}`], ['CRLF', SERVER.replaceAll('\n', '\r\n')]])('is found at offsets of the whole text, and stays as it is where nothing is edited: %s', (_what, text) => {
    const script = Script.open('app.js', text);
    expect(script.result()).toBe(text);
    const span = at(text, 'allow');
    const node = script.nodeAt(span)!;
    expect(node.getText()).toBe('allow');
    expect(script.spanOf(node)).toEqual({ file: 'app.js', ...span });
    script.replace(node, 'cors()');
    expect(script.result()).toBe(text.replace('allow', 'cors()'));
  });

  test('has no node where a span ends inside of one', () => {
    const script = Script.open('app.js', SERVER);
    expect(script.nodeAt({ start: SERVER.indexOf('allow'), end: SERVER.indexOf('allow') + 2 })).toBeUndefined();
    expect(script.nodeAround({ start: SERVER.indexOf('allow'), end: SERVER.indexOf('allow') + 2 }).getText()).toBe('allow');
  });

  test('loses a statement with its comments, and one of the empty lines around it', () => {
    const script = Script.open('app.js', SERVER);
    script.removeStatements(statement(script, SERVER, 'allow'));
    expect(script.result()).toBe("const express = require('express');\nconst app = express();\n\n// places\napp.get('/a', send);\n");
  });

  test.each([
    ['the first of a block', 'f(() => {\n  a();\n\n  b();\n});\n', 'a()', 'f(() => {\n  b();\n});\n'],
    ['the last of a block', 'f(() => {\n  a();\n\n  b();\n});\n', 'b()', 'f(() => {\n  a();\n});\n'],
    ['the last of a file', 'a();\n\nb();\n', 'b()', 'a();\n'],
    ['one beside others', 'a(); b(); c();\n', 'b()', 'a();  c();\n'],
    ['a comment far above', '// all of it\n\na();\nb();\n', 'a()', '// all of it\n\nb();\n'],
    ['a line of a shell', '#!/usr/bin/env node\na();\nb();\n', 'a()', '#!/usr/bin/env node\nb();\n'],
  ])('loses %s', (_what, text, part, expected) => {
    const script = Script.open('app.js', text);
    script.removeStatements(statement(script, text, part));
    expect(script.result()).toBe(expected);
  });

  test('gets statements in front of others and behind them, in their indentation', () => {
    const text = 'f(() => {\n\t// why\n\ta(); // so\n});\n';
    const script = Script.open('app.js', text);
    const there = statement(script, text, 'a()');
    script.insertStatementBefore(there, 'one();');
    script.insertStatementBefore(there, 'two();', 'below-comments');
    script.insertStatementAfter(there, 'three();');
    expect(script.result()).toBe('f(() => {\n\tone();\n\t// why\n\ttwo();\n\ta(); // so\n\tthree();\n});\n');
  });

  test('keeps an insertion at the edge of what is replaced, and drops one inside', () => {
    const script = Script.open('app.js', 'f(a, b);\n');
    const call = script.nodeAt({ start: 0, end: 7 })!;
    script.insertBefore(script.nodeAt({ start: 2, end: 3 })!, 'x, ');
    script.insertBefore(call, 'await ');
    script.replace(call, 'g()');
    expect(script.result()).toBe('await g();\n');
  });

  test('tells names of variables from those of properties', () => {
    const script = Script.open('app.ts', 'const a = { a: b.a, ...a };\nclass C { a() {} }\nf({ a });\n');
    expect(namesOf(script.root, 'a').map((node) => node.getStart())).toEqual([6, 23, 51]);
    expect(script.freeName('a', 'b', 'c')).toBe('c');
  });
});

describe('style', () => {
  const styleOf = (text: string) => Script.open('app.js', text).style;

  test('is what the file does', () => {
    expect(styleOf('const a = "x"\r\nf({\r\n\ta: "b",\r\n})\r\nf({a})\r\n')).toEqual({ quote: '"', semicolons: false, indent: '\t', newline: '\r\n', trailingComma: true, spacedBraces: false });
    expect(styleOf("const a = 'x';\nif (a) {\n    f();\n}\n")).toMatchObject({ quote: "'", semicolons: true, indent: '    ', newline: '\n', trailingComma: false, spacedBraces: true });
  });

  test('has what is usual where the file does not tell', () => {
    expect(styleOf('')).toEqual({ quote: "'", semicolons: true, indent: '  ', newline: '\n', trailingComma: false, spacedBraces: true });
  });
});

describe('an import', () => {
  const cors = { from: 'cors', names: ['cors', 'npmCors'], like: 'express' };
  const bound = (text: string, path = 'app.js', wanted: Parameters<Script['bind']>[0] = cors): readonly string[] => {
    const script = Script.open(path, text);
    return [script.bind(wanted), script.result()];
  };

  test.each([
    ['const', "const express = require('express');\nconst app = express();\n", "const express = require('express');\nconst cors = require('cors');\nconst app = express();\n"],
    ['var and CRLF', "var express = require('express')\r\nvar app = express()\r\n", "var express = require('express')\r\nvar cors = require('cors')\r\nvar app = express()\r\n"],
    ['several in one', 'const express = require("express"),\n  path = require("path"); // core\n', 'const express = require("express"),\n  path = require("path"); // core\nconst cors = require("cors");\n'],
    ['a module', "import express from 'express';\nimport path from 'node:path';\n", "import express from 'express';\nimport cors from 'cors';\nimport path from 'node:path';\n"],
    ['all of a module', 'import * as express from "express"\n', 'import * as express from "express"\nimport * as cors from "cors"\n'],
    ["TypeScript's require", "import express = require('express');\n", "import express = require('express');\nimport cors = require('cors');\n"],
    ['names of a module', "import { Router } from 'express';\n", "import { Router } from 'express';\nimport cors from 'cors';\n"],
    ['no framework in the file', "'use strict';\n\n// allows\nmodule.exports = 1;\n", "'use strict';\n\nconst cors = require('cors');\n\n// allows\nmodule.exports = 1;\n"],
    ['an export alone', 'export default 1;\n', "import cors from 'cors';\n\nexport default 1;\n"],
  ])('is written as the file has it: %s', (_what, text, expected) => {
    expect(bound(text)).toEqual(['cors', expected]);
  });

  test.each(["const c = require('cors');\n", "import c from 'cors';\n", "import * as c from 'cors';\n", "import c = require('cors');\n", "import { default as c } from 'cors';\n"])('that is there is taken: %s', (text) => {
    expect(bound(text, 'app.ts')).toEqual(['c', text]);
  });

  test('of a type alone is none', () => {
    expect(bound("import type { CorsOptions } from 'cors';\n", 'app.ts')).toEqual(['cors', "import type { CorsOptions } from 'cors';\nimport cors from 'cors';\n"]);
  });

  test('takes another name where its own is taken', () => {
    expect(bound("const express = require('express');\nfunction cors(req, res, next) {}\n")[0]).toBe('npmCors');
  });

  test('of one name is written with braces', () => {
    const wanted = { from: 'hono/cors', member: 'cors', names: ['cors', 'honoCors'], like: 'hono' };
    expect(bound("import { Hono } from 'hono'\n", 'app.ts', wanted)).toEqual(['cors', "import { Hono } from 'hono'\nimport { cors } from 'hono/cors'\n"]);
    expect(bound("const { Hono } = require('hono');\nconst cors = 1;\n", 'app.js', wanted)).toEqual(['honoCors', "const { Hono } = require('hono');\nconst { cors: honoCors } = require('hono/cors');\nconst cors = 1;\n"]);
    expect(bound("import { cors as c } from 'hono/cors';\n", 'app.ts', wanted)[0]).toBe('c');
  });
});

describe('properties of an object', () => {
  const without = (record: string, names: readonly string[]): string => {
    const text = `f(${record});\n`;
    const script = Script.open('app.js', text);
    script.removeProperties(names.map((name) => script.nodeAround(at(text, name)).getParentOrThrow()));
    return script.result().slice(2, -3);
  };

  test.each([
    ['{ a: 1, b: 2, c: 3 }', ['a'], '{ b: 2, c: 3 }'],
    ['{ a: 1, b: 2, c: 3 }', ['b'], '{ a: 1, c: 3 }'],
    ['{ a: 1, b: 2, c: 3 }', ['b', 'c'], '{ a: 1 }'],
    ['{ a: 1, b: 2, c: 3, }', ['a', 'c'], '{ b: 2, }'],
    ['{\n  a: 1,\n  // more\n  b: 2,\n  c: 3\n}', ['b'], '{\n  a: 1,\n  c: 3\n}'],
    ['{\n  a: 1, // of a\n  b: 2\n}', ['b'], '{\n  a: 1, // of a\n}'],
  ])('of %s without %s', (record, names, expected) => {
    expect(without(record, names)).toBe(expected);
  });
});

test('an import that stands behind a line that goes takes its place', () => {
  const text = "import { Request } from 'express';\n\nconst a = 1;\n";
  const script = Script.open('app.ts', text);
  expect(script.bind({ from: 'cors', names: ['cors'], like: 'express' })).toBe('cors');
  script.removeStatements(statement(script, text, 'Request'));
  expect(script.result()).toBe("import cors from 'cors';\n\nconst a = 1;\n");
});
