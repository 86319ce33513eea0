"""From the acknowledgement to the delivery, whatever the platform plays, by a clock of ours."""

import asyncio
import json
import socket
import sqlite3
from urllib.parse import urlencode

import pytest
from starlette.datastructures import Headers

from app.interfaces.slash import notices
from app.interfaces.slash.acts import ACT
from app.interfaces.slash.delivery import Sender, Sent
from app.interfaces.slash.hosts import read_hosts
from app.interfaces.slash.pace import HASTY, PATIENT, Pace
from tests.app.slash.doubles import Office, Oracle, answer_of, missing, visit
from tests.app.slash.fake import METADATA, elements, payload_of, signed
from tests.app.slash.limits import check, said


@pytest.fixture
def office(tmp_path, slack):
    """office(patience=...) -> a worker on a database of its own."""

    def open_one(**fields):
        return Office(tmp_path, slack.host, Oracle(tmp_path), **fields).start()

    return open_one


def test_an_answer_that_is_ready_is_the_acknowledgement(office, slack):
    one, url = office(), slack.url()

    message = asyncio.run(one.take(url))

    check(message)
    assert message["text"] == "No: 62321 takes no modifier."
    assert slack.to(url) == []
    assert one.jobs.counts() == {"done": 1}


def test_the_acknowledgement_does_not_wait_for_the_engine(office, slack):
    one, url = office(patience=0.0), slack.url()
    one.oracle.gate.clear()

    async def run():
        told = await one.take(url)
        assert (told["text"], slack.to(url)) == (notices.LOOKING, [])
        one.oracle.gate.set()
        await one.settle()

    asyncio.run(run())

    assert [m["text"] for m in slack.to(url)] == ["No: 62321 takes no modifier."]
    check(slack.to(url)[0])
    assert one.jobs.counts() == {"done": 1}


PLAYS = [
    ("200", 1, "done"),
    ("500,500,200", 3, "done"),
    ("429,200", 2, "done"),
    ("500", 5, "failed"),
    ("404", 1, "gone"),
    ("410", 1, "gone"),
    ("500,404", 2, "gone"),
    ("302", 1, "failed"),
    ("400", 1, "failed"),
]


@pytest.mark.parametrize(("plays", "posts", "state"), PLAYS)
def test_what_the_platform_plays(office, slack, plays, posts, state):
    one, url = office(patience=0.0), slack.url(plays)

    async def run():
        await one.take(url)
        await one.settle()
        for _ in range(9):
            await one.later(120)

    asyncio.run(run())

    assert len(slack.to(url)) == posts
    assert one.jobs.counts() == {state: 1}
    assert len(one.oracle.asked) == 1


def test_a_reply_that_is_put_off_comes_no_earlier(office, slack):
    one, url = office(patience=0.0), slack.url("429,200")

    async def run():
        await one.take(url)
        await one.settle()
        await one.later(0.5)
        assert len(slack.to(url)) == 1
        await one.later(1.5)

    asyncio.run(run())

    assert len(slack.to(url)) == 2


def test_a_platform_that_cannot_be_reached_costs_no_post(tmp_path, slack):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
        one = Office(tmp_path, nobody, Oracle(tmp_path), patience=0.0).start()

        async def run():
            await one.take(f"http://{nobody}/commands/x")
            await one.settle()
            for _ in range(8):
                await one.later(60)
            assert one.jobs.counts() == {"open": 1}
            await one.later(1800)

        asyncio.run(run())
    assert one.jobs.counts() == {"late": 1}


def test_a_slow_platform_is_left_after_the_time_out(slack):
    sender = Sender(read_hosts(slack.host), seconds=0.2)

    assert asyncio.run(sender.post(slack.url("slow"), {})).end == "again"


def test_a_redirect_is_not_followed(slack):
    sender = Sender(read_hosts(f"{slack.host}, 169.254.169.254"))

    assert asyncio.run(sender.post(slack.url("302"), {})) == Sent("refused", "status 302")
    assert METADATA.startswith("http://169.254.169.254")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.5",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.5",
        "64:ff9b::a00:5",
        "2002:a00:5::",
    ],
)
def test_a_host_that_leads_into_a_private_network_is_refused(address):
    async def resolve(name, port):
        return ["203.0.114.7", address]

    sender = Sender(read_hosts("hooks.slack.com"), resolve)
    sent = asyncio.run(sender.post("https://hooks.slack.com/commands/x", {}))

    assert sent == Sent("refused", "the reply host has an address that is not public")


def test_a_host_is_resolved_once_and_connected_to_by_that_address():
    asked = []

    async def resolve(name, port):
        asked.append((name, port))
        return ["8.8.8.8"]

    # the tests' own guard lets no socket out, and names the address that was tried
    sender = Sender(read_hosts("hooks.slack.com"), resolve)
    sent = asyncio.run(sender.post("https://hooks.slack.com/commands/x", {}))

    assert sent.end == "unreached"
    assert asked == [("hooks.slack.com", 443)]


def test_two_workers_never_deliver_the_same_job(tmp_path, slack):
    first = Office(tmp_path, slack.host, Oracle(tmp_path), patience=0.0).start()
    urls = [slack.url("500,200") for _ in range(6)]

    async def run():
        for url in urls:
            await first.take(url, user=f"U{url[-1]}")
        await first.settle()
        others = [
            Office(tmp_path, slack.host, Oracle(tmp_path), clock=first.clock).start()
            for _ in range(3)
        ]
        first.clock.time += 10
        for _ in range(3):
            await asyncio.gather(*(o.worker.round() for o in (first, *others)))
            await asyncio.gather(*(o.settle() for o in (first, *others)))

    asyncio.run(run())

    assert [len(slack.to(url)) for url in urls] == [2] * 6
    assert first.jobs.counts() == {"done": 6}


def test_a_job_of_a_dead_worker_is_taken_up_and_an_old_one_is_closed(tmp_path, slack):
    dead = Office(tmp_path, slack.host, Oracle(tmp_path), patience=0.0)
    dead.built.clear()
    dead.engine.start()
    old, young = slack.url(), slack.url()

    async def leave(url):
        await dead.courier.take(visit(url), True)
        for task in list(dead.worker.under_way):
            task.cancel()

    asyncio.run(leave(old))
    dead.clock.time += 29 * 60 + 1
    asyncio.run(leave(young))
    heir = Office(tmp_path, slack.host, Oracle(tmp_path), clock=dead.clock).start()

    async def inherit():
        await heir.later()
        assert heir.jobs.counts() == {"late": 1, "open": 1}, "the dead worker's lease still runs"
        await heir.later(16)

    asyncio.run(inherit())
    dead.built.set()

    assert (len(slack.to(old)), len(slack.to(young))) == (0, 1)
    assert heir.jobs.counts() == {"late": 1, "done": 1}


def test_a_machine_that_slept_answers_once(office, slack):
    one, url = office(patience=0.0), slack.url()
    one.oracle.gate.clear()

    async def run():
        await one.take(url)
        one.clock.time += 60
        await one.worker.round()
        one.oracle.gate.set()
        await one.settle()
        await one.later(60)

    asyncio.run(run())

    assert (len(slack.to(url)), len(one.oracle.asked)) == (1, 1)


def test_a_command_before_lamina_is_ready_is_answered_when_it_is(tmp_path, slack):
    one, url = Office(tmp_path, slack.host, Oracle(tmp_path)), slack.url()
    one.built.clear()
    one.engine.start()

    async def run():
        assert (await one.take(url))["text"] == notices.LOOKING
        one.built.set()
        assert one.engine.settled.wait(20)
        await one.later(2)

    asyncio.run(run())

    assert len(slack.to(url)) == 1


def test_an_engine_without_time_is_asked_anew_once_and_then_it_is_told(tmp_path, slack):
    one, url = Office(tmp_path, slack.host, Oracle(tmp_path), seconds=0.05).start(), slack.url()
    one.oracle.gate.clear()

    async def run():
        assert (await one.take(url))["text"] == notices.LOOKING
        await one.later(2)
        one.oracle.gate.set()

    asyncio.run(run())

    assert slack.to(url)[0]["text"].startswith("The answer took longer than 0.05 seconds")


def test_nothing_of_a_patient_is_kept_and_the_asker_is_warned(office, slack, tmp_path):
    one, url = office(), slack.url()

    message = asyncio.run(one.take(url, "public John Doe: does 62321 need a modifier?"))

    check(message)
    assert message["response_type"] == "ephemeral"
    assert "patient data: name" in said(message)
    assert "shown to you alone" in said(message)
    assert one.oracle.asked[0][0].question == "[NAME_1]: does 62321 need a modifier?"
    rows = sqlite3.connect(tmp_path / "journal.sqlite3")
    assert "John" not in "".join(rows.iterdump())
    assert "[NAME_1]" in rows.execute("select act from slash_jobs").fetchone()[0]
    rows.close()


def test_a_reply_address_is_forgotten_when_the_job_is_over(office, slack, tmp_path):
    one = office(patience=0.0)

    async def run():
        for plays in ("200", "404", "302"):
            await one.take(slack.url(plays))
        await one.settle()

    asyncio.run(run())

    rows = sqlite3.connect(tmp_path / "journal.sqlite3")
    assert rows.execute("select distinct reply_to from slash_jobs").fetchall() == [("",)]
    rows.close()


def test_a_follow_up_keeps_the_thread_of_user_and_channel(office, slack):
    one = office()

    async def run():
        for text in ("does 62321 need a modifier?", "and 62323?", "new", "and 62322?"):
            await one.take(slack.url(), text)
        await one.take(slack.url(), "and 62323?", channel="C2")
        one.clock.time += 8 * 3600
        await one.take(slack.url(), "and 62321?")

    asyncio.run(run())

    threads = [request.thread_id for request, _ in one.oracle.asked]
    assert threads[0] is None and threads[1] is not None
    assert threads[2:] == [None, None, None], "a new one, another channel, another day"
    assert one.oracle.asked[0][1].owner == "slack:T1/C1/U1"


def test_a_choice_goes_on_from_its_own_answer(office, slack):
    """In its conversation while it is the last word there, else with its whole question."""
    one = office()
    one.oracle._answer = answer_of("**It depends.**", missing=[missing(2)])

    async def run(text_between):
        asked = "on 2026-03-01 what is the CESI code?"
        button = elements(await one.take(slack.url(), asked), "choose")[0]
        if text_between:
            await one.take(slack.url(), text_between)
        act = ACT.validate_json(button["value"])
        await one.courier.take(visit(slack.url(), act=act, message=act.answer), False)
        await one.settle()
        return one.oracle.asked[-1][0]

    going_on, apart = asyncio.run(run("")), asyncio.run(run("does 62323 need a modifier?"))

    assert going_on.question == "Approach: value 0."
    assert going_on.thread_id
    assert apart.question == "what is the CESI code? Approach: value 0."
    assert apart.thread_id is None
    assert str(going_on.service_date) == str(apart.service_date) == "2026-03-01"


def test_a_conversation_that_is_over_opens_anew(office, slack):
    one = office()
    one.oracle.over = True

    async def run():
        await one.take(slack.url(), "does 62321 need a modifier?")
        return await one.take(slack.url(), "and 62323?")

    message = asyncio.run(run())

    assert message["text"].startswith("No: 62321")
    assert [r.thread_id is None for r, _ in one.oracle.asked] == [True, False, True]


def test_a_caller_cannot_fill_the_queue(office, slack):
    one = office(patience=0.0)
    one.oracle.gate.clear()

    async def run():
        told = [(await one.take(slack.url()))["text"] for _ in range(12)]
        one.oracle.gate.set()
        await one.settle()
        return told

    told = asyncio.run(run())

    assert told == [notices.LOOKING] * 10 + [notices.CROWDED] * 2
    assert len(one.oracle.asked) == 10


def test_a_disk_that_takes_nothing_is_told(tmp_path, slack):
    file = tmp_path / "file"
    file.write_text("no folder", "ascii")
    one = Office(file, slack.host, Oracle(tmp_path)).start()

    assert asyncio.run(one.take(slack.url()))["text"].startswith("Lamina cannot keep your question")


def test_a_slow_disk_is_told_and_the_answer_comes_all_the_same(office, slack, tmp_path):
    one, url = office(admitted=0.05), slack.url()
    one.jobs.counts()
    writer = sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)
    writer.execute("begin immediate")

    async def run():
        told = await one.take(url)
        writer.execute("commit")
        await one.settle()
        return told["text"]

    told = asyncio.run(run())
    writer.close()

    assert told == notices.BUSY
    assert [m["text"] for m in slack.to(url)] == ["No: 62321 takes no modifier."]


def test_a_choice_that_was_made_by_someone_else_or_long_ago_is_told(office, slack):
    one, url = office(), slack.url()
    one.oracle._answer = answer_of("**It depends.**", missing=[missing(2)])
    button = elements(asyncio.run(one.take(url)), "choose")[0]
    act = ACT.validate_json(button["value"])

    async def run():
        await one.courier.take(visit(url, act=act, user="U2", message="1"), False)
        await one.settle()

    asyncio.run(run())

    assert slack.to(url)[0]["text"] == notices.KEPT_NO_LONGER


@pytest.mark.parametrize("alone", [True, False])
def test_the_next_page_takes_the_place_of_a_message_that_only_its_asker_sees(office, slack, alone):
    one, url = office(), slack.url()
    one.oracle._answer = answer_of("**It depends.**\n" + "\n".join(["- a line of words"] * 1500))
    first = asyncio.run(one.take(url))
    place = {"team": {"id": "T1"}, "channel": {"id": "C1"}, "user": {"id": "U1"}}
    seen = {"message_ts": "1.2", "is_ephemeral": alone}
    pressed = payload_of(elements(first, "page")[0], url, container=seen, **place)
    body = urlencode({"payload": json.dumps(pressed)}).encode()

    async def run():
        found = one.slack.interaction(body, Headers(signed(body, now=one.clock())))
        await one.courier.take(found, False)
        await one.settle()

    asyncio.run(run())

    second = slack.to(url)[0]
    assert second["replace_original"] is alone
    assert "Page 2 of " in said(second)
    assert len(one.oracle.asked) == 1


def test_patience_follows_what_answers_take():
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.patience() == PATIENT, "nothing is known yet"

    pace.begin("a")
    assert pace.patience() == HASTY, "one is under way, and nothing is known"
    now[0] = 10.0
    pace.end("a")
    assert pace.patience() == HASTY, "the last one took ten seconds"
    pace.begin("b")
    pace.end("b")
    assert pace.patience() == PATIENT
    pace.begin("c")
    now[0] = 12.0
    assert pace.patience() == HASTY, "one is under way for two seconds"
