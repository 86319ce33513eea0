"""How often a chat model failed, and how: a table of the journal. Holds no word of anybody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import structlog

from app.journal import Journal

log = structlog.get_logger("lamina.chat")


@dataclass(frozen=True)
class ChatFailures:
    """Keeps failures beside the answers; one that cannot be kept is logged all the same."""

    journal: Journal

    @cached_property
    def _table(self) -> Any:
        from sqlalchemy import Column, Integer, MetaData, String, Table

        metadata = MetaData()
        table = Table(
            "chat_failures",
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=True),
            Column("at", String(32), nullable=False),
            Column("model", String(160), nullable=False),
            Column("kind", String(16), nullable=False),
            Column("detail", String(160), nullable=False),
        )
        metadata.create_all(self.journal.engine)
        return table

    def keep(self, model: str, kind: str, detail: str) -> None:
        """Log and write one failure. Never raises."""
        log.warning("chat model failed", model=model, kind=kind, detail=detail)
        try:
            row = {"model": model[:160], "kind": kind, "detail": detail[:160]}
            at = datetime.now(UTC).isoformat(timespec="seconds")
            with self.journal.engine.begin() as connection:
                connection.execute(self._table.insert().values(at=at, **row))
        except Exception as why:
            log.error("chat failure not kept", type=type(why).__name__)

    def all(self) -> list[dict[str, Any]]:
        """Every failure kept, the oldest first."""
        with self.journal.engine.connect() as connection:
            found = connection.execute(self._table.select().order_by(self._table.c.id)).mappings()
            return [dict(row) for row in found]
