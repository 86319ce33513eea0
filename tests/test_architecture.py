"""The architecture is a test: what imports what, what stays light, what stays pure."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("knowledge", "ingest", "app", "eval")
HEAVY = {
    "torch",
    "chromadb",
    "langchain_core",
    "langchain",
    "fastapi",
    "sqlalchemy",
    "scipy",
    "numpy",
    "onnxruntime",
    "sentence_transformers",
}


def sources():
    return [p for package in PACKAGES for p in (ROOT / package).rglob("*.py")]


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from app.interfaces.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = set(found.stdout.split("LOADED", 1)[1].split())

    assert loaded & HEAVY == set()
    assert "ask" in found.stdout


def test_every_module_tells_what_it_is():
    for path in sources():
        text = path.read_text("utf-8")
        assert not text.strip() or text.startswith('"""'), path


def test_files_stay_small():
    sizes = sorted(len(p.read_text("utf-8").splitlines()) for p in sources() if p.stat().st_size)

    assert sizes[len(sizes) // 2] <= 150
    assert sizes[int(len(sizes) * 0.9)] <= 400


def test_one_clock_and_no_absolute_path():
    for path in sources():
        text = path.read_text("utf-8")
        if path.name != "wiring.py":
            assert "date.today(" not in text, path
        assert not re.search(r"[\"'](/home/|/root/|/Users/|/work/)", text), path


def test_the_weights_are_named_nowhere_but_in_one_file():
    named = [p.name for p in sources() if "model.safetensors" in p.read_text("utf-8")]

    assert named == ["embedding.py"]
