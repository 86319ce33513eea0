"""A server to be killed: `python -m tests.app.slash.server HOME HOSTS GATE` prints its port.

Answers nothing while the file GATE is not there.
"""

import sys
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.interfaces.engine import Engine
from app.interfaces.problems import install
from app.interfaces.slash.routes import Slash
from app.settings import Settings
from tests.app.slash.doubles import Oracle, redact
from tests.app.slash.fake import SECRET

LEASE = 1.0


def main(home, hosts, gate):
    settings = Settings(home=home, slack_signing_secret=SECRET, slack_hosts=hosts, _env_file=None)
    oracle = Oracle(Path(home))
    oracle.gate.clear()
    engine = Engine(lambda: oracle, settings)
    slash = Slash.of(engine, settings, redact, lease=LEASE)

    def open_gate():
        while not Path(gate).exists():
            time.sleep(0.02)
        oracle.gate.set()

    @asynccontextmanager
    async def lifespan(app):
        engine.start()
        threading.Thread(target=open_gate, daemon=True).start()
        async with slash.running():
            yield

    app = FastAPI(lifespan=lifespan)
    install(app)
    slash.add(app)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))

    def tell():
        while not server.started:
            time.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)

    threading.Thread(target=tell, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
