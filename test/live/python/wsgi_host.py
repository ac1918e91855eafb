"""Serves every program of a folder on a port of its own: `wsgi_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has a WSGI application named `app`. One that cannot be imported answers 500 to everything, and so does
one that throws while it answers.
"""

import importlib
import sys
import threading
import traceback
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def broken(environ, start_response):
    start_response("500 Internal Server Error", [("Content-Length", "0")])
    return [b""]


def program(index: int):
    try:
        return importlib.import_module(f"case_{index}").app
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return broken


def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    threads = []
    for index, port in enumerate(ports):
        server = Server(("127.0.0.1", int(port)), Silent)
        server.set_app(program(index))
        threads.append(threading.Thread(target=server.serve_forever, daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main(sys.argv[1], sys.argv[2:])
