import { APP, STAR, type Shape } from './handwritten-shapes.js';

function shape(title: string, body: string, asked: Shape['asked']): Shape {
  return { title, source: `from bottle import Bottle, HTTPError, HTTPResponse, abort, request, response, static_file\n\napp = Bottle()\n\n\n${body}`, asked };
}

/** Asked of Bottle 0.13.4. */
export const BOTTLE_SHAPES: readonly Shape[] = [
  shape('routes of a method before those of all, static paths before wildcards', `def cors(value):
    response.set_header("Access-Control-Allow-Origin", value)


@app.route("/<name>", method="ANY")
def any_(name):
    cors("https://any.example")


@app.route("/<name>")
def wild(name):
    cors("https://wild.example")


@app.route("/data")
def data():
    cors("*")


@app.route("/number/<n:int>")
def number(n):
    cors("*")
`, [['GET /data', 200, STAR], ['HEAD /data', 200, STAR], ['GET /other', 200, { 'allow-origin': 'https://wild.example' }], ['OPTIONS /data', 200, { 'allow-origin': 'https://any.example' }], ['GET /number/7', 200, STAR], ['GET /number/x', 404, {}], ['PUT /number/7', 405, {}]]),
  shape('hooks reach what replaces the response, what stands in front of them does not', `@app.hook("before_request")
def before():
    response.set_header("Access-Control-Max-Age", "5")


@app.hook("after_request")
def after():
    response.set_header("Access-Control-Allow-Origin", "*")


@app.get("/plain")
def plain():
    return "x"


@app.get("/own")
def own():
    return HTTPResponse("x", 202, {"Access-Control-Expose-Headers": "a"}, Access_Control_Allow_Methods="GET")


@app.get("/aborted")
def aborted():
    response.set_header("Access-Control-Expose-Headers", "a")
    abort(403, "no")


@app.get("/lost")
def lost():
    raise ValueError("x")
`, [['GET /plain', 200, { ...STAR, 'max-age': '5' }], ['GET /own', 202, { ...STAR, 'expose-headers': 'a', 'allow-methods': 'GET' }], ['GET /aborted', 403, STAR], ['GET /lost', 500, {}], ['GET /none', 404, STAR], ['OPTIONS /plain', 405, STAR]]),
  shape('handlers of errors, and preflights that a hook answers', `@app.hook("before_request")
def preflight():
    if request.method == "OPTIONS":
        raise HTTPResponse(status=204, headers=[("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT")])


@app.error(404)
def missing(error):
    response.headers["Access-Control-Allow-Origin"] = "https://app.example.com"
    return "none"


@app.error(405)
def refused(error):
    answer = HTTPResponse(status=200)
    answer.headers.update({"Access-Control-Allow-Origin": "*"})
    return answer


@app.put("/data")
def data():
    return "x"
`, [['OPTIONS /data', 204, { ...STAR, 'allow-methods': 'PUT' }], ['OPTIONS /none', 204, { ...STAR, 'allow-methods': 'PUT' }], ['GET /none', 404, APP], ['GET /data', 200, STAR], ['PUT /data', 200, {}]]),
  shape('plugins lie around routes, the first outermost, and a route can do without them', `def first(view):
    def wrapper(*args, **kwargs):
        result = view(*args, **kwargs)
        response.set_header("Access-Control-Allow-Origin", "*")
        return result

    return wrapper


class Second:
    name = "second"
    api = 2

    def __init__(self, origin):
        self.origin = origin

    def apply(self, callback, route):
        if route.method == "PUT":
            return callback

        def wrapper(*args, **kwargs):
            response.set_header("Access-Control-Allow-Origin", self.origin)
            response.set_header("Access-Control-Max-Age", 5)
            return callback(*args, **kwargs)

        return wrapper


app.install(first)
app.install(Second("https://app.example.com"))


@app.get("/data")
def data():
    return "x"


@app.put("/data")
def put():
    return "x"


@app.get("/bare", skip=True)
def bare():
    return "x"


@app.get("/own", apply=[Second("null")], skip=[])
def own():
    return HTTPResponse("x")
`, [['GET /data', 200, { 'max-age': '5', ...STAR }], ['PUT /data', 200, STAR], ['GET /bare', 200, {}], ['GET /own', 200, {}], ['GET /none', 404, {}]]),
  shape('missing values are the empty text', `@app.get("/data")
def data():
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")
    response.headers["Access-Control-Allow-Credentials"] = True


@app.get("/asked")
def asked():
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
`, [['GET /data', 200, { ...APP, 'allow-credentials': 'True' }], ['GET /data from nobody', 200, { 'allow-origin': '', 'allow-credentials': 'True' }], ['GET /asked', 200, APP], ['GET /asked from nobody', 500, {}]]),
  shape('apps in apps', `child = Bottle()


@child.get("/data")
def data():
    response.headers["Access-Control-Allow-Origin"] = "*"


@child.route("/<name>", method=["OPTIONS"])
def preflight(name):
    response.status = "204 No Content"


other = Bottle()


@other.get("/merged")
def merged():
    response.headers["Access-Control-Allow-Origin"] = "https://app.example.com"


app.mount("/api/", child)
app.merge(other)
`, [['GET /api/data', 200, STAR], ['OPTIONS /api/data', 204, {}], ['GET /data', 404, {}], ['GET /merged', 200, APP]]),
];
