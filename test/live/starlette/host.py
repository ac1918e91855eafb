"""Serves every program of a folder on a port of its own: `host.py FOLDER PORT...`, `case_0.py` on the first port."""

import asyncio
import importlib
import sys

import uvicorn


async def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    servers = []
    for index, port in enumerate(ports):
        app = importlib.import_module(f"case_{index}").app
        servers.append(uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=int(port), log_level="critical", lifespan="off")))
    await asyncio.gather(*(server.serve() for server in servers))


asyncio.run(main(sys.argv[1], sys.argv[2:]))
