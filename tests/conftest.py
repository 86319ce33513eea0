"""One assistant for the whole run, on a home of its own, its clock stopped; no network.

Every socket but loopback and Unix is blocked before anything else is imported.
"""

import os
import sys
from datetime import date
from pathlib import Path

OFFLINE = str(Path(__file__).parent / "offline")
sys.path.insert(0, OFFLINE)
# subprocesses are blocked too: Python imports sitecustomize from PYTHONPATH
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (OFFLINE, os.environ.get("PYTHONPATH"))))
for name in [n for n in os.environ if n.startswith("LAMINA_")]:
    del os.environ[name]
sys.modules.pop("sitecustomize", None)
import pytest  # noqa: E402
import sitecustomize  # noqa: E402, F401

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """LAMINA_HOME with model and index built once."""
    return tmp_path_factory.mktemp("home") / ".lamina"


@pytest.fixture(scope="session")
def assistant(home):
    """The real thing: real tables, real index, real embedder."""
    from app.settings import Settings
    from app.wiring import assistant as wire

    built = wire(Settings(home=home, _env_file=None), today=lambda: TODAY)
    yield built
    built.close()


@pytest.fixture(scope="session")
def ask(assistant):
    """ask("…", payer="medicare") -> Answer."""
    from app.interfaces.wire import AskRequest

    return lambda question, **fields: assistant.ask(AskRequest(question=question, **fields))


@pytest.fixture(scope="session")
def draft_of(assistant):
    """The checked-in-progress draft of a question: read, gathered, written."""
    from app.ask.turn import Question

    def write(text):
        steps = assistant.steps
        return steps.write(steps.gather(steps.read(Question(text=text, today=TODAY))))

    return write


@pytest.fixture(scope="session")
def command():
    """command("app", "ask", "…", input=b"…", env={…}) -> the finished process, in bytes."""
    from tests.commands import Commands

    commands = Commands()
    yield commands.run
    commands.close()


@pytest.fixture(scope="session")
def serve():
    """serve(app) -> base address of a real server on loopback, stopped at the end."""
    import threading
    import time

    import uvicorn

    servers = []

    def start(app):
        config = uvicorn.Config(app, port=0, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        servers.append((server, thread))
        port = server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def address(assistant, home, serve):
    """A server that answers with the session's assistant."""
    from app.interfaces.http import create
    from app.settings import Settings

    app = create(lambda: assistant, Settings(home=home, _env_file=None))
    base = serve(app)
    assert app.state.engine.settled.wait(10)
    return base
