"""The chat model named in the settings, or none.

The only place that makes one. A provider that is not known, an extra that is not installed
or a key that is not set is told in one line at start; nothing is sent anywhere here.
"""

import importlib.util
import os
from dataclasses import dataclass, field
from typing import Any

from app.settings import Settings, WrongSetting


@dataclass(frozen=True)
class Provider:
    """What a provider needs."""

    package: str
    key: str
    """Variable of its key; empty = it takes none."""


PROVIDERS = {
    "openai": Provider("langchain_openai", "OPENAI_API_KEY"),
    "anthropic": Provider("langchain_anthropic", "ANTHROPIC_API_KEY"),
    "ollama": Provider("langchain_ollama", ""),
}
"""Providers with an extra of the same name in pyproject.toml."""
LOCAL_KEY = "none"
"""Sent to a server of one's own that asks for no key."""


@dataclass(frozen=True)
class ChatModel:
    """A chat model, and how long it may take."""

    name: str
    """As the setting has it; shown as the writer of what it wrote."""
    model: Any = field(repr=False)
    """A LangChain chat model."""
    seconds: float
    reading: bool = False


def check(settings: Settings) -> None:
    """Raises WrongSetting with what is wrong and what to do."""
    if not settings.chat_model:
        for name in ("chat_base_url", "chat_reading"):
            if getattr(settings, name):
                raise WrongSetting(
                    f"LAMINA_{name.upper()} is set without LAMINA_CHAT_MODEL: "
                    "name the model as provider:name."
                )
        return
    named = settings.chat_model.split(":", 1)[0]
    provider = PROVIDERS.get(named)
    if provider is None:
        raise WrongSetting(
            f"LAMINA_CHAT_MODEL names the provider {named}: it is one of {', '.join(PROVIDERS)}."
        )
    if importlib.util.find_spec(provider.package) is None:
        raise WrongSetting(
            f"LAMINA_CHAT_MODEL needs the package {provider.package.replace('_', '-')}: "
            f"run `pip install 'lamina[{named}]'`."
        )
    given = settings.chat_api_key.get_secret_value() or os.environ.get(provider.key, "")
    if provider.key and not given and not settings.chat_base_url:
        raise WrongSetting(
            f"LAMINA_CHAT_MODEL {settings.chat_model} needs a key: "
            f"set {provider.key} or LAMINA_CHAT_API_KEY."
        )


def chat_model(settings: Settings) -> ChatModel | None:
    """The model of the settings, or None. Raises WrongSetting."""
    check(settings)
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    named, name = settings.chat_model.split(":", 1)
    # no retries of the client's own: each would use up the asker's time unseen
    given: dict[str, Any] = {}
    if named != "ollama":
        given |= {"max_retries": 0, "timeout": settings.chat_seconds}
    if named == "openai":
        # a server of one's own speaks the chat completions, seldom the newer responses
        given["use_responses_api"] = False
    if settings.chat_base_url:
        given["base_url"] = settings.chat_base_url
    key = settings.chat_api_key.get_secret_value()
    provider = PROVIDERS[named]
    if not key and not os.environ.get(provider.key, "") and settings.chat_base_url:
        key = LOCAL_KEY
    if provider.key and key:
        given["api_key"] = key
    try:
        model = init_chat_model(name, model_provider=named, **given)
    except Exception as why:
        told = " ".join(str(why).split())[:200]
        raise WrongSetting(f"LAMINA_CHAT_MODEL {settings.chat_model}: {told}") from why
    return ChatModel(settings.chat_model, model, settings.chat_seconds, settings.chat_reading)
