"""Nothing documented can rot: generated parts are current, names are mentioned."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings
from knowledge.topics import RULES

ROOT = Path(__file__).parent.parent
COMMANDS = ("ask", "chat", "note", "serve", "ingest", "guides", "claim", "rows", "doctor")


@pytest.mark.parametrize(
    "name", ["README.md", "knowledge/README.md", "eval/README.md", "app/README.md"]
)
def test_generated_parts_are_current(name, assistant, home, monkeypatch):
    monkeypatch.setenv("LAMINA_HOME", str(home))

    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", name],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert checked.returncode == 0, f"run `python -m cogapp -r {name}`\n{checked.stdout}"


def test_every_setting_tool_and_command_is_mentioned():
    text = (ROOT / "README.md").read_text("utf-8")

    for field in Settings.model_fields:
        assert f"`{PREFIX}{field.upper()}`" in text
    for name in RULES:
        assert f"`{name}`" in text
    for command in COMMANDS:
        assert f"`lamina {command}`" in text


def test_every_file_named_in_the_readmes_is_there():
    for readme in ROOT.glob("**/README.md"):
        if ".venv" in readme.parts:
            continue
        for name in re.findall(r"\]\(([\w/.]+)\)", readme.read_text("utf-8")):
            assert (readme.parent / name).exists(), (readme.name, name)
