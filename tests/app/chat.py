"""An assistant that writes with a scripted chat model, behind a real server on loopback."""

import dataclasses
import time
from contextlib import contextmanager

from app.ask import chat_model
from app.ask.model.breaker import Breaker
from app.ask.model.writer import ModelWriter
from app.ask.privacy import redact
from app.ask.talk.telling import with_kept
from app.chat_failures import ChatFailures
from app.interfaces.wire import AskRequest
from app.journal import Journal
from app.settings import Settings
from app.wiring import limits
from eval.chat_models.server import serving

NAME = "openai:scripted"


@contextmanager
def written_by(script, assistant, seconds=10.0, clock=time.monotonic, reading=False):
    """(assistant, server): the session's assistant, its writer the scripted model."""
    with serving(script) as server:
        settings = Settings(
            _env_file=None,
            chat_model=NAME,
            chat_base_url=server.base_url,
            chat_seconds=seconds,
            chat_reading=reading,
        )
        journal = Journal(settings.home, "sqlite://")
        writer = ModelWriter(
            chat=chat_model.chat_model(settings),
            quoting=assistant.steps.writer,
            checker=assistant.steps.checker,
            tables=assistant.tables,
            seconds=seconds,
            dress=lambda draft: assistant.steps.spanish.told(with_kept(draft)),
            breaker=Breaker(clock),
            failed=ChatFailures(journal).keep,
            redact=lambda text: redact(text).text,
            orders=lambda words: "order" in limits(assistant.tables).found(words),
        )
        writer.warm()
        steps = dataclasses.replace(assistant.steps, writer=writer)
        yield (
            dataclasses.replace(assistant, steps=steps, chain=steps.runnable(), journal=journal),
            server,
        )


def failures(assistant):
    """The kinds of failures that were kept."""
    return [row["kind"] for row in ChatFailures(assistant.journal).all()]


def streamed(assistant, question, **fields):
    """Events of one question, the answer last."""
    return list(assistant.stream(AskRequest(question=question, **fields)))


def sentences(events):
    """Every sentence that was sent, those that a restart takes back among them."""
    return [data["text"].strip() for name, data in events if name == "sentence"]


def kept(events):
    """The sentences that stand at the end."""
    found = []
    for name, data in events:
        if name == "step" and data["name"] == "restart":
            found = []
        elif name == "sentence":
            found.append(data["text"])
    return found
