"""Which hosts a reply may go to, what a wrong setting says, and what the doctor warns of."""

import pytest

from app.doctor import findings
from app.interfaces.slash.acts import New, Publish, Rate, Show, Tell
from app.interfaces.slash.command import parse
from app.interfaces.slash.hosts import Host, read_hosts
from app.settings import Settings, WrongSetting, read


def test_hosts_are_read():
    assert read_hosts("hooks.slack.com, chat.example.com:8065=10.1.2.3, http://[::1]:9000") == (
        Host("hooks.slack.com", 443),
        Host("chat.example.com", 8065, "10.1.2.3"),
        Host("::1", 9000),
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_HOSTS", "127.0.0.1", "name its port too, as 127.0.0.1:9000"),
        ("SLACK_HOSTS", "http://hooks.slack.com", "plain http, which is for loopback alone"),
        ("SLACK_HOSTS", "hooks.slack.com/commands", "is no host"),
        ("SLACK_HOSTS", "hooks.slack.com:99999", "is no host"),
        ("SLACK_HOSTS", "*.slack.com", "is no host"),
        ("SLACK_HOSTS", "chat.example.com=here", "no IP address"),
        ("SLACK_COMMAND", "lamina", "takes a slash and a name"),
        ("SLACK_TEAMS", "my team", "takes ids such as T0123ABCD"),
        ("SLACK_CHANNELS", "#billing", "takes ids such as C0123ABCD"),
    ],
)
def test_a_wrong_setting_is_one_line(monkeypatch, name, value, told):
    monkeypatch.setenv(f"LAMINA_{name}", value)

    with pytest.raises(WrongSetting, match=f"^LAMINA_{name} is ") as why:
        read(env_file=None)
    assert told in str(why.value)
    assert "\n" not in str(why.value)


def test_a_secret_is_not_told(monkeypatch):
    monkeypatch.setenv("LAMINA_SLACK_SIGNING_SECRET", "5ecre7 withspace")

    with pytest.raises(WrongSetting, match="without a space") as why:
        read(env_file=None)
    assert "5ecre7" not in str(why.value)


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "MATTERMOST_TOKEN"])
def test_a_platform_needs_a_host(monkeypatch, name):
    monkeypatch.setenv(f"LAMINA_{name}", "5ecre7")
    monkeypatch.setenv("LAMINA_SLACK_HOSTS", "")

    with pytest.raises(WrongSetting, match="_HOSTS is empty"):
        read(env_file=None)


def told_by_doctor(home, **fields):
    return [
        (f.fine, f.text)
        for f in findings(Settings(home=home, _env_file=None, **fields))
        if " command: " in f.text
        or "slash jobs" in f.text
        or "LAMINA_SLACK_SIGNING" in f.text
        or "TOKEN =" in f.text
    ]


def test_the_doctor_says_what_is_off_and_warns_of_loopback(home, assistant):
    off = told_by_doctor(home)
    assert all(fine for fine, _ in off)
    assert any("routes are 404 until LAMINA_SLACK_SIGNING_SECRET is set" in t for _, t in off)

    on = told_by_doctor(
        home,
        slack_signing_secret="5ecre7",
        slack_hosts="hooks.slack.com, 127.0.0.1:9000",
        mattermost_token="70ken",
        mattermost_hosts="chat.example.com=10.1.2.3",
    )
    assert [t for fine, t in on if not fine] == [
        "slack command: LAMINA_SLACK_HOSTS names 127.0.0.1:9000; replies there may go over "
        "plain http to this machine: only for a test, so remove it"
    ]
    assert any(t.startswith("slash jobs kept: ") for _, t in on)
    assert any("10.1.2.3, whatever DNS says" in t for _, t in on)
    assert "5ecre7" not in str(on) and "70ken" not in str(on)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("  HELP ", Tell(topic="help")),
        ("note\nPROCEDURE: ...", Tell(topic="note")),
        ("new", New()),
        ("more", Show(page=2)),
        ("more 3", Show(page=3)),
        ("publish", Publish()),
        ("on 2026-03-01", Tell(topic="on")),
        ("feedback helpful", Rate(verdict="up")),
        ("feedback no, it is 62323", Rate(verdict="down", comment="it is 62323")),
        (
            "feedback bad citation: the page is old",
            Rate(verdict="down", reasons=("bad_citation",), comment="the page is old"),
        ),
    ],
)
def test_sub_commands_are_read(text, act):
    assert parse(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "help me with 62321",
        "note says interlaminar, which code?",
        "new patient visit and 62321 the same day?",
        "on which day did 62310 end?",
        "more than 4 levels of 64484?",
        "version 2 of the form for 62323",
    ],
)
def test_questions_that_begin_like_a_sub_command(text):
    act = parse(text)

    assert (act.kind, act.question) == ("ask", text)


def test_a_day_and_the_channel_stand_before_the_question():
    for text in ("public on 2026-03-01 is 62330 valid?", "on 3/1/2026: public is 62330 valid?"):
        act = parse(text)
        assert (act.public, str(act.service_date)) == (True, "2026-03-01")
        assert act.question == "is 62330 valid?"
