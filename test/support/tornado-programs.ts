import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const SELF: Spelling = {
  origin: 'self.request.headers.get("Origin")',
  set: (name, value) => `self.set_header(${name}, ${value})`,
  add: (name, value) => `self.add_header(${name}, ${value})`,
};

/** An application with handlers that write CORS at the places that Tornado offers. */
export function tornadoProgram(from: Picks): string {
  const spelling: Spelling = { ...SELF, origin: from.pick(['self.request.headers.get("Origin")', "self.request.headers.get('origin', None)", 'self.request.headers.get("ORIGIN", "")']) };
  const cors = (whole = true): readonly string[] => [...originLines(from, spelling, whole), ...furtherLines(from, spelling)];
  const method = (name: string, lines: readonly string[], args = ''): string => `    ${from.chance(0.3) && /^(?:get|put|prepare|options)$/.test(name) ? 'async ' : ''}def ${name}(self${args}):\n${indented(lines, 2)}\n`;
  const places = from.pick([['default'], ['default'], ['default'], ['default', 'prepare'], ['prepare'], ['initialize'], ['get'], ['mixin'], ['helper'], ['error']] as const);
  const has = (place: string): boolean => places.some((one) => one === place);
  const ends: readonly string[] = from.pick([['self.set_status(204)', 'self.finish()'], ['self.set_status(204)'], ['self.finish()'], ['pass'], ['raise tornado.web.Finish()'], ['self.set_status(200)', 'return']]);
  const base = [
    ...(has('default') ? [method('set_default_headers', cors())] : []),
    ...(has('prepare') ? [method('prepare', [...cors(false), ...(from.chance(0.3) ? ['if self.request.method == "OPTIONS":', '    self.set_status(204)', '    self.finish()'] : [])])] : []),
    ...(has('initialize') ? [method('initialize', cors())] : []),
    ...(has('helper') ? [method('allow', cors()), method('prepare', ['self.allow()'])] : []),
    ...(has('error') ? [method('set_default_headers', cors()), method('write_error', ['self.set_header("Access-Control-Allow-Origin", "https://admin.example.com")', 'self.finish({"status": status_code})'], ', status_code, **kwargs')] : []),
    ...(from.chance(0.65) ? [method('options', ends, from.pick(['', ', *args', ', *args, **kwargs']).replace(/^$/, ', *args'))] : []),
  ];
  const mixin = has('mixin') ? `class Mixin:\n${method('set_default_headers', cors())}\n\n` : '';
  const get = [...(has('get') ? cors(false) : []), from.pick(['self.write({"ok": True})', 'self.finish("ok")', 'self.write("ok")', 'self.set_status(201)', 'self.redirect("/x")'])];
  const failing = from.pick(['raise tornado.web.HTTPError(403)', 'raise RuntimeError("boom")', 'self.send_error(418)', 'raise tornado.web.HTTPError(status_code=404)', 'self.clear()']);
  const fallback = from.chance(0.2);
  const rules = from.pick([
    `[(r"/data", Data), (r"/boom", Boom)]`,
    `[tornado.web.url(r"/data", Data, name="data"), ("/boom", Boom)]`,
    `[\n    (r"/(?:data|other)", Data),\n    (r"/boom/?", Boom),\n]`,
    `[(r"/boom$", Boom), (r"/(data)", Data)]`,
  ]);
  const settings = fallback ? ', default_handler_class=Missing' : '';
  return `import tornado.web
${PYTHON_CONSTANTS}

${mixin}class Base(${has('mixin') ? 'Mixin, ' : ''}tornado.web.RequestHandler):
${base.length === 0 ? '    pass\n' : base.join('\n')}

class Data(Base):
${method('get', get, ', *args')}
${from.chance(0.5) ? method('put', ['self.write("ok")'], ', *args') : ''}
${from.chance(0.3) ? method('head', ['self.set_status(200)'], ', *args') : ''}

class Boom(Base):
${method('get', [failing], ', *args')}

class Missing(${from.pick(['Base', 'tornado.web.RequestHandler'])}):
${method('prepare', from.pick([['raise tornado.web.HTTPError(404)'], ['self.set_status(404)', 'self.finish("none")']]))}

${from.pick([`app = tornado.web.Application(${rules}${settings})`, `def make_app():\n    return tornado.web.Application(${rules}${settings})\n\n\napp = make_app()`, `class Application(tornado.web.Application):\n    def __init__(self):\n        handlers = ${rules}\n        super().__init__(handlers${settings})\n\n\napp = Application()`, `rules = ${rules}\napp = tornado.web.Application(handlers=rules${settings})`])}
`;
}
