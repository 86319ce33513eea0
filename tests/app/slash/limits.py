"""What Slack takes: its own block models, and the limits they do not check."""

import json
import re

from slack_sdk.models.blocks import Block

SAFE = re.compile(r"<https?://[^<>|\s]+\|[^<>|]*>")


def check(message):
    """Raise when Slack would refuse the message, or when it would ping anybody."""
    blocks = message["blocks"]
    for block, parsed in zip(blocks, Block.parse_all(blocks), strict=True):
        parsed.validate_json()
        assert parsed.to_dict()["type"] == block["type"]
    assert message["response_type"] in ("ephemeral", "in_channel")
    assert 0 < len(blocks) <= 50
    assert len(json.dumps(message, ensure_ascii=False)) <= 11500
    for told in texts(message):
        assert 0 < len(told) <= 2900
        bare = SAFE.sub("", told)
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", bare), told
        assert not re.search(r"@(channel|here|everyone)", bare, re.I), told
    for block in blocks:
        for element in block.get("elements", ()):
            if element["type"] == "static_select":
                assert 0 < len(element["options"]) <= 100
                assert all(len(o["value"]) <= 150 for o in element["options"])
                assert all(len(o["text"]["text"]) <= 75 for o in element["options"])
            if element["type"] == "button":
                assert len(element["value"]) <= 2000
                assert len(element["text"]["text"]) <= 75
        if block["type"] == "context":
            assert len(block["elements"]) <= 10
        if block["type"] == "actions":
            assert 0 < len(block["elements"]) <= 25
            ids = [e["action_id"] for e in block["elements"]]
            assert len(ids) == len(set(ids))


def texts(message):
    """Every marked-up text of a message."""
    yield message["text"]
    for block in message["blocks"]:
        for part in (block.get("text"), *block.get("elements", ())):
            if part and part.get("type") == "mrkdwn":
                assert part["verbatim"] is True
                yield part["text"]


def said(message):
    """All of a message as one text, without marks."""
    return re.sub(r"[*\u2060]", "", "\n".join(texts(message)))
