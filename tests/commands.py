"""`lamina` and `lamina-eval` as real processes that need not be started anew each time.

One parent imports the commands and reads the tables once; each command is a fork of it, with its
own arguments, environment, standard streams, exit and end of the interpreter. What a cold start
alone can show (what `--help` loads, that a blocked process answers) is tested apart.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


class Commands:
    """The parent, started when the first command is run."""

    def __init__(self):
        self._parent = None

    def run(self, module, *words, input=b"", env=None, cwd=None):
        """One command to its end: subprocess.run([python, "-m", module, *words]) in bytes."""
        if self._parent is None:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.commands"],
                cwd=Path(__file__).parent.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        with tempfile.TemporaryDirectory() as folder:
            streams = {name: str(Path(folder) / name) for name in ("in", "out", "err")}
            Path(streams["in"]).write_bytes(input)
            asked = {
                "module": module,
                "words": [os.fsdecode(word) for word in words],
                "env": {**os.environ, **(env or {})},
                "cwd": str(cwd or Path.cwd()),
                **streams,
            }
            self._parent.stdin.write(json.dumps(asked).encode() + b"\n")
            self._parent.stdin.flush()
            status = int(self._parent.stdout.readline())
            out, err = (Path(streams[name]).read_bytes() for name in ("out", "err"))
        return subprocess.CompletedProcess([module, *words], status, out, err)

    def close(self):
        if self._parent is not None:
            self._parent.stdin.close()
            self._parent.wait(10)
            self._parent.stdout.close()


def _become(asked):
    """Be the command, in a fork: its streams, environment, folder and arguments."""
    modes = {"in": os.O_RDONLY, "out": os.O_WRONLY | os.O_CREAT, "err": os.O_WRONLY | os.O_CREAT}
    for number, (name, mode) in enumerate(modes.items()):
        os.dup2(os.open(asked[name], mode), number)
    plain = {"encoding": sys.stdin.encoding, "errors": sys.stdin.errors}
    sys.stdin = open(0, closefd=False, **plain)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = [asked["module"], *asked["words"]]


def _main():
    # loaded once for every fork
    import app.claims.batch
    import app.claims.reading
    import app.claims.writing
    import app.interfaces.problems
    import app.wiring  # noqa: F401
    from app.interfaces import cli
    from eval import cli as eval_cli
    from knowledge.tables import load

    load()
    gc.freeze()  # so that no fork copies what it only reads
    mains = {"app": cli.main, "eval": eval_cli.main}
    # not sys.stdin, whose buffer a fork would share
    with os.fdopen(os.dup(0), "rb") as requests:
        for line in requests:
            asked = json.loads(line)
            child = os.fork()
            if not child:
                break
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            return
    _become(asked)
    mains[asked["module"]]()


if __name__ == "__main__":
    _main()
