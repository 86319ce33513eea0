"""Measure the server beside the plainest retriever, side by side in one run.

`python -m eval.speed.measure [RUNS]` prints the median of several runs of: seconds from
start to ready, median and 95th percentile of POST /v1/ask in milliseconds, and peak
memory in MB. Asks the questions of tests/ingest/questions.toml when they are there.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

SERVERS = {
    "lamina": ["-m", "app", "serve", "--port"],
    "plain LangChain + Chroma": ["-m", "eval.speed.plain"],
}
LABELLED = Path("tests/ingest/questions.toml")
FEW = ["does 62321 need a modifier?", "can I bill 77003 with 62321?", "what is the CESI code?"]


@dataclass(frozen=True)
class Figures:
    """One run of one server."""

    ready_s: float
    p50_ms: float
    p95_ms: float
    peak_mb: float


def questions() -> list[str]:
    """The labelled questions, or a few when they are not at hand."""
    if not LABELLED.is_file():
        return FEW * 20
    return [c["question"] for c in tomllib.loads(LABELLED.read_text("utf-8"))["case"]]


def run(arguments: list[str], asked: list[str]) -> Figures:
    """Start a server, ask it everything twice, and stop it; the second time is timed."""
    port = _free_port()
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, *arguments, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "LAMINA_LOG_LEVEL": "ERROR"},
    )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        ready = time.perf_counter() - started
        _ask_all(port, asked[:20])
        times = sorted(_ask_all(port, asked))
        peak = _peak_mb(server.pid)
    finally:
        server.terminate()
        server.wait(20)
    return Figures(ready, statistics.median(times), times[int(len(times) * 0.95)], peak)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def _wait(url: str, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{url} was not ready within {seconds:.0f} s")


def _ask_all(port: int, asked: list[str]) -> list[float]:
    times = []
    for question in asked:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/ask",
            json.dumps({"question": question}).encode(),
            {"Content-Type": "application/json"},
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _peak_mb(pid: int) -> float:
    """Peak resident memory of a running process; 0 where /proc is not at hand."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next(int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM"))


def main(runs: int) -> None:
    asked = questions()
    found: dict[str, list[Figures]] = {name: [] for name in SERVERS}
    for _ in range(runs):
        for name, arguments in SERVERS.items():
            found[name].append(run(arguments, asked))
    print(f"{len(asked)} questions, median of {runs} runs")
    for name, figures in found.items():
        ready, p50, p95, peak = (
            statistics.median(getattr(f, field) for f in figures)
            for field in ("ready_s", "p50_ms", "p95_ms", "peak_mb")
        )
        print(
            f"{name}: ready {ready:.2f} s, p50 {p50:.1f} ms, p95 {p95:.1f} ms, peak {peak:.0f} MB"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
