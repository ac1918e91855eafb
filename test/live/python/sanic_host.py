"""Serves every program of a folder on a port of its own: `sanic_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has a Sanic application named `app`. One that cannot be imported, or does not start, answers 500 to everything.
"""

import asyncio
import importlib
import socket
import sys
import traceback

import uvicorn
from sanic import Sanic

# Several apps in one process may have the same name, and share the code that Sanic would else rewrite at the first start.
Sanic.test_mode = True


async def broken(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def program(index: int):
    try:
        app = importlib.import_module(f"case_{index}").app
        app.config.TOUCHUP = False
        return app
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return broken


def listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    # Sanic takes its time to start: who connects early waits.
    listener.listen(128)
    return listener


async def serve(app, listener) -> None:
    try:
        await uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off" if app is broken else "on")).serve(sockets=[listener])
    except SystemExit:
        # The app does not start.
        await serve(broken, listener)


async def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    listeners = [listening(int(port)) for port in ports]
    await asyncio.gather(*(serve(program(index), listener) for index, listener in enumerate(listeners)))


asyncio.run(main(sys.argv[1], sys.argv[2:]))
