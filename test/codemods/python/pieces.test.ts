import { beforeAll, describe, expect, test } from 'vitest';
import { dropImports, importName } from '../../../src/codemods/python/imports.js';
import { requiring } from '../../../src/codemods/python/requirements.js';
import { spelled, spelledCall, spelledRaw, styleOf } from '../../../src/codemods/python/style.js';
import language, { type PythonModule } from '../../../src/syntax/python/index.js';
import { filesFrom, textsWith } from '../../../src/text/files.js';
import { SourceText } from '../../../src/text/source-text.js';

beforeAll(() => language.load());

function moduleOf(text: string): PythonModule {
  return language.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text })).unit!;
}

function imported(text: string, from: string, name: string, beside?: string): string {
  return textsWith(filesFrom({ 'app.py': text }), importName(moduleOf(text), from, name, beside).edits)?.get('app.py') ?? text;
}

describe('style', () => {
  test('is that of the file', () => {
    expect(styleOf(moduleOf("def f():\n\treturn 'a'\n"))).toEqual({ quote: "'", indent: '\t', newline: '\n' });
    expect(styleOf(moduleOf('"""It\'s."""\r\nif x:\r\n  y = ["a"]\r\n'))).toEqual({ quote: '"', indent: '  ', newline: '\r\n' });
  });

  test('spells texts, patterns and calls', () => {
    const style = { quote: "'", indent: '    ', newline: '\n' } as const;
    expect(spelled("it's", style)).toBe('"it\'s"');
    expect(spelledRaw('https://.*\\.example\\.com', style)).toBe("r'https://.*\\.example\\.com'");
    expect(spelledCall('CORS', ['app', "origins=['https://a.example']"], style)).toBe("CORS(app, origins=['https://a.example'])");
    expect(spelledCall('app.add_middleware', ['CORSMiddleware', "allow_origins=['https://a.example']", "allow_methods=['GET', 'POST', 'PUT']"], style, '    ')).toBe(
      "app.add_middleware(\n        CORSMiddleware,\n        allow_origins=['https://a.example'],\n        allow_methods=['GET', 'POST', 'PUT'],\n    )",
    );
  });
});

describe('an import', () => {
  test('stands where isort puts it', () => {
    expect(imported('"""Doc."""\nfrom __future__ import annotations\n\nimport os\n\nfrom flask import Flask\nfrom werkzeug import x\n\napp = 1\n', 'flask_cors', 'CORS', 'flask')).toBe(
      '"""Doc."""\nfrom __future__ import annotations\n\nimport os\n\nfrom flask import Flask\nfrom flask_cors import CORS\nfrom werkzeug import x\n\napp = 1\n',
    );
    expect(imported('import fastapi\nfrom fastapi.responses import Response\n', 'fastapi.middleware.cors', 'CORSMiddleware')).toBe('import fastapi\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom fastapi.responses import Response\n');
  });

  test('joins the names that come from there, however they are written', () => {
    expect(imported('from starlette.middleware import Middleware\n', 'starlette.middleware', 'Middleware')).toBe('from starlette.middleware import Middleware\n');
    expect(imported('from flask_cors import cross_origin  # views\n', 'flask_cors', 'CORS')).toBe('from flask_cors import CORS, cross_origin  # views\n');
    expect(imported('from x import (\n    A,\n    Z,\n)\n', 'x', 'B')).toBe('from x import (\n    A,\n    B,\n    Z,\n)\n');
  });

  test('goes with the last code that asks for it', () => {
    const text = 'from flask import Flask, Response, make_response, request\nimport os\nfrom a import (\n    b,\n    c,\n)\n\napp = Flask(b)\nmake_response(request, os, c)\n';
    const gone = { file: 'app.py', start: text.indexOf('make_response(r'), end: text.length };
    expect(textsWith(filesFrom({ 'app.py': text }), dropImports(moduleOf(text), [gone]))?.get('app.py')).toBe('from flask import Flask, Response\nfrom a import (\n    b,\n)\n\napp = Flask(b)\nmake_response(request, os, c)\n');
    expect(dropImports(moduleOf(text), [gone], 'os, request, make_response, c')).toEqual([]);
  });
});

describe('a requirement', () => {
  const added = (texts: Readonly<Record<string, string>>, module = 'app.py'): unknown => {
    const { texts: after, notes } = requiring(filesFrom(texts), module, 'Flask-Cors', 'Flask');
    return { ...Object.fromEntries(after), notes };
  };

  test('is a line of pip like those around it', () => {
    expect(added({ 'requirements.txt': 'Flask==3.1.3\ngunicorn==23.0.0\n' })).toEqual({ 'requirements.txt': 'Flask==3.1.3\nFlask-Cors==6.0.5\ngunicorn==23.0.0\n', notes: ['run `pip install -r requirements.txt`'] });
    expect(added({ 'api/requirements.txt': '# web\r\ngunicorn\r\nflask' }, 'api/app.py')).toEqual({ 'api/requirements.txt': '# web\r\ngunicorn\r\nflask\r\nflask-cors', notes: ['run `pip install -r api/requirements.txt`'] });
    expect(added({ 'requirements.txt': 'flask>=3\nFlask_CORS\n' })).toEqual({ notes: [] });
  });

  test('that needs a hash is left to its tool', () => {
    expect(added({ 'requirements.txt': 'flask==3.1.3 --hash=sha256:00\n' })).toEqual({ notes: ['add Flask-Cors 6.0.5 to requirements.txt'] });
    expect(added({ 'requirements.in': 'flask\n', 'requirements.txt': 'flask==3.1.3 --hash=sha256:00\n' })).toEqual({ 'requirements.in': 'flask\nflask-cors\n', notes: ['run `pip-compile requirements.in` and install what it writes'] });
  });

  test('is an item of the project, a key of Poetry and of Pipenv', () => {
    expect(added({ 'pyproject.toml': '[project]\ndependencies = [\n    "flask>=3",  # web\n]\n', 'uv.lock': '' })).toEqual({ 'pyproject.toml': '[project]\ndependencies = [\n    "flask>=3",  # web\n    "flask-cors>=6.0.5",\n]\n', notes: ['install the project again', 'run `uv lock`'] });
    expect(added({ 'pyproject.toml': "[project]\ndependencies = ['Flask']\n" })).toMatchObject({ 'pyproject.toml': "[project]\ndependencies = ['Flask', 'Flask-Cors']\n" });
    expect(added({ 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.0"\n\n[build-system]\n' })).toMatchObject({ 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.0"\nflask-cors = "^6.0.5"\n\n[build-system]\n' });
    expect(added({ Pipfile: '[packages]\nflask = "*"\n\n[dev-packages]\n' })).toEqual({ Pipfile: '[packages]\nflask = "*"\nflask-cors = "==6.0.5"\n\n[dev-packages]\n', notes: ['run `pipenv install`'] });
  });

  test('of a set-up that is a program is told', () => {
    expect(added({ 'setup.py': 'setup(install_requires=["flask"])\n' })).toEqual({ notes: ['add Flask-Cors 6.0.5 to setup.py'] });
    expect(added({})).toEqual({ notes: ['install Flask-Cors 6.0.5'] });
  });
});
