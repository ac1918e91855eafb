"""Serves programs on ports of their own: `environment_host.py PROGRAMS`, a list in JSON.

Each has a `folder`, a `module` with an application named `app` (`kind` is `asgi` or `wsgi`) or with settings of Django
(`django`), a `port`, and perhaps an `env` of variables that are set. Each runs in a process of its own, forked from this
one. A program that cannot be imported answers 500 to everything, and its folder is printed.
"""

import importlib
import json
import os
import sys
import threading
import time
import traceback
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import corsheaders.middleware  # noqa: F401
import django.middleware.common  # noqa: F401
import fastapi.middleware.cors  # noqa: F401
import flask_cors  # noqa: F401
import pydantic_settings  # noqa: F401
import uvicorn
from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Silent(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def broken(environ, start_response):
    start_response("500 Internal Server Error", [("Content-Length", "0")])
    return [b""]


def loaded(kind: str, module: str):
    if kind != "django":
        return importlib.import_module(module).app
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    importlib.import_module(module)
    return get_wsgi_application()


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def serve(program: dict, server: Server, parent: int) -> None:
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    os.chdir(program["folder"])
    sys.path.insert(0, program["folder"])
    os.environ.update(program.get("env", {}))
    kind = program["kind"]
    try:
        app = loaded(kind, program["module"])
    except Exception:
        print(program["folder"])
        traceback.print_exc()
        sys.stdout.flush()
        kind, app = "wsgi", broken
    if kind == "asgi":
        uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off")).run(sockets=[server.socket])
        return
    server.set_app(app)
    server.serve_forever()


def main(programs: list) -> None:
    parent = os.getpid()
    for program in programs:
        # It listens before anybody may ask; who asks early waits.
        server = Server(("127.0.0.1", program["port"]), Silent)
        if os.fork() == 0:
            serve(program, server, parent)
            os._exit(0)
        server.socket.close()
    while True:
        os.wait()


main(json.loads(sys.argv[1]))
