"""Settings of the chat model: what is wrong is one line at start, and keys are never shown."""

import importlib.util

import pytest

from app.ask import chat_model
from app.doctor import findings
from app.settings import Settings, WrongSetting, read


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for provider in chat_model.PROVIDERS.values():
        monkeypatch.delenv(provider.key or "NONE", raising=False)


def settings(**given):
    return Settings(_env_file=None, **given)


def test_no_model_is_the_default():
    assert chat_model.chat_model(settings()) is None


def test_a_model_of_an_own_server_needs_no_key():
    made = chat_model.chat_model(
        settings(chat_model="openai:small", chat_base_url="http://127.0.0.1:9/v1")
    )

    assert made.name == "openai:small"
    assert made.model.max_retries == 0


@pytest.mark.parametrize(
    "given, told",
    [
        ({"chat_model": "oracle:delphi"}, "oracle: it is one of openai, anthropic, ollama"),
        ({"chat_model": "openai:gpt-5"}, "set OPENAI_API_KEY or LAMINA_CHAT_API_KEY"),
        ({"chat_base_url": "http://127.0.0.1:9/v1"}, "without LAMINA_CHAT_MODEL"),
        ({"chat_reading": True}, "LAMINA_CHAT_READING is set without LAMINA_CHAT_MODEL"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_to_do(given, told):
    with pytest.raises(WrongSetting, match=told):
        chat_model.check(settings(**given))


def test_a_missing_extra_is_told_with_its_command(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(WrongSetting, match=r"run `pip install 'lamina\[ollama\]'`"):
        chat_model.check(settings(chat_model="ollama:small"))


def test_a_name_without_a_provider_is_refused(monkeypatch):
    monkeypatch.setenv("LAMINA_CHAT_MODEL", "gpt-5")

    with pytest.raises(WrongSetting, match="LAMINA_CHAT_MODEL is 'gpt-5'"):
        read(env_file=None)


def test_the_key_of_the_provider_is_enough(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-something")

    assert chat_model.chat_model(settings(chat_model="openai:gpt-5")) is not None


def test_the_doctor_shows_neither_key_nor_address(home):
    given = settings(
        home=home,
        chat_model="openai:gpt-5",
        chat_base_url="http://127.0.0.1:9/secret/v1",
        chat_api_key="sk-very-secret",
    )

    told = "\n".join(f.text for f in findings(given))

    assert "LAMINA_CHAT_API_KEY = (set)" in told
    assert "chat model: openai:gpt-5" in told
    assert "very-secret" not in told
    assert "/secret/" not in told
    assert "very-secret" not in repr(given)


@pytest.mark.parametrize("words", [["serve"], ["ask", "is 77003 billed with 62321?"]])
def test_a_command_ends_with_status_2_and_one_line(words, command, home):
    environment = {"LAMINA_CHAT_MODEL": "oracle:delphi", "LAMINA_HOME": str(home)}

    found = command("app", *words, env=environment)

    assert found.returncode == 2
    assert found.stderr.decode().count("\n") == 1
    assert b"oracle" in found.stderr
