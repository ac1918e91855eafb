"""Serves every program of a folder on a port of its own: `aiohttp_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has an aiohttp application named `app`. One that cannot be imported answers 500 to everything.
"""

import asyncio
import importlib
import logging
import sys
import traceback

from aiohttp import web


async def fail(request):
    return web.Response(status=500)


def broken():
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", fail)
    return app


def program(index: int):
    try:
        return importlib.import_module(f"case_{index}").app
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return broken()


async def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    logging.disable(logging.CRITICAL)
    for index, port in enumerate(ports):
        runner = web.AppRunner(program(index), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(port)).start()
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2:]))
