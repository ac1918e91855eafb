"""Serves every program of a folder on a port of its own: `django_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program is a settings module. Django has one set of settings in a process, so each program has one of its own,
forked from this one. A program that cannot be imported answers 500 to everything.
"""

import importlib
import os
import sys
import threading
import time
import traceback
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import corsheaders.middleware  # noqa: F401
import django
import django.middleware.common  # noqa: F401
import django.views.generic  # noqa: F401
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


def program(name: str):
    os.environ["DJANGO_SETTINGS_MODULE"] = name
    try:
        importlib.import_module(name)
        return get_wsgi_application()
    except Exception:
        print(name)
        traceback.print_exc()
        return broken


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def serve(index: int, server: Server, parent: int) -> None:
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    sys.stderr = open(os.devnull, "w")
    server.set_app(program(f"case_{index}"))
    server.serve_forever()


def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    parent = os.getpid()
    for index, port in enumerate(ports):
        # It listens before anybody may ask; who asks early waits.
        server = Server(("127.0.0.1", int(port)), Silent)
        if os.fork() == 0:
            serve(index, server, parent)
        server.socket.close()
    while True:
        os.wait()


main(sys.argv[1], sys.argv[2:])
