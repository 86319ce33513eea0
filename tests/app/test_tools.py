"""The rules as LangChain tools: typed, closed to unknown arguments, same decisions."""

import pytest
from pydantic import ValidationError

from app.ask.subject import call
from app.ask.tools import tools
from knowledge.topics import RULES
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def offered(assistant):
    return {tool.name: tool for tool in tools(assistant.tables, lambda: TODAY)}


def test_every_rule_is_offered_with_typed_arguments(offered):
    assert set(offered) == set(RULES)
    for tool in offered.values():
        schema = tool.args_schema.model_json_schema()
        assert schema["additionalProperties"] is False
        assert all(
            p.get("description") or "$ref" in str(p) or p for p in schema["properties"].values()
        )


def test_a_tool_call_gives_the_verdict_and_the_decision(offered, assistant):
    facts = {"region": "cervical", "approach": "interlaminar", "imaging": "fluoroscopy"}
    message = offered["select_code"].invoke(
        {"type": "tool_call", "id": "1", "name": "select_code", "args": facts}
    )

    decided = call("select_code", assistant.tables.on(TODAY), **facts).result
    assert message.content == decided.verdict
    assert message.artifact == decided


def test_an_unknown_argument_is_refused_not_dropped(offered):
    with pytest.raises(ValidationError):
        offered["select_code"].invoke({"aproach": "interlaminar"})


def test_an_undecided_tool_says_what_is_missing(offered):
    message = offered["select_code"].invoke(
        {"type": "tool_call", "id": "1", "name": "select_code", "args": {"region": "cervical"}}
    )

    assert {m.fact for m in message.artifact.missing} == {"approach", "imaging"}
