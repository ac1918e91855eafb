import { describe, expect, test } from 'vitest';
import codemod from '../../../src/codemods/django-cors-headers-names.js';
import { run, type Outcome } from '../../../src/codemods/run.js';
import { chosen, repositoryOf } from '../repository.js';

const PROJECT = 'SECRET_KEY = "x"\nROOT_URLCONF = "urls"\nINSTALLED_APPS = ["corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]\n';
const NEWEST = 'django-cors-headers==4.9.0\n';

async function outcomeOf(texts: Readonly<Record<string, string>>): Promise<Outcome> {
  return run(codemod, await repositoryOf(texts), chosen());
}

/** What becomes of one file beside settings that have the old name of the list. */
async function beside(path: string, text: string): Promise<{ readonly text: string; readonly refused: readonly string[] }> {
  const { texts, refused } = await outcomeOf({ 'manage.py': '', 'requirements.txt': NEWEST, 'settings.py': `${PROJECT}CORS_ORIGIN_WHITELIST = ["https://a.example"]\n`, [path]: text });
  return { text: texts.get(path)?.after ?? text, refused: refused.map(({ at, line, reason }) => `${at.file}:${line}: ${reason}`) };
}

const toldIn = ({ refused }: Outcome): readonly string[] => refused.map(({ at, reason }) => `${at.file}: ${reason}`);

describe('a name in code', () => {
  test.each([
    ['views.py', 'from django.conf import settings\nprint(f"{settings.CORS_ORIGIN_WHITELIST}")\n', 'from django.conf import settings\nprint(f"{settings.CORS_ALLOWED_ORIGINS}")\n'],
    ['views.py', 'from django.conf import settings\nx = hasattr(settings, "CORS_ORIGIN_WHITELIST")\n', 'from django.conf import settings\nx = hasattr(settings, "CORS_ALLOWED_ORIGINS")\n'],
    ['apps/one.py', 'from settings import (\n    CORS_ORIGIN_WHITELIST,\n)\nORIGINS = CORS_ORIGIN_WHITELIST\n', 'from settings import (\n    CORS_ALLOWED_ORIGINS,\n)\nORIGINS = CORS_ALLOWED_ORIGINS\n'],
    ['test_a.py', 'def test(monkeypatch, settings):\n    monkeypatch.setattr(settings, "CORS_ORIGIN_WHITELIST", [])\n', 'def test(monkeypatch, settings):\n    monkeypatch.setattr(settings, "CORS_ALLOWED_ORIGINS", [])\n'],
    ['test_b.py', "@mock.patch('django.conf.settings.CORS_ORIGIN_WHITELIST', [])\ndef test(x):\n    pass\n", "@mock.patch('django.conf.settings.CORS_ALLOWED_ORIGINS', [])\ndef test(x):\n    pass\n"],
    ['tests/conftest.py', 'from django.conf import settings\nsettings.configure(CORS_ORIGIN_WHITELIST=[])\n', 'from django.conf import settings\nsettings.configure(CORS_ALLOWED_ORIGINS=[])\n'],
    ['other_settings.py', 'globals()["CORS_ORIGIN_WHITELIST"] = []\n', 'globals()["CORS_ALLOWED_ORIGINS"] = []\n'],
    ['other_settings.py', '__all__ = ["CORS_ORIGIN_WHITELIST"]\nCORS_ORIGIN_WHITELIST: list[str] = []\n', '__all__ = ["CORS_ALLOWED_ORIGINS"]\nCORS_ALLOWED_ORIGINS: list[str] = []\n'],
  ])('is another one then: %s %j', async (path, before, after) => {
    expect(await beside(path, before)).toEqual({ text: after, refused: [] });
  });

  test.each([
    ['scripts/deploy.py', 'import os\nos.environ["CORS_ORIGIN_WHITELIST"] = "https://a.example"\n'],
    ['scripts/deploy.py', 'import os\nprint(os.getenv("CORS_ORIGIN_WHITELIST"), get_secret(name="CORS_ORIGIN_WHITELIST"))\n'],
    ['test_env.py', 'def test(monkeypatch):\n    monkeypatch.setenv("CORS_ORIGIN_WHITELIST", "x")\n    with mock.patch.dict(os.environ, {"CORS_ORIGIN_WHITELIST": "y"}):\n        pass\n'],
    ['other_settings.py', "from site_of import configuration\nCORS_ALLOWED_HOSTS = 1\nprint(config('CORS_ORIGIN_WHITELIST'), TOKENS.get_param('CORS_ORIGIN_WHITELIST'))\n"],
    ['env.py', 'import environ\nenv = environ.Env(CORS_ORIGIN_WHITELIST=(list, []))\n'],
    ['values.py', '# CORS_ORIGIN_WHITELIST is what it used to be called.\n"""CORS_ORIGIN_WHITELIST"""\nDJANGO_CORS_ORIGIN_WHITELIST = 1\n'],
  ])('that is a variable, or no code, stays: %s %j', async (path, text) => {
    expect(await beside(path, text)).toEqual({ text, refused: [] });
  });

  test.each([
    ['checks.py', 'x = 1\nNAMES = {"origins": "CORS_ORIGIN_WHITELIST"}\n', 'checks.py:2: CORS_ORIGIN_WHITELIST stays, everywhere: it stands there as a text, and'],
    ['checks.py', 'start(CORS_ORIGIN_WHITELIST=[])\n', 'checks.py:1: CORS_ORIGIN_WHITELIST stays, everywhere: start is told it as an argument, and'],
    ['apps/two.py', 'from company.settings import CORS_ORIGIN_WHITELIST\n', 'apps/two.py:1: CORS_ORIGIN_WHITELIST stays, everywhere: it is imported from company.settings, which is not in view'],
    ['typed.py', 'from pydantic_settings import BaseSettings\nclass Env(BaseSettings):\n    CORS_ORIGIN_WHITELIST: list[str] = []\n', 'typed.py:3: CORS_ORIGIN_WHITELIST stays, everywhere: a class has it that reads the variable of this name'],
    ['reading.py', 'x = getattr(configuration, "CORS_ORIGIN_WHITELIST", [])\n', 'reading.py:1: CORS_ORIGIN_WHITELIST stays, everywhere: it stands there as a text, and'],
    ['config.py', 'class Config:\n    CORS_ORIGIN_WHITELIST = []\n', 'config.py:2: CORS_ORIGIN_WHITELIST stays, everywhere: a module that is not of the settings has a name like it here'],
  ])('that nobody can tell about is told: %s %j', async (path, text, reason) => {
    const { text: after, refused } = await beside(path, text);
    expect(after).toBe(text);
    expect(refused).toEqual([expect.stringContaining(reason)]);
  });
});

test('a setting that is read by its name from something else goes on being read so', async () => {
  const settings = `${PROJECT}from site_of import configuration\nCORS_ORIGIN_WHITELIST = getattr(configuration, "CORS_ORIGIN_WHITELIST", [])\nCORS_ORIGIN_ALLOW_ALL = TOKENS.get("CORS_ORIGIN_ALLOW_ALL", False)\n`;
  const { texts, refused } = await outcomeOf({ 'requirements.txt': NEWEST, 'settings.py': settings });
  expect(refused).toEqual([]);
  expect(texts.get('settings.py')?.after).toBe(settings.replace('CORS_ORIGIN_WHITELIST =', 'CORS_ALLOWED_ORIGINS =').replace('CORS_ORIGIN_ALLOW_ALL =', 'CORS_ALLOW_ALL_ORIGINS ='));
});

test('a module of names that is read by them is left', async () => {
  const { texts, refused } = await outcomeOf({
    'requirements.txt': NEWEST,
    'settings.py': `${PROJECT}import configuration\nCORS_ORIGIN_WHITELIST = getattr(configuration, "CORS_ORIGIN_WHITELIST", [])\n`,
    'configuration.py': '# See the documentation of django-cors-headers.\nCORS_ORIGIN_WHITELIST = ["https://a.example"]\n',
  });
  expect(texts.size).toBe(0);
  expect(refused.length).toBe(1);
});

describe('projects', () => {
  test('are told apart by their folders and releases', async () => {
    const old = `${PROJECT}CORS_ORIGIN_ALLOW_ALL = True\n`;
    const outcome = await outcomeOf({
      'shop/manage.py': '',
      'shop/requirements.txt': NEWEST,
      'shop/shop/settings.py': old,
      'blog/manage.py': '',
      'blog/requirements.txt': 'django-cors-headers==3.4.0\n',
      'blog/blog/settings.py': old,
      'blog/blog/views.py': 'from django.conf import settings\nx = settings.CORS_ORIGIN_ALLOW_ALL\n',
      'tests/conftest.py': 'def opened(settings):\n    settings.CORS_ORIGIN_ALLOW_ALL = True\n',
    });
    expect(outcome.done.flatMap(({ notes }) => notes)).toEqual(['see whether CORS_ORIGIN_ALLOW_ALL is to be renamed in tests/conftest.py too, which is left as it is']);
    expect([...outcome.texts.keys()]).toEqual(['shop/shop/settings.py']);
    expect(toldIn(outcome)).toEqual(['blog/blog/settings.py: requirements.txt asks for django-cors-headers 3.4.0, which reads CORS_ORIGIN_ALLOW_ALL alone: CORS_ALLOW_ALL_ORIGINS came with 3.5.0']);
  });

  test('leave what another service calls so', async () => {
    const outcome = await outcomeOf({ 'web/manage.py': '', 'web/requirements.txt': NEWEST, 'web/settings.py': `${PROJECT}CORS_ORIGIN_ALLOW_ALL = False\n`, 'api/app.py': 'from flask import Flask\nCORS_ORIGIN_ALLOW_ALL = True\n' });
    expect([...outcome.texts.keys()]).toEqual(['web/settings.py']);
    expect(toldIn(outcome)).toEqual([]);
  });

  test('say which of their files are left out of a run', async () => {
    const texts = { 'requirements.txt': NEWEST, 'settings.py': `${PROJECT}CORS_ORIGIN_ALLOW_ALL = False\n`, 'jobs/send.py': 'from django.conf import settings\nx = settings.CORS_ORIGIN_ALLOW_ALL\n', 'venv/lib/corsheaders/conf.py': 'x = "CORS_ORIGIN_ALLOW_ALL"\n' };
    const whole = await repositoryOf(texts);
    const { done } = await run(codemod, { ...part(whole), paths: ['settings.py'] }, chosen());
    expect(done.flatMap(({ notes }) => notes)).toEqual(['see whether CORS_ORIGIN_ALLOW_ALL is to be renamed in jobs/send.py too, which is left as it is']);
  });

  test('without settings of the package are left', async () => {
    expect(await outcomeOf({ 'settings.py': 'CORS_HEADER = 1\n', 'app.py': 'from flask import Flask\nCORS_ORIGIN_ALLOW_ALL = True\nCORS_MODEL = 1\n' })).toMatchObject({ done: [], refused: [] });
  });
});

test('parts that split_settings puts together are settings of their own', async () => {
  const { texts, refused } = await outcomeOf({
    'manage.py': '',
    'requirements.txt': NEWEST,
    'config/settings/__init__.py': 'from split_settings.tools import include\ninclude("components/*.py")\n',
    'config/settings/components/common.py': PROJECT,
    'config/settings/components/cors.py': 'CORS_ORIGIN_WHITELIST = ["https://a.example"]\n',
  });
  expect(refused).toEqual([]);
  expect([...texts]).toEqual([['config/settings/components/cors.py', { before: 'CORS_ORIGIN_WHITELIST = ["https://a.example"]\n', after: 'CORS_ALLOWED_ORIGINS = ["https://a.example"]\n' }]]);
});

describe('settings that are not in view', () => {
  const base = `${PROJECT}CORS_ORIGIN_ALLOW_ALL = False\n`;

  test.each([
    ['a leaf without a word of CORS', { 'config/base.py': base, 'config/prod.py': 'from .base import *\nfrom .secrets_of_prod import *\n' }, 'config/prod.py takes all names of .secrets_of_prod, which is not here: '],
    ['a part that may be there', { 'config/__init__.py': 'from split_settings.tools import include, optional\ninclude("base.py", optional("local.py"))\n', 'config/base.py': base }, 'config/__init__.py takes all names of config/local.py, which is not here: '],
    ['what is taken from a file', { 'config/base.py': `${base}TOKENS = load()\nvars().update(TOKENS)\n` }, 'config/base.py takes all names of what vars().update() is given, which is not here: '],
    ['what is run', { 'config/base.py': `${base}exec(open("local.py").read())\n` }, 'config/base.py takes all names of the code that exec() runs, which is not here: '],
    ['what dynaconf loads', { 'config/base.py': `import dynaconf\n${base}settings = dynaconf.DjangoDynaconf(__name__)\n` }, 'dynaconf reads settings from files and variables by their names'],
  ])('%s', async (_title, texts, reason) => {
    const outcome = await outcomeOf({ 'requirements.txt': NEWEST, ...texts });
    expect(outcome.texts.size).toBe(0);
    expect(outcome.refused.map((one) => one.reason)).toEqual([expect.stringContaining(reason)]);
  });

  test('are rewritten where they are there', async () => {
    const { texts, refused } = await outcomeOf({ 'requirements.txt': NEWEST, 'config/base.py': `${base}try:\n    from .local import *\nexcept ImportError:\n    pass\n`, 'config/local.py': 'CORS_ORIGIN_ALLOW_ALL = True\n' });
    expect(refused).toEqual([]);
    expect(texts.get('config/local.py')?.after).toBe('CORS_ALLOW_ALL_ORIGINS = True\n');
  });
});

describe('what is read no more', () => {
  const settings = (more: string, middleware = ''): string => PROJECT.replace('CorsMiddleware"]', `CorsMiddleware"${middleware}]`) + more;
  const after = async (text: string, requirements = NEWEST): Promise<string | readonly string[]> => {
    const outcome = await outcomeOf({ 'requirements.txt': requirements, 'settings.py': text });
    return outcome.texts.get('settings.py')?.after ?? toldIn(outcome);
  };
  const POST = ', "corsheaders.middleware.CorsPostCsrfMiddleware"';

  test('goes with the comment that is its own, and headings stay', async () => {
    expect(await after(settings('\n# CORS\nCORS_MODEL = None\nCORS_ALLOW_CREDENTIALS = False\n'))).toBe(settings('\n# CORS\nCORS_ALLOW_CREDENTIALS = False\n'));
    expect(await after(settings('\nCORS_ALLOW_CREDENTIALS = False\n\n# For forms.\nCORS_REPLACE_HTTPS_REFERER = False\n'))).toBe(settings('\nCORS_ALLOW_CREDENTIALS = False\n'));
  });

  test('leaves a block that is not empty', async () => {
    expect(await after(settings('if True:\n    CORS_REPLACE_HTTPS_REFERER = False\n'))).toBe(settings('if True:\n    pass\n'));
  });

  test('leaves a tuple a tuple', async () => {
    const tuple = (entries: string): string => settings('').replace(/MIDDLEWARE = .*/, `MIDDLEWARE = ${entries}`);
    const [cors, post] = ['"corsheaders.middleware.CorsMiddleware"', POST.slice(2)];
    expect(await after(tuple(`(\n    ${cors},\n    ${post},\n)`))).toBe(tuple(`(\n    ${cors},\n)`));
    expect(await after(tuple(`(\n    ${post},\n    ${cors}\n)`))).toEqual([expect.stringContaining('CorsPostCsrfMiddleware does not stand in a list that it could be taken out of')]);
  });

  test('goes in whatever release where it is off', async () => {
    expect(await after(settings('', POST), 'django-cors-headers==3.10.0\n')).toBe(settings(''));
    expect(await after(settings('CORS_REPLACE_HTTPS_REFERER = False\n', POST), 'django-cors-headers\n')).toBe(settings(''));
  });

  test('stays where it may work, and where something asks for it', async () => {
    expect(await after(settings('CORS_REPLACE_HTTPS_REFERER = True\n', POST), 'django-cors-headers>=3.10\n')).toEqual([expect.stringContaining('works before django-cors-headers 4.0.0, and requirements.txt asks for django-cors-headers from 3.10')]);
    expect(await after(settings('CORS_MODEL = "a.B"\nprint(CORS_MODEL)\n'))).toEqual([expect.stringContaining('CORS_MODEL is asked for here, so that it cannot go')]);
    expect(await after(settings('CORS_MODEL = "a.B"\n'), '')).toEqual([expect.stringContaining('CORS_MODEL is read before django-cors-headers 3.0.0, and no file says which django-cors-headers is installed')]);
  });
});

test('a host that nobody chose a scheme for is asked about', async () => {
  const texts = { 'requirements.txt': NEWEST, 'settings.py': `${PROJECT}CORS_ALLOWED_ORIGINS = ["a.example", "b.example:8080", "null", "https://c.example"]\n` };
  const { done, refused } = await run(codemod, await repositoryOf(texts), chosen({ origins: ['https://a.example', 'https://d.example'] }));
  expect(done.map(({ announces }) => announces?.words)).toEqual(['https://a.example is let in; a.example lets the origin null in no more.']);
  expect(refused.map(({ asks }) => asks)).toMatchObject([{ choice: 'origins', candidates: ['https://b.example:8080', 'http://b.example:8080'] }]);
});

/** A revision with its methods, to be narrowed. */
function part(whole: Awaited<ReturnType<typeof repositoryOf>>): Awaited<ReturnType<typeof repositoryOf>> {
  const { files, environment, policies, layering, paths } = whole;
  return { files, environment, policies, layering, paths, unit: (...args) => whole.unit(...args), spelled: (...args) => whole.spelled(...args), problemsIn: (...args) => whole.problemsIn(...args), complaints: (...args) => whole.complaints(...args), revise: (...args) => whole.revise(...args), including: (...args) => whole.including(...args) };
}
