"""A setting that does not exist, or cannot be, is one clear line with what to do."""

import pytest

from app.settings import WrongSetting, read


def test_an_unknown_name_is_told_with_the_nearest(monkeypatch):
    monkeypatch.setenv("LAMINA_HOEM", "x")

    with pytest.raises(WrongSetting, match="did you mean LAMINA_HOME"):
        read(env_file=None)


@pytest.mark.parametrize(
    "name", ["LAMINA_PORT", "LAMINA_PORT_8000_TCP", "LAMINA_SERVICE_HOST", "LAMINA_SERVICE_PORT"]
)
def test_names_of_an_orchestrator_are_passed_over(name, monkeypatch):
    monkeypatch.setenv(name, "tcp://10.0.0.1:8000")

    assert read(env_file=None).embedder


def test_a_wrong_value_names_the_setting(monkeypatch):
    monkeypatch.setenv("LAMINA_LOG_LEVEL", "LOUD")

    with pytest.raises(WrongSetting, match="LAMINA_LOG_LEVEL is 'LOUD'"):
        read(env_file=None)


def test_an_env_file_is_read_and_checked(tmp_path):
    file = tmp_path / ".env"
    file.write_text("LAMINA_MAX_WAITING=5\n# a comment = fine\n", "utf-8")
    assert read(env_file=str(file)).max_waiting == 5

    file.write_text("LAMINA_MAX_WAITNG=5\n", "utf-8")
    with pytest.raises(WrongSetting, match="LAMINA_MAX_WAITING"):
        read(env_file=str(file))
