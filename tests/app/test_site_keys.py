"""Who may ask over HTTP: site keys bound to origins, the own page, callers without an Origin."""

import pytest

from app.interfaces.http import create
from app.settings import Settings, WrongSetting, read
from app.sites import called_by, read_hosts, read_sites
from tests.app.client import send

KEY, SITE = "pk_clinic_0001", "https://clinic.example"
KEYS = (
    f"{KEY}={SITE},https://*.clinic.example,http://127.0.0.1:9; pk_other_0002=https://other.example"
)
SESSION = "s" * 32
ASK = {"question": "does 62321 need a modifier?"}


@pytest.fixture(scope="module")
def site(assistant, home, serve):
    """A server with two site keys and one more name."""
    settings = Settings(home=home, site_keys=KEYS, hosts="coding.example", _env_file=None)
    app = create(lambda: assistant, settings)
    base = serve(app)
    assert app.state.engine.settled.wait(10)
    return base


def keyed(origin=SITE, key=KEY, session=SESSION):
    named = {"origin": origin, "x_lamina_site_key": key, "x_lamina_session": session}
    return {name: value for name, value in named.items() if value is not None}


# --- the setting ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://clinic.example",
        "HTTPS://Clinic.example",
        "https://clinic.example:443",
        "https://*.clinic.example",
        "http://localhost:3000",
        "http://[::1]:8080",
        "http://10.0.0.7",
    ],
)
def test_an_origin_as_a_browser_writes_it_is_taken(origin):
    (bound,) = read_sites(f"{KEY}={origin}").origins[KEY]

    assert bound == origin.lower().removesuffix(":443")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pk_clinic_0001", "names no origin"),
        ("pk_clinic_0001=", "bound to no origin"),
        ("short=https://a.example", "8 to 64"),
        ("pk clinic 01=https://a.example", "8 to 64"),
        ("pk_clinic_0001=https://a.example; pk_clinic_0001=https://b.example", "twice"),
        *[
            (f"pk_clinic_0001={wrong}", "is not an origin")
            for wrong in (
                "clinic.example",
                "*",
                "https://*",
                "https://*.example",
                "https://a.*.example",
                "https://clinic.example/",
                "https://clinic.example/page",
                "https://clinic.example?",
                "https://user@clinic.example",
                "https://clinic.example:port",
                "https://clinic.example:99999",
                "ftp://clinic.example",
                "https://",
                "null",
                "javascript:alert(1)",
                "https://clinic example",
            )
        ],
    ],
)
def test_a_bad_site_key_is_one_clear_line(text, told, monkeypatch):
    monkeypatch.setenv("LAMINA_SITE_KEYS", text)

    with pytest.raises(WrongSetting, match=f"^LAMINA_SITE_KEYS is .*{told}") as why:
        read(env_file=None)
    assert "\n" not in str(why.value)


def test_a_bad_site_key_stops_the_start(home, command):
    keys = {"LAMINA_HOME": str(home), "LAMINA_SITE_KEYS": "pk_clinic_0001=clinic.example"}
    done = command("app", "serve", "--port", "0", env=keys)

    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"lamina: LAMINA_SITE_KEYS is")


@pytest.mark.parametrize("names", ["https://coding.example", "coding example", "-a.example", "*"])
def test_a_bad_host_name_is_one_clear_line(names, monkeypatch):
    monkeypatch.setenv("LAMINA_HOSTS", names)

    with pytest.raises(WrongSetting, match=r"^LAMINA_HOSTS is .* is not a host name"):
        read(env_file=None)


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("https://clinic.example", True),
        ("https://www.clinic.example", True),
        ("https://a.b.clinic.example", True),
        ("http://127.0.0.1:9", True),
        ("http://clinic.example", False),
        ("https://clinic.example:8443", False),
        ("https://evilclinic.example", False),
        ("https://clinic.example.evil.example", False),
        ("https://evil.example/.clinic.example", False),
        ("https://evil.example:1.clinic.example", False),
        ("https://.clinic.example", False),
        ("https://other.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_key_fits_its_origins_and_no_look_alike(origin, fits):
    assert read_sites(KEYS).allow(KEY, origin) is fits


# --- who may ask -----------------------------------------------------------------------


def test_a_bound_site_may_ask_and_read_the_reply(site):
    reply = send(f"{site}/v1/ask", ASK, **keyed())

    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == SITE
    assert "origin" in reply.headers["vary"].lower()
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize(
    "headers",
    [
        keyed(origin=None),
        keyed(origin="https://evil.example"),
        keyed(origin="https://other.example"),
        keyed(origin="null"),
        keyed(key="pk_nobody_0003"),
        {"origin": SITE},
        {"origin": "null"},
        {"origin": "https://evil.example"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/v1/ask", "/v1/ask/stream", "/v1/notes", "/v1/claims/check", "/v1/feedback"]
)
def test_a_missing_or_foreign_origin_is_refused(site, path, headers):
    reply = send(f"{site}{path}", ASK, **headers)

    assert reply.status == 403
    assert reply.kind == "application/problem+json"
    assert "access-control-allow-origin" not in reply.headers


def test_the_page_of_the_server_itself_is_no_site_of_the_key(site):
    assert send(f"{site}/v1/ask", ASK, **keyed(origin=site)).status == 403


@pytest.mark.parametrize("session", [None, "", "short", "s" * 65, "s" * 31 + "/"])
def test_a_site_says_whose_session_it_is(site, session):
    assert send(f"{site}/v1/ask", ASK, **keyed(session=session)).status == 400


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
)
def test_what_a_form_can_send_is_not_taken(site, kind):
    body = b'{"question": "does 62321 need a modifier?"}'

    assert send(f"{site}/v1/ask", body, content_type=kind).status == 415
    assert (
        send(f"{site}/v1/ask", body, content_type=kind, origin="https://evil.example").status == 403
    )


def test_a_browser_that_asks_first_is_told(site):
    asks = {
        "access_control_request_method": "POST",
        "access_control_request_headers": "content-type",
    }
    bound = send(f"{site}/v1/ask", method="OPTIONS", origin=SITE, **asks)
    foreign = send(f"{site}/v1/ask", method="OPTIONS", origin="https://evil.example", **asks)

    assert bound.status == 204
    assert bound.headers["access-control-allow-origin"] == SITE
    assert "x-lamina-session" in bound.headers["access-control-allow-headers"]
    assert foreign.status == 403
    assert "access-control-allow-origin" not in foreign.headers


def test_an_answer_belongs_to_the_session_that_asked(site):
    mine = send(f"{site}/v1/ask", ASK, **keyed()).json["id"]
    path = f"{site}/v1/answers/{mine}"

    assert send(path, **keyed()).status == 200
    assert send(path, **keyed(session="t" * 32)).status == 404
    assert send(path).status == 404
    other = keyed(origin="https://other.example", key="pk_other_0002")
    assert send(path, **other).status == 404
    assert send(path, origin="https://evil.example").status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("coding.example", 200),
        ("coding.example:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("192.168.0.4", 200),
        ("evil.example", 421),
        ("coding.example.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
    ],
)
def test_a_name_that_was_bent_to_this_address_is_refused(site, host, status):
    reply = send(f"{site}/v1/guides", host=host)

    assert reply.status == status
    if status == 421:
        assert "LAMINA_HOSTS" in reply.json["detail"]
        assert send(f"{site}/livez", host=host).status == 200


def test_names_are_read_without_case_or_dot():
    assert read_hosts(" Coding.Example. , b ") == {"coding.example", "b"}
    assert called_by("CODING.example.:80", frozenset({"coding.example"}))
    assert not called_by("", frozenset())
    assert not called_by("[::1", frozenset())


# --- the script ---------------------------------------------------------------------------


def test_any_page_may_load_the_script_and_nothing_else(site):
    script = send(f"{site}/widget.js", origin="https://anyone.example")

    assert script.status == 200
    assert script.kind == "text/javascript"
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert send(f"{site}/page.js", origin="https://anyone.example").status == 403
    assert send(f"{site}/widget.js", ASK, origin="https://anyone.example").status == 403


def test_the_pinned_script_is_the_same_and_stays(site):
    demo = send(f"{site}/demo").body.decode()
    pinned = demo.split("https://HOST", 1)[1].split('"', 1)[0]
    fixed, latest = send(f"{site}{pinned}"), send(f"{site}/widget.js")

    assert fixed.body == latest.body
    assert "immutable" in fixed.headers["cache-control"]
    assert "max-age=300" in latest.headers["cache-control"]
    again = send(f"{site}/widget.js", if_none_match=latest.headers["etag"])
    assert (again.status, again.body) == (304, b"")


# --- feedback -------------------------------------------------------------------------------


def test_feedback_is_kept_and_the_last_word_counts(site, assistant):
    id = send(f"{site}/v1/ask", ASK, **keyed()).json["id"]
    for said in (
        {"verdict": "up"},
        {
            "verdict": "down",
            "reasons": ["wrong_code", "other", "other"],
            "comment": "the units are two, see Mr Smith",
        },
    ):
        reply = send(f"{site}/v1/feedback", {"answer_id": id, **said}, **keyed())
        assert (reply.status, reply.body) == (204, b"")

    (row,) = rows(assistant, id)
    assert (row["verdict"], row["reasons"]) == ("down", '["wrong_code", "other"]')
    assert "Smith" not in row["comment"]
    assert "the units are two" in row["comment"]


def test_feedback_goes_with_its_conversation(site, assistant):
    answer = send(f"{site}/v1/ask", ASK).json
    send(f"{site}/v1/feedback", {"answer_id": answer["id"], "verdict": "up"})
    assert len(rows(assistant, answer["id"])) == 1
    send(f"{site}/v1/threads/{answer['thread_id']}", method="DELETE")

    assert rows(assistant, answer["id"]) == []


def rows(assistant, id):
    engine, answers = assistant.journal._open()
    said = answers.metadata.tables["feedback"]
    with engine.connect() as connection:
        return connection.execute(said.select().where(said.c.answer_id == id)).mappings().all()


def test_feedback_on_an_unknown_or_another_answer_is_not_found(site):
    id = send(f"{site}/v1/ask", ASK).json["id"]
    up = {"answer_id": id, "verdict": "up"}

    assert send(f"{site}/v1/feedback", up, **keyed()).status == 404
    assert send(f"{site}/v1/feedback", up | {"answer_id": "nobody"}).status == 404
    assert send(f"{site}/v1/feedback", up).status == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "sideways"},
        {"verdict": "down", "reasons": ["ugly"]},
        {"verdict": "up", "rating": 5},
    ],
)
def test_wrong_feedback_names_the_field(site, wrong):
    reply = send(f"{site}/v1/feedback", {"answer_id": "x", **wrong})

    assert reply.status == 422
    assert reply.json["errors"]


# --- pasted claim lines -------------------------------------------------------------------


def test_pasted_lines_are_read_by_the_names_of_billing_systems(site):
    text = "CPT,Mod 1,DX1,DOS,Room\n62321,,M54.12,03/02/2026,4\n64483-RT,,M54.16,soon,4\n"
    found = send(f"{site}/v1/claims/read", {"text": text}).json

    (claim,) = found["claims"]
    assert claim["request"]["lines"][0]["diagnoses"] == ["M54.12"]
    assert [one["row"] for one in found["bad_rows"]] == [3]
    assert found["unread"] == ["Room"]


def test_text_that_holds_no_lines_is_told_in_one(site):
    reply = send(f"{site}/v1/claims/read", {"text": "hello"})

    assert reply.status == 422
    assert "no column code" in reply.json["detail"]
