"""How a chat model can fail, and what the asker is told. No words of asker or model are held."""

from typing import Literal

Kind = Literal[
    "time",
    "busy",
    "key",
    "server",
    "connection",
    "cut_off",
    "refused",
    "empty",
    "malformed",
    "tools",
    "resting",
    "unsupported",
]

TOLD: dict[Kind, str] = {
    "time": "did not answer in time",
    "busy": "takes no more questions at the moment",
    "key": "did not accept its key",
    "server": "failed",
    "connection": "could not be reached",
    "cut_off": "broke off",
    "refused": "declined to write",
    "empty": "wrote nothing",
    "malformed": "sent a reply that could not be read",
    "tools": "only looked things up and wrote nothing",
    "resting": "rests for a minute after several failures",
    "unsupported": "wrote a sentence that its evidence does not back",
}


class ModelFailure(Exception):
    """The model gave nothing that can be shown."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        self.kind, self.detail = kind, detail
        """Detail: the class of an error or the kinds of problems, never words of a text."""
        super().__init__(f"{kind} {detail}".strip())


def caution(kind: Kind) -> tuple[str, str]:
    """The one caution line, without a source."""
    return f"The chat model {TOLD[kind]}, so this answer quotes rules and guides.", ""


def failure_of(why: BaseException) -> ModelFailure:
    """Any client's error by its status or its name; nothing of its message is kept."""
    name = type(why).__name__
    if isinstance(why, ModelFailure):
        return why
    if isinstance(why, TimeoutError) or "Timeout" in name:
        return ModelFailure("time", name)
    status = getattr(why, "status_code", None) or getattr(
        getattr(why, "response", None), "status_code", None
    )
    if isinstance(status, int):
        if status == 429:
            return ModelFailure("busy", name)
        if status in (401, 403):
            return ModelFailure("key", name)
        return ModelFailure("server", f"{name} {status}")
    if any(word in name for word in ("Connect", "Network")) or isinstance(why, OSError):
        return ModelFailure("connection", name)
    if any(word in name for word in ("Protocol", "ReadError", "Incomplete")):
        return ModelFailure("cut_off", name)
    return ModelFailure("malformed", name)
