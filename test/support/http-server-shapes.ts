import { APP, STAR, type Shape } from './handwritten-shapes.js';

function shape(title: string, body: string, asked: Shape['asked']): Shape {
  return { title, source: `from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler\n\n\n${body}\n\napp = Handler\n`, asked };
}

/** Asked of CPython 3.11. */
export const HTTP_SERVER_SHAPES: readonly Shape[] = [
  shape('an end_headers() of its own reaches files and errors', `class Handler(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        SimpleHTTPRequestHandler.end_headers(self)
`, [['GET /data', 200, STAR], ['OPTIONS /none', 501, STAR], ['PUT /none', 501, STAR]]),
  shape('what is sent twice stands twice, what is missing is None', `class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
        self.send_header("Access-Control-Allow-Credentials", True)
        self.end_headers()

    def do_OPTIONS(self):
        self.send_response(204, "ok")
        self.allow()
        self.end_headers()

    def do_POST(self):
        if self.path == "/none":
            return self.send_error(404)
        self.send_response(201)
        self.end_headers()
        self.allow()

    def allow(self):
        self.send_header("Access-Control-Allow-Origin", "https://app.example.com")
`, [['GET /data', 200, { ...APP, 'allow-credentials': 'True' }], ['GET /data from nobody', 200, { 'allow-origin': 'None', 'allow-credentials': 'True' }], ['OPTIONS /data', 204, APP], ['POST /none', 404, {}], ['POST /data', 201, {}]]),
];
