"""Serves every program of a folder on a port of its own: `http_server_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has a class of request handlers named `app`.
"""

import importlib
import os
import sys
import threading
from http.server import ThreadingHTTPServer


def serve(index: int, port: int) -> ThreadingHTTPServer:
    handler = importlib.import_module(f"case_{index}").app
    handler.log_message = lambda self, *args: None
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[1])
for file in ("data",):
    with open(file, "w") as opened:
        opened.write("")
servers = [serve(index, int(port)) for index, port in enumerate(sys.argv[2:])]
threading.Event().wait()
