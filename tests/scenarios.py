"""Read the coder's own cases: tests/scenarios/*.toml and the labelled question files."""

import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def cases(name):
    """The [[case]] tables of one file, by its path under tests/ without the ending."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["case"]


def tables(name):
    """Every array of tables of one file, by its path under tests/ without the ending."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
