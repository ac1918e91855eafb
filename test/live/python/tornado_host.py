"""Serves every program of a folder on a port of its own: `tornado_host.py FOLDER PORT...`, `case_0.py` on the first port.

Each program has a Tornado application named `app`. One that cannot be imported answers 500 to everything.
"""

import asyncio
import importlib
import logging
import sys
import traceback

import tornado.web


class Broken(tornado.web.RequestHandler):
    def prepare(self):
        raise tornado.web.HTTPError(500)


def program(index: int):
    try:
        return importlib.import_module(f"case_{index}").app
    except Exception:
        print(f"case_{index}")
        traceback.print_exc()
        return tornado.web.Application([(r".*", Broken)])


async def main(folder: str, ports: list[str]) -> None:
    sys.path.insert(0, folder)
    logging.disable(logging.CRITICAL)
    for index, port in enumerate(ports):
        program(index).listen(int(port), address="127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2:]))
