import type { Span } from '../text/span.js';
import type { Handle, Value } from '../values/value.js';
import { classHandle, packageHandle } from './package-handles.js';

/** Names of errors as `http-errors` and `restify-errors` share them, and their statuses. */
const STATUSES: Readonly<Record<string, number>> = { BadRequest: 400, Unauthorized: 401, NotAuthorized: 403, Forbidden: 403, NotFound: 404, ResourceNotFound: 404, MethodNotAllowed: 405, Conflict: 409, UnprocessableEntity: 422, TooManyRequests: 429, InternalServer: 500, InternalServerError: 500, ServiceUnavailable: 503 };

/** https://github.com/jshttp/http-errors: `createError(404)`, `new createError.NotFound()`, `new createError.NotFoundError()`. */
export const httpErrors: Handle = packageHandle('http-errors', { ...classes(''), ...classes('Error') }, (method, args, at) => (method === '' || method === 'new' ? errorOf(args.flatMap((arg) => (arg.kind === 'number' ? [arg.value] : []))[0] ?? 500, at) : undefined));

/** https://github.com/restify/errors: `new errors.NotFoundError('…')`. */
export const restifyErrors: Handle = packageHandle('restify-errors', classes('Error'), () => undefined);

function classes(suffix: string): Readonly<Record<string, Handle>> {
  return Object.fromEntries(Object.entries(STATUSES).map(([name, status]) => [`${name}${suffix}`, classHandle(name, (_args, at) => errorOf(status, at))]));
}

/** An error that says its status. */
function errorOf(status: number, at: Span): Value {
  return { kind: 'record', entries: ['status', 'statusCode'].map((key) => ({ key, value: { kind: 'number', value: status, at }, at })), at };
}
