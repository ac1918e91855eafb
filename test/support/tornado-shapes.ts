import { APP, STAR, type Shape } from './handwritten-shapes.js';

const OPEN = `    def set_default_headers(self):\n        self.set_header("Access-Control-Allow-Origin", "*")\n`;

function shape(title: string, body: string, asked: Shape['asked']): Shape {
  return { title, source: `import tornado.gen\nimport tornado.routing\nimport tornado.web\n\n\n${body}`, asked };
}

/** Asked of Tornado 6.6.1. */
export const TORNADO_SHAPES: readonly Shape[] = [
  shape('a handler that asks for a log-in refuses preflights', `class Data(tornado.web.RequestHandler):
${OPEN}
    @tornado.web.authenticated
    def get(self):
        self.write("x")

    @tornado.web.authenticated
    def options(self):
        self.set_status(204)


app = tornado.web.Application([(r"/data", Data)], login_url="/login")
`, [['OPTIONS /data', 403, STAR]]),
  shape('rules of rules, named rules, patterns as objects', `class Data(tornado.web.RequestHandler):
${OPEN}
    def get(self, *args):
        self.write("x")


class Plain(tornado.web.RequestHandler):
    def get(self, *args):
        self.write("x")


app = tornado.web.Application([
    (r"/api/.*", [(r"/api/a", Data), tornado.web.URLSpec(r"/api/b(\\d)", Plain, name="b")]),
    tornado.routing.Rule(tornado.routing.PathMatches(r"/c"), Data),
    tornado.web.url(r"/d/?", Data, name="d"),
])
`, [['GET /api/a', 200, STAR], ['GET /api/b1', 200, {}], ['GET /api/c', 404, {}], ['GET /c', 200, STAR], ['GET /d/', 200, STAR], ['GET /data', 404, {}]]),
  shape('rules of hosts come first', `class Data(tornado.web.RequestHandler):
${OPEN}
    def get(self):
        self.write("x")


class Plain(tornado.web.RequestHandler):
    def get(self):
        self.write("x")


app = tornado.web.Application([(r"/data", Plain)])
app.add_handlers(r".*", [(r"/data", Data)])
`, [['GET /data', 200, STAR], ['POST /data', 405, STAR], ['GET /none', 404, {}]]),
  shape('a class for paths that no rule takes', `class Missing(tornado.web.RequestHandler):
${OPEN}
    def prepare(self):
        raise tornado.web.HTTPError(404)


class Data(tornado.web.RequestHandler):
    def get(self):
        self.write("x")


app = tornado.web.Application([(r"/data", Data)], default_handler_class=Missing)
`, [['GET /data', 200, {}], ['GET /none', 404, STAR], ['OPTIONS /none', 404, STAR]]),
  shape('an application that is a class, by the name of its base', `class Data(tornado.web.RequestHandler):
    def initialize(self, origin):
        self.set_header("Access-Control-Allow-Origin", origin)

    def get(self):
        self.write("x")

    post = get


class Application(tornado.web.Application):
    def __init__(self):
        handlers = [(r"/data", Data, {"origin": "https://app.example.com"}), (r"/old", tornado.web.RedirectHandler, {"url": "/data"})]
        tornado.web.Application.__init__(self, handlers)


app = Application()
`, [['GET /data', 200, APP], ['POST /data', 200, APP], ['PUT /data', 405, {}], ['GET /old', 301, {}], ['POST /old', 405, {}]]),
  shape('headers of settings, of class attributes, and a finish() of its own', `class Base(tornado.web.RequestHandler):
    ORIGIN = None

    def prepare(self):
        if self.ORIGIN:
            self.set_header("Access-Control-Allow-Origin", self.ORIGIN)

    def finish(self, chunk=None):
        self.set_header("Access-Control-Allow-Headers", self.settings["allowed"])
        return super().finish(chunk)


class A(Base):
    ORIGIN = "https://app.example.com"

    def get(self):
        self.write("x")


class B(Base):
    def get(self):
        self.finish("x")


app = tornado.web.Application([(r"/a", A), (r"/b", B)], allowed="x-a")
`, [['GET /a', 200, { ...APP, 'allow-headers': 'x-a' }], ['GET /b', 200, { 'allow-headers': 'x-a' }]]),
  shape('a header that is missing is asked for', `class A(tornado.web.RequestHandler):
    def get(self):
        self.set_header("Access-Control-Allow-Origin", self.request.headers["Origin"])


class B(tornado.web.RequestHandler):
    def get(self):
        self.set_header("Access-Control-Allow-Origin", self.request.headers.get("Origin"))


class C(tornado.web.RequestHandler):
    def get(self):
        if "Origin" in self.request.headers:
            self.set_header("Access-Control-Allow-Origin", self.request.headers["Origin"])
        self.set_header("Access-Control-Allow-Credentials", True)


app = tornado.web.Application([(r"/a", A), (r"/b", B), (r"/c", C)])
`, [['GET /a', 200, APP], ['GET /a from nobody', 500, {}], ['GET /b', 200, APP], ['GET /b from nobody', 500, {}], ['GET /c', 200, { ...APP, 'allow-credentials': 'True' }], ['GET /c from nobody', 200, { 'allow-credentials': 'True' }]]),
  shape('what is added, taken away, and written in an error', `class A(tornado.web.RequestHandler):
    def set_default_headers(self):
        self.set_header("Access-Control-Allow-Origin", "*")
        self.add_header("Access-Control-Expose-Headers", "a")

    def get(self):
        self.set_header(name="Access-Control-Max-Age", value=5)
        self.clear_header("access-control-allow-origin")

    def post(self):
        self.set_header("Access-Control-Max-Age", 5)
        self.send_error(418)

    def write_error(self, status_code, **kwargs):
        self.set_header("Access-Control-Allow-Methods", "GET")
        self.finish("no")

    @tornado.gen.coroutine
    def put(self):
        yield tornado.gen.sleep(0)
        self.set_header("Access-Control-Max-Age", 6)
        raise tornado.gen.Return(None)

    async def delete(self):
        try:
            raise tornado.web.HTTPError(400)
        except tornado.web.HTTPError:
            self.set_status(202)


app = tornado.web.Application([(r"/a", A)])
`, [['GET /a', 200, { 'expose-headers': 'a', 'max-age': '5' }], ['POST /a', 418, { ...STAR, 'expose-headers': 'a', 'allow-methods': 'GET' }], ['PATCH /a', 405, { ...STAR, 'expose-headers': 'a', 'allow-methods': 'GET' }], ['DELETE /a', 202, { ...STAR, 'expose-headers': 'a' }]]),
  shape('files', `class Files(tornado.web.StaticFileHandler):
    def set_extra_headers(self, path):
        self.set_header("Access-Control-Allow-Origin", "*")


class Open(tornado.web.StaticFileHandler):
${OPEN}

app = tornado.web.Application([(r"/a/(.*)", Files, {"path": "."}), (r"/b/(.*)", Open, {"path": "."}), (r"/c/(.*)", tornado.web.StaticFileHandler, {"path": "."})])
`, [['OPTIONS /a/none', 405, {}], ['OPTIONS /b/none', 405, STAR], ['POST /c/none', 405, {}]]),
];
