"""Serves whole Django projects, each on a port of its own: `django_project_host.py FOLDER PORT [FOLDER PORT ...]`.

A project says in its `manage.py` which settings are its own. Each has a process, forked from this one, since Django has
one set of settings in a process. What cannot be imported is told with its folder, and answers 500 to everything.
"""

import os
import re
import sys
import threading
import time
import traceback
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Silent(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def broken(environ, start_response):
    start_response("500 Internal Server Error", [("Content-Length", "0")])
    return [b""]


def application(folder: str):
    sys.path.insert(0, folder)
    for name, value in re.findall(r'setdefault\("(\w+)", "([\w.]+)"\)', Path(folder, "manage.py").read_text()):
        os.environ[name] = value
    try:
        if "DJANGO_CONFIGURATION" in os.environ:
            from configurations.wsgi import get_wsgi_application
        else:
            from django.core.wsgi import get_wsgi_application
        return get_wsgi_application()
    except Exception:
        print(f"broken: {folder}")
        traceback.print_exc()
        return broken


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def serve(folder: str, server: Server, parent: int) -> None:
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    server.set_app(application(folder))
    sys.stdout.flush()
    sys.stderr = open(os.devnull, "w")
    server.serve_forever()


def main(arguments: list[str]) -> None:
    parent = os.getpid()
    for folder, port in zip(arguments[::2], arguments[1::2]):
        # It listens before anybody may ask; who asks early waits.
        server = Server(("127.0.0.1", int(port)), Silent)
        if os.fork() == 0:
            serve(folder, server, parent)
        server.socket.close()
    while True:
        os.wait()


main(sys.argv[1:])
