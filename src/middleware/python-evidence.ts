import type { Evidence, Probe } from '../policy/program.js';
import type { PythonModule } from '../syntax/python/index.js';

/** Names by which code has what browsers send by themselves. */
const COOKIES = /^(?:cookies|COOKIES|session|get_cookie|get_secure_cookie|get_signed_cookie|get_cookie_values|set_cookie|set_secure_cookie|set_signed_cookie|add_cookie|Cookie|SessionMiddleware|SessionAuth|SessionAuthentication|JWTCookieAuth|SessionCookieBackend|APIKeyCookie|login_required|LoginRequiredMixin|current_user)$/;
/** Packages that keep sessions in cookies. */
const SESSIONS = /^(?:flask_login|flask_session|aiohttp_session|aiohttp_security|sanic_session|quart_auth|starlette\.middleware\.sessions|beaker|fastapi_login)\b|^(?:flask|quart)\.session$/;
/** Names that may mean cookies, or somebody who is known by one. */
const MAYBE = /cookie|session|login|auth(?!orization)|jwt|user|identity|csrf|basic/i;
/** Tokens that scripts send. */
const TOKENS = /^(?:OAuth2PasswordBearer|OAuth2PasswordRequestForm|oauth2_scheme)$/;
/** Packages that ask no request for anything by themselves. */
const PLAIN = /^(?:flask(?:_cors)?|fastapi|starlette|aiohttp(?:_cors)?|tornado|sanic(?:_ext)?|litestar|falcon|bottle|pyramid|quart(?:_cors)?|chalice|aws_lambda_powertools|pydantic|typing|os|json|re|datetime|time|functools|logging|dataclasses|uuid|pathlib|decimal|enum|math|random|collections|itertools|asyncio|contextlib|http|urllib|uvicorn|__future__)(?:\.|$)/;

/**
 * What code of a file gives away beside its policies, by names in its tree: comments and texts say nothing. That cookies are
 * not read is known where all handlers are in view and nothing in the file, or of what it imports, may be about them.
 */
export function pythonEvidence(module: PythonModule, handWritten: boolean, probes: readonly Probe[]): Evidence {
  const names = new Set(module.root.descendantsOfType('identifier').map(({ text }) => text));
  const imported = [...module.imports.values()];
  const asked = [...names].some((name) => COOKIES.test(name) && (name !== 'session' || readsSession(module))) || imported.some((name) => SESSIONS.test(name));
  const inView = probes.length > 0 && probes.every((probe) => probe.inView === true) && imported.every((name) => PLAIN.test(name)) && ![...names].some((name) => MAYBE.test(name) && !TOKENS.test(name));
  return { handWritten, canAddVary: handWritten, readsCookies: asked ? 'yes' : inView ? 'no' : 'unknown', noStore: names.has('never_cache') };
}

/** `request.session`, or a session that a framework hands out; a session of a database is another one. */
function readsSession(module: PythonModule): boolean {
  if (/^(?:flask|quart)\.session$/.test(module.imports.get('session') ?? '')) return true;
  return module.root.descendantsOfType('attribute').some((node) => node.childForFieldName('attribute')?.text === 'session' && /^(?:self\.)?_?req(?:uest)?$/.test(node.childForFieldName('object')?.text ?? ''));
}
