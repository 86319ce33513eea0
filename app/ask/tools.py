"""The rules, offered to a chat model as LangChain tools.

May touch: the rules and the tables. Never decides anything itself.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from app.ask.subject import call
from app.interfaces.wire import ServiceDate
from knowledge.decisions import Decision
from knowledge.facts import Frozen
from knowledge.tables import Tables
from knowledge.topics import RULES, Rule

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


@cache
def arguments(rule: Rule) -> type[Frozen]:
    """What the rule takes, and beside it the date whose tables answer."""
    return create_model(
        f"{rule.name}_arguments",
        __base__=rule.takes,
        __doc__=rule.takes.__doc__,
        service_date=(
            ServiceDate,
            Field(None, description="Date of service; its tables answer. None = today."),
        ),
    )


def tools(tables: Tables, today: Callable[[], date]) -> list["StructuredTool"]:
    """One tool for each rule; the content is the verdict, the artifact the decision."""
    return [_tool(rule, tables, today) for rule in RULES.values()]


def _tool(rule: Rule, tables: Tables, today: Callable[[], date]) -> "StructuredTool":
    from langchain_core.tools import StructuredTool

    def decide(service_date: date | None = None, **given: Any) -> tuple[str, Decision]:
        result = call(rule.name, tables.on(service_date or today()), **given).result
        return result.verdict, result

    return StructuredTool.from_function(
        decide,
        name=rule.name,
        description=rule.summary,
        args_schema=arguments(rule),
        response_format="content_and_artifact",
    )
