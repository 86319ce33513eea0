"""`POST /v1/notes` as a program outside the project sees it: names, shapes, status codes."""

from tests.app.client import send

NOTE = (
    "PROCEDURE: Right L4-5 and L5-S1 transforaminal ESI, fluoroscopy\nDX: M54.16\n"
    "Needles to both foramina, contrast 1 mL each, dexamethasone 5 mg each. Images saved."
)
FIELDS = {
    "outcome",
    "facts",
    "lines",
    "procedures",
    "contradictions",
    "queries",
    "assumed",
    "missing_facts",
    "documentation",
    "cautions",
    "services",
    "service_date",
}


def test_a_note_makes_lines_with_steps_and_sources(address):
    reply = send(f"{address}/v1/notes", {"note": NOTE})

    assert reply.status == 200
    assert set(reply.json) == FIELDS
    lines = reply.json["lines"]
    assert [(x["code"], x["units"], x["modifiers"], x["diagnoses"]) for x in lines] == [
        ("64483", 1, ["RT"], ["M54.16"]),
        ("64484", 1, ["RT"], ["M54.16"]),
    ]
    assert all(step["because"] and step["source"] for x in lines for step in x["steps"])
    assert reply.json["procedures"][0]["lines"] == [0, 1]


def test_quotes_are_the_notes_own_words(address):
    found = send(f"{address}/v1/notes", {"note": NOTE}).json

    for fact in found["facts"].values():
        assert set(fact) == {"value", "quote", "start", "end"}
        assert NOTE[fact["start"] : fact["end"]] == fact["quote"]


def test_fields_beside_the_note_change_its_lines(address):
    both = NOTE.replace("Right", "Bilateral")
    sent = {"note": both, "claim": "facility", "place_of_service": "24"}

    lines = send(f"{address}/v1/notes", sent).json["lines"]

    assert [(x["code"], x["modifiers"]) for x in lines] == [
        ("64483", ["RT"]),
        ("64483", ["LT"]),
        ("64484", ["RT"]),
        ("64484", ["LT"]),
    ]


def test_a_note_without_an_approach_has_no_line_and_asks(address):
    text = "Lumbar ESI at L4-5 under fluoroscopy. Needle in, contrast 1 mL, Depo 80 mg. M54.16."

    found = send(f"{address}/v1/notes", {"note": text}).json

    assert found["outcome"] == "needs_facts"
    assert found["lines"] == []
    assert found["procedures"][0]["lines"] == []
    assert "approach" in [m["fact"] for m in found["missing_facts"]]
    assert any("needle" in query for query in found["queries"])


def test_bad_notes_are_problem_documents(address):
    for sent, status in (
        ({"note": ""}, 422),
        ({"note": " \n "}, 422),
        ({"note": "x" * 20001}, 422),
        ({"notes": NOTE}, 422),
        ({"note": NOTE, "state": "Ohio"}, 422),
        ({"note": "x" * 90000}, 413),
    ):
        reply = send(f"{address}/v1/notes", sent)
        assert (reply.status, reply.kind) == (status, "application/problem+json"), sent.keys()
