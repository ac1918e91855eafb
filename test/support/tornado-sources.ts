import type { ObservedRow } from './observed.js';

type Headers = Readonly<Record<string, string>>;

interface Options {
  readonly set_default_headers?: Headers | 'reflect+credentials';
  readonly prepare?: Headers;
  readonly in_get_only?: Headers;
  readonly options_handler?: number;
  readonly clear_in_get?: boolean;
}

/** The program behind a recorded row of Tornado, as its options describe it. */
export function tornadoSource(row: ObservedRow): string {
  const options = row.options as Options;
  const base = [
    ...(options.set_default_headers === undefined ? [] : ['    def set_default_headers(self):', ...written(options.set_default_headers)]),
    ...(options.prepare === undefined ? [] : ['    def prepare(self):', ...written(options.prepare)]),
    ...(options.options_handler === undefined ? [] : ['    def options(self, *args):', `        self.set_status(${options.options_handler})`, '        self.finish()']),
  ];
  return `import tornado.web


class Base(tornado.web.RequestHandler):
${base.join('\n')}

class Data(Base):
    def get(self):
${[...(options.clear_in_get === true ? ['        self.clear()'] : []), ...written(options.in_get_only ?? {})].join('\n')}
        self.write({"ok": True})

    def put(self):
        self.write({"ok": True})


class Boom(Base):
    def get(self):
        raise RuntimeError("boom")


app = tornado.web.Application([(r"/api/data", Data), (r"/boom", Boom)])
`;
}

function written(headers: Headers | 'reflect+credentials'): readonly string[] {
  if (headers === 'reflect+credentials') return ['        self.set_header("Access-Control-Allow-Origin", self.request.headers.get("Origin", "*"))', '        self.set_header("Access-Control-Allow-Credentials", "true")'];
  return Object.entries(headers).map(([name, value]) => `        self.set_header(${JSON.stringify(name)}, ${JSON.stringify(value)})`);
}
