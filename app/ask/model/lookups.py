"""The tools a chat model may call while it writes: rows by code, never a case of its own.

Their rows join the evidence under marks. The date of service is that of the question: a model
cannot move it. Tools that count doses, minutes, sessions or claim lines are not offered, since
their rows would speak of figures that nobody gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.ask.model import prompt
from app.ask.model.shelf import Shelf
from app.ask.tools import tools
from app.ask.turn import Call
from knowledge.tables import Tables

OFFERED = (
    "select_code",
    "modifiers",
    "bundling",
    "units",
    "documentation",
    "diagnosis",
    "prior_authorization",
    "payment",
    "coverage",
    "denials",
    "compare",
    "imaging",
)


def offered(tables: Tables) -> dict[str, Any]:
    """The tools by name. Every call of them is given its date."""
    return {tool.name: tool for tool in tools(tables, _undated) if tool.name in OFFERED}


def _undated() -> date:
    raise AssertionError("a lookup without a date")


@dataclass
class Lookups:
    """Tool calls of one answer."""

    tools: Mapping[str, Any]
    on: date
    shelf: Shelf
    made: list[Call] = field(default_factory=list)

    def answer(self, asked: Mapping[str, Any]) -> Any:
        """One tool call as a tool message: rows with their marks, or what is wrong with it."""
        from langchain_core.messages import ToolMessage
        from langsmith import tracing_context

        tool = self.tools.get(asked["name"])
        if tool is None:
            return ToolMessage("There is no such tool.", tool_call_id=str(asked.get("id")))
        given = dict(asked["args"]) | {"service_date": str(self.on)}
        try:
            with tracing_context(enabled=False):
                told = tool.invoke(
                    {"type": "tool_call", "id": asked.get("id"), "name": tool.name, "args": given},
                    config={"callbacks": []},
                )
        except Exception as why:
            text = f"{tool.name} cannot take these arguments: {type(why).__name__}."
            return ToolMessage(text, tool_call_id=str(asked.get("id")))
        call = Call(tool=tool.name, arguments=given, result=told.artifact)
        self.made.append(call)
        marks = self.shelf.decide(call)
        rows = [prompt.line(mark, self.shelf.items[mark - 1]) for mark in marks]
        return ToolMessage("\n".join(rows) or "No row.", tool_call_id=str(asked.get("id")))
