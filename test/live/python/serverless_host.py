"""Serves every program of a folder as serverless functions are served: `serverless_host.py FOLDER PORT...`.

`case_0.py` on the first port. A program has a function `lambda_handler`, whose answer is what API Gateway makes of its
result (`headers`, then `multiValueHeaders`; a function that fails is a 502); or an application `app` of Chalice, of which
OPTIONS is answered as the template says that `chalice package` writes; or a function `main` of Azure or Google Cloud.
"""

import importlib
import json
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def event_of(method, path, headers):
    """Payload 1.0, with what 2.0 has beside it."""
    return {
        "version": "1.0",
        "resource": path,
        "path": path,
        "rawPath": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"stage": "$default", "httpMethod": method, "path": path, "resourcePath": path, "http": {"method": method, "path": path}, "requestId": "1"},
        "body": None,
        "isBase64Encoded": False,
    }


class Context:
    function_name = "function"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:function"
    aws_request_id = "1"


def text_of(value):
    return value if isinstance(value, str) else json.dumps(value)


def answered(function):
    def answer(method, path, headers):
        result = json.loads(json.dumps(function(event_of(method, path, headers), Context())))
        lines = [(name, text_of(value)) for name, value in (result.get("headers") or {}).items() if value is not None]
        for name, values in (result.get("multiValueHeaders") or {}).items():
            lines = [line for line in lines if line[0].lower() != name.lower()] + [(name, text_of(value)) for value in values]
        return int(result["statusCode"]), lines

    return answer


def chalice(app):
    from chalice.config import Config
    from chalice.deploy.swagger import CFNSwaggerGenerator
    from chalice.local import LambdaContext, LocalGateway, RouteMatcher

    gateway = LocalGateway(app, Config())
    paths = {}
    for path, views in app.routes.items():
        documented = {}
        generator = CFNSwaggerGenerator()
        for view in views.values():
            if view.cors is not None:
                methods = [name for name, one in views.items() if one.cors is not None]
                documented.clear()
                generator._add_preflight_request(view.cors, methods, documented)
        paths[path] = documented

    def answer(method, path, headers):
        try:
            route = RouteMatcher(list(app.routes)).match_route(path).route
        except ValueError:
            return 403, []
        if method not in app.routes[route]:
            mock = paths[route].get("options") if method == "OPTIONS" else None
            if mock is None:
                return 403, []
            parameters = mock["x-amazon-apigateway-integration"]["responses"]["default"]["responseParameters"]
            return 200, [(name.rsplit(".", 1)[1], value[1:-1]) for name, value in parameters.items()]
        response = gateway.handle_request(method, path, headers, b"")
        lines = [(name, text_of(value)) for name, value in response["headers"].items()]
        for name, values in response.get("multiValueHeaders", {}).items():
            lines += [(name, text_of(value)) for value in values]
        return response["statusCode"], lines

    return answer


def azure(function):
    import azure.functions

    def answer(method, path, headers):
        response = function(azure.functions.HttpRequest(method, f"https://function.example{path}", headers=headers, body=b""))
        return response.status_code, list(response.headers.items())

    return answer


def google(file):
    import functions_framework

    application = functions_framework.create_app("main", file)

    def answer(method, path, headers):
        response = application.test_client().open(path, method=method, headers=headers)
        return response.status_code, [(name, value) for name, value in response.headers if name != "Content-Length"]

    return answer


def program(index):
    try:
        module = importlib.import_module(f"case_{index}")
        if hasattr(module, "lambda_handler"):
            return answered(module.lambda_handler)
        if hasattr(module, "app"):
            return chalice(module.app)
        return azure(module.main) if hasattr(module, "func") else google(module.__file__)
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return lambda method, path, headers: (502, [])


def handler_of(answer):
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            try:
                status, lines = answer(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
            except Exception:
                status, lines = 502, []
            self.send_response(status)
            for name, value in lines:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format, *args):
            pass

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    return Handler


def main(folder, ports):
    sys.path.insert(0, folder)
    servers = [ThreadingHTTPServer(("127.0.0.1", int(port)), handler_of(program(index))) for index, port in enumerate(ports)]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main(sys.argv[1], sys.argv[2:])
