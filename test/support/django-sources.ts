import type { ObservedRow } from './observed.js';

/** The settings of a recorded row, with the middleware of its harness: one that asks everybody to log in. */
export function djangoSource(row: ObservedRow): string {
  const { MIDDLEWARE: order, ...options } = row.options as Record<string, unknown>;
  const cors = 'corsheaders.middleware.CorsMiddleware';
  const login = 'app.middleware.AuthMiddleware';
  const stack = order === undefined ? [cors] : order === 'AuthMiddleware before CorsMiddleware' ? [login, cors] : [cors, login];
  return djangoSettings({ INSTALLED_APPS: ['corsheaders', 'app'], MIDDLEWARE: [...stack, 'django.middleware.common.CommonMiddleware'], ...options });
}

/** A settings module. */
export function djangoSettings(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings).filter(([name]) => !name.startsWith('_')).map(([name, value]) => `${name} = ${pythonLiteral(value)}\n`).join('');
}

export function pythonLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (value === null || value === undefined) return 'None';
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value);
}

/** `app/middleware.py` of the harness. */
export const AUTH_MIDDLEWARE = `from django.http import HttpResponse


class AuthMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "HTTP_AUTHORIZATION" not in request.META:
            return HttpResponse("who are you", status=401)
        return self.get_response(request)
`;
