"""Serves every program of a folder on a port of its own: `asgi_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has an ASGI application named `app`. One that cannot be imported answers 500 to everything.
"""

import asyncio
import importlib
import socket
import sys
import traceback

import uvicorn


async def broken(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def program(index: int):
    try:
        return importlib.import_module(f"case_{index}").app
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return broken


def listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


async def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    listeners = [listening(int(port)) for port in ports]
    configurations = [uvicorn.Config(program(index), log_level="critical", lifespan="off") for index in range(len(ports))]
    await asyncio.gather(*(uvicorn.Server(one).serve(sockets=[listener]) for one, listener in zip(configurations, listeners)))


asyncio.run(main(sys.argv[1], sys.argv[2:]))
