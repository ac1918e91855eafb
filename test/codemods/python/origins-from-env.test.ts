/** Shapes of lists that fixtures do not show: where a list is found, what is the default, and what is told. */
import { describe, expect, test } from 'vitest';
import codemod from '../../../src/codemods/python-origins-from-env.js';
import { run } from '../../../src/codemods/run.js';
import { chosen, repositoryOf } from '../repository.js';

/** A helper of the file is left out: fixtures hold its text. */
const HELPER = /def (origins_from_env|checked_origins)\([\s\S]*? {4}return origins\n/;

async function outcomeOf(texts: Readonly<Record<string, string>>, env = 'ORIGINS'): Promise<{ readonly texts: Readonly<Record<string, string>>; readonly refused: readonly string[]; readonly notes: readonly string[] }> {
  const { done, refused, texts: written } = await run(codemod, await repositoryOf(texts), chosen({ env }));
  return {
    texts: Object.fromEntries([...written].map(([path, { after }]) => [path, after.replace(HELPER, 'def $1…\n')])),
    refused: refused.map(({ at, line, reason }) => `${at.file}:${line}: ${reason}`),
    notes: done.flatMap(({ notes = [] }) => notes),
  };
}

function fastapi(origins: string, before = '', imports = ''): string {
  return `${imports}from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n${before}app.add_middleware(CORSMiddleware, allow_origins=${origins})\n\n\n@app.get("/x")\ndef x():\n    return 1\n`;
}

function django(settings: string, imports = ''): string {
  return `${imports}ROOT_URLCONF = "x.urls"\nSECRET_KEY = "x"\nINSTALLED_APPS = ["corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]\n${settings}`;
}

/** The line of a file that has a text. */
function lineWith(text: string, part: string): string | undefined {
  return text.split('\n').find((line) => line.includes(part))?.trim();
}

describe('the whole value stays, and is the default', () => {
  test.each([
    ['a choice', '["http://localhost:3000"] if DEBUG else ["https://a.example"]', 'DEBUG = os.getenv("DEBUG")\n', 'import os\n', 'origins_from_env("ORIGINS", ["http://localhost:3000"] if DEBUG else ["https://a.example"])'],
    ['a text taken apart', '"https://a.example,https://b.example".split(",")', '', '', 'origins_from_env("ORIGINS", "https://a.example,https://b.example".split(","))'],
    ['lists put together', '["https://a.example"] + ["https://b.example"]', '', '', 'origins_from_env("ORIGINS", ["https://a.example"] + ["https://b.example"])'],
    ['a set made of a list', 'set(["https://a.example"])', '', '', 'origins_from_env("ORIGINS", set(["https://a.example"]))'],
    ['a name in the list', '[FRONT]', 'FRONT = "https://a.example"\n', '', 'origins_from_env("ORIGINS", [FRONT])'],
    ['a text put together', '[f"https://{HOST}", "https://b.example"]', 'HOST = "a.example"\n', '', 'origins_from_env("ORIGINS", [f"https://{HOST}", "https://b.example"])'],
  ])('%s', async (_name, list, before, imports, written) => {
    const { texts, refused } = await outcomeOf({ 'main.py': fastapi(list, before, imports) });
    expect(lineWith(texts['main.py']!, 'allow_origins=')).toBe(`app.add_middleware(CORSMiddleware, allow_origins=${written})`);
    expect(refused).toEqual([]);
  });

  test('what a function returns', async () => {
    const { texts } = await outcomeOf({ 'main.py': fastapi('origins()', '\n\ndef origins():\n    return ["https://a.example"]\n\n\n') });
    expect(lineWith(texts['main.py']!, 'return origins_from_env')).toBe('return origins_from_env("ORIGINS", ["https://a.example"])');
  });

  test('a tuple without parentheses', async () => {
    const { texts } = await outcomeOf({ 'settings.py': django("CORS_ORIGIN_WHITELIST = 'https://a.example', 'https://b.example'\n") });
    expect(texts['settings.py']).toContain("('https://a.example', 'https://b.example'),\n)\n");
  });

  test('a list of another file is read from the variable there', async () => {
    const { texts } = await outcomeOf({ 'main.py': fastapi('ORIGINS', '', 'from app.origins import ORIGINS\n'), 'app/__init__.py': '', 'app/origins.py': '"""Who may."""\n\nORIGINS = [\n    "https://a.example",\n]\n' });
    expect(texts).toEqual({ 'app/origins.py': '"""Who may."""\n\nimport os\nimport re\n\n\ndef origins_from_env…\n\n\nORIGINS = origins_from_env("ORIGINS", [\n    "https://a.example",\n])\n' });
  });

  test('a class of settings of Flask', async () => {
    const { texts } = await outcomeOf({ 'app.py': 'from flask import Flask\nfrom flask_cors import CORS\n\n\nclass Config:\n    CORS_ORIGINS = ["https://a.example"]\n\n\napp = Flask(__name__)\napp.config.from_object(Config)\nCORS(app)\n\n\n@app.get("/x")\ndef x():\n    return "1"\n' });
    expect(lineWith(texts['app.py']!, 'CORS_ORIGINS')).toBe('CORS_ORIGINS = origins_from_env("ORIGINS", ["https://a.example"])');
  });

  test('a list that hand-written middleware looks into, without a word about that', async () => {
    const own = 'from fastapi import FastAPI, Request\n\napp = FastAPI()\nALLOWED = ["https://a.example"]\n\n\n@app.middleware("http")\nasync def cors(request: Request, call_next):\n    response = await call_next(request)\n    if request.headers.get("origin") in ALLOWED:\n        response.headers["Access-Control-Allow-Origin"] = request.headers["origin"]\n        response.headers["Vary"] = "Origin"\n    return response\n\n\n@app.get("/x")\ndef x():\n    return 1\n';
    const { texts, refused, notes } = await outcomeOf({ 'main.py': own });
    expect(lineWith(texts['main.py']!, 'ALLOWED =')).toBe('ALLOWED = origins_from_env("ORIGINS", ["https://a.example"])');
    expect([...refused, ...notes]).toEqual([]);
  });
});

describe('one variable for several lists', () => {
  test('of branches, and of settings modules', async () => {
    const branches = django('if DEBUG:\n    CORS_ALLOWED_ORIGINS = ["http://localhost:3000"]\nelse:\n    CORS_ALLOWED_ORIGINS = ["https://a.example"]\n', 'import os\nDEBUG = os.environ.get("DEBUG") == "1"\n');
    const one = await outcomeOf({ 'settings.py': branches });
    expect(one.texts['settings.py']!.match(/origins_from_env\("ORIGINS", \[.*\]\)/g)).toEqual(['origins_from_env("ORIGINS", ["http://localhost:3000"])', 'origins_from_env("ORIGINS", ["https://a.example"])']);
    const modules = await outcomeOf({ 'manage.py': '', 'p/base.py': django(''), 'p/dev.py': 'from .base import *\n\nCORS_ALLOWED_ORIGINS = ["http://localhost:3000"]\n', 'p/prod.py': 'from .base import *\n\nCORS_ALLOWED_ORIGINS = ["https://a.example"]\n' });
    expect([Object.keys(modules.texts), modules.refused]).toEqual([['p/dev.py', 'p/prod.py'], []]);
  });

  test('of several programs; of one, where they are the same', async () => {
    const apps = (second: string): Readonly<Record<string, string>> => ({ 'main.py': fastapi('["https://a.example"]'), 'admin.py': fastapi(`["${second}"]`) });
    expect((await outcomeOf(apps('https://b.example'))).refused).toEqual([
      'admin.py:5: allow_origins lists other origins than line 5 of main.py: ORIGINS cannot stand for both',
      'main.py:5: allow_origins lists other origins than line 5 of admin.py: ORIGINS cannot stand for both',
    ]);
    expect(Object.keys((await outcomeOf(apps('https://a.example'))).texts)).toEqual(['admin.py', 'main.py']);
    const services = { 'a/main.py': fastapi('["https://a.example"]'), 'a/requirements.txt': 'fastapi\n', 'b/main.py': fastapi('["https://b.example"]'), 'b/Dockerfile': 'FROM python:3.13\n' };
    expect(Object.keys((await outcomeOf(services)).texts)).toEqual(['a/main.py', 'b/main.py']);
  });
});

test('that nothing changes without the variable is a part of what is proven', async () => {
  const { done } = await run(codemod, await repositoryOf({ 'main.py': fastapi('["https://a.example"]') }), chosen({ env: 'ORIGINS' }));
  expect(done.map(({ announces }) => announces?.unset)).toEqual(['ORIGINS']);
});

describe('is left', () => {
  test.each([
    ['a list that gets more', django('CORS_ALLOWED_ORIGINS = ["https://a.example"]\nCORS_ALLOWED_ORIGINS += ["https://b.example"]\n'), ['CORS_ALLOWED_ORIGINS is added to in line 6, and a variable would replace the rest alone', 'line 6 adds to a list that stands elsewhere: both are let in, and a variable would replace one of them']],
    ['one that a comprehension makes', fastapi('[f"https://{h}.example" for h in ["a", "b"]]'), ['the origins in line 5 stand in an expression, and are no whole value of an option, a setting or a name']],
    ['a default behind or', fastapi('os.getenv("X") or ["https://a.example"]', '', 'import os\n'), ['the origins are read from X already']],
    ['a default with a name', fastapi('os.getenv("X", DEFAULT).split(",")', 'DEFAULT = "https://a.example"\n', 'import os\n'), ['the origins are read from X already']],
    ['a variable without a default', fastapi('[FRONT]', 'FRONT = os.environ["FRONT"]\n', 'import os\n'), ['the origins are read from FRONT already']],
    ['a field of settings', fastapi('settings.origins', '\n\nclass Settings(BaseSettings):\n    origins: list[str] = ["https://a.example"]\n\n\nsettings = Settings()\n', 'from pydantic_settings import BaseSettings\n').replaceAll('origins:', 'front_ends:').replaceAll('.origins', '.front_ends'), ['the origins are read from FRONT_ENDS already']],
    ['settings with a prefix', fastapi('["https://a.example"]', '\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="APP_")\n    debug: bool = False\n\n\nsettings = Settings()\n', 'from pydantic_settings import BaseSettings, SettingsConfigDict\n'), ['Settings in main.py reads variables whose names begin with APP_: ORIGINS does not']],
    ['an origin of a header', 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.after_request\ndef cors(response):\n    response.headers["Access-Control-Allow-Origin"] = "https://a.example"\n    return response\n\n\n@app.get("/x")\ndef x():\n    return "1"\n', ['line 8 is part of a function that writes headers of CORS itself: a list of the module, or options of a package, can be read from the environment']],
  ])('%s', async (_name, text, reasons) => {
    const { texts, refused } = await outcomeOf({ 'main.py': text });
    expect(texts).toEqual({});
    expect(refused.map((line) => line.replace(/^\S+: /, ''))).toEqual(reasons);
  });

  test('what is read from that very variable, without a word', async () => {
    expect(await outcomeOf({ 'main.py': fastapi('os.getenv("ORIGINS", "https://a.example").split(",")', '', 'import os\n') })).toEqual({ texts: {}, refused: [], notes: [] });
  });

  test('the list itself, where --origins names others', async () => {
    const { refused } = await run(codemod, await repositoryOf({ 'main.py': fastapi('["https://a.example"]') }), chosen({ origins: ['https://b.example'], env: 'ORIGINS' }));
    expect(refused.map(({ reason }) => reason)).toEqual(['the origins stay those that are written, where the variable is not set: --origins is for reflection-to-allowlist']);
  });
});

describe('reads as the file reads others', () => {
  test.each([
    ['environs', 'from environs import Env\n\nenv = Env()\n', 'env.list("ORIGINS", default=["https://a.example"])'],
    ['python-decouple', 'from decouple import AutoConfig\n\nconfig = AutoConfig(search_path=".")\n', 'config("ORIGINS", default="https://a.example", cast=Csv())'],
    ['os, where the library puts something before names', 'from starlette.config import Config\n\nconfig = Config(env_prefix="APP_")\n', 'origins_from_env("ORIGINS", ["https://a.example"])'],
  ])('%s', async (_name, imports, written) => {
    const { texts } = await outcomeOf({ 'settings.py': django('CORS_ALLOWED_ORIGINS = ["https://a.example"]\n', imports) });
    expect(texts['settings.py']).toContain(written);
  });

  test('lines of a default that has to be a text stay', async () => {
    const { texts } = await outcomeOf({ 'settings.py': django('CORS_ALLOWED_ORIGINS = [\n    "https://a.example",  # shop\n]\n', 'from decouple import config\n\n') });
    expect(texts['settings.py']).toContain('checked_origins("ORIGINS", config("ORIGINS", default=",".join([\n    "https://a.example",  # shop\n]), cast=Csv()))\n');
  });

  test('a constant stands behind what it is read with', async () => {
    const text = 'import environ\nfrom flask import Flask\nfrom flask_cors import cross_origin\n\nenv = environ.Env()\n\napp = Flask(__name__)\n\n\n@app.get("/a")\n@cross_origin(origins=["https://a.example"])\ndef a():\n    return "a"\n\n\n@app.get("/b")\n@cross_origin(origins=["https://a.example"])\ndef b():\n    return "b"\n';
    const { texts } = await outcomeOf({ 'app.py': text });
    expect(texts['app.py']).toContain('import cross_origin\n\n\ndef checked_origins…\n\n\nenv = environ.Env()\n\nALLOWED_ORIGINS = checked_origins(\n    "ORIGINS",\n    env.list("ORIGINS", default=["https://a.example"]),\n)\n\napp = Flask(__name__)\n');
  });

  test('a name that is taken is left', async () => {
    const { texts } = await outcomeOf({ 'main.py': fastapi('["https://a.example"]', '\n\ndef origins_from_env():\n    pass\n\n\n') });
    expect(lineWith(texts['main.py']!, 'allow_origins=')).toBe('app.add_middleware(CORSMiddleware, allow_origins=cors_origins_from_env("ORIGINS", ["https://a.example"]))');
  });

  test.each([
    ['a comment that names the file', '# Settings.\n\n', '# Settings.\n\nimport os\nimport re\n\n\ndef origins_from_env…\n\n\nROOT_URLCONF'],
    ['what the shell reads', '#!/usr/bin/env python\n', '#!/usr/bin/env python\nimport os\nimport re\n\n\ndef origins_from_env…\n\n\nROOT_URLCONF'],
    ['the future', '"""Doc."""\nfrom __future__ import annotations\n\nfrom pathlib import Path\n\n', '"""Doc."""\nfrom __future__ import annotations\n\nimport os\nimport re\nfrom pathlib import Path\n\n\ndef origins_from_env…\n\n\nROOT_URLCONF'],
  ])('behind %s', async (_name, head, written) => {
    const { texts } = await outcomeOf({ 'settings.py': django('CORS_ALLOWED_ORIGINS = ["https://a.example"]\n', head) });
    expect(texts['settings.py']!.slice(0, written.length)).toBe(written);
  });
});
