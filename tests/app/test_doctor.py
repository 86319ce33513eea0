"""The doctor says what is wrong and what mends it, and never raises."""

from app.doctor import findings
from app.settings import Settings


def texts(found):
    return "\n".join(f.text for f in found)


def test_a_sound_installation_is_fine(home, assistant):
    found = list(findings(Settings(home=home, _env_file=None)))

    assert [f.text for f in found if not f.fine] == []
    for field in Settings.model_fields:
        assert f"LAMINA_{field.upper()} = " in texts(found)
    assert f"index {assistant.index.manifest.id}" in texts(found)


def test_a_missing_index_is_told_with_the_command(tmp_path, home, assistant):
    import shutil

    empty = tmp_path / "home"
    shutil.copytree(home / "model", empty / "model")
    (empty).chmod(0o700)

    bad = [f.text for f in findings(Settings(home=empty, _env_file=None)) if not f.fine]

    assert len(bad) == 1
    assert "lamina ingest" in bad[0]


def test_a_database_that_cannot_be_opened_is_told(home, assistant):
    settings = Settings(home=home, database_url="sqlite:////nowhere/at/all.db", _env_file=None)

    bad = [f.text for f in findings(settings) if not f.fine]

    assert len(bad) == 1
    assert bad[0].startswith("journal")
    assert "/nowhere" not in texts(f for f in findings(settings) if "DATABASE_URL" in f.text)
