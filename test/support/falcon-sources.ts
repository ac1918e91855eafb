import type { ObservedRow } from './observed.js';

/** A value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${python(key)}: ${python(one)}`).join(', ')}}`;
  return JSON.stringify(value);
}

/** The program behind a recorded row of Falcon: `cors_enable`, or the options of CORSMiddleware. */
export function falconSource(row: ObservedRow): string {
  const { cors_enable: enabled, ...options } = row.options as Readonly<Record<string, unknown>>;
  const app = enabled === true ? 'falcon.App(cors_enable=True)' : `falcon.App(middleware=[falcon.CORSMiddleware(${Object.entries(options).map(([key, value]) => `${key}=${python(value)}`).join(', ')})])`;
  return `import falcon


class Data:
    def on_get(self, req, resp):
        resp.media = {"ok": True}

    def on_put(self, req, resp):
        resp.media = {"ok": True}


class Boom:
    def on_get(self, req, resp):
        raise RuntimeError("boom")


app = ${app}
app.add_route("/api/data", Data())
app.add_route("/boom", Boom())
`;
}
