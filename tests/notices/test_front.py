"""The door before Django: what is told again from memory, to whom, and for how long."""

import asyncio
import gzip
import json
import threading
import time

import pytest

from notices import front, public

PAGE = "/status/"
EMPTY = {"as_of": "2026-11-23T02:24:00+00:00", "services": [], "notices": [], "ended": []}
NEWS = [{"name": "挂号", "works": False}]


class Behind:
    """What stands behind the door: counts who asks, and answers as it is told to."""

    def __init__(self):
        self.asked = []
        self.status = "200 OK"
        self.body = b"<p>" + b"x" * 2000 + b"</p>"
        self.more = []
        self.hold = None

    def __call__(self, environ, start_response):
        self.asked.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        if self.hold is not None:
            self.hold.wait(5)
        start_response(self.status, [("Content-Type", "text/html"), *self.more])
        return [self.body]


@pytest.fixture
def behind():
    return Behind()


@pytest.fixture
def door(behind, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "public").mkdir()
    return front.Wsgi(behind)


def snapshot(settings, **facts):
    path = settings.DATA_DIR / "public" / "status.json"
    path.write_text(json.dumps(EMPTY | facts))


def ask(door, path=PAGE, query="", method="GET", **headers):
    """Status, headers and body of one request."""
    begun = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "hospital",
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    body = b"".join(door(environ, lambda status, told: begun.extend([status, dict(told)])))
    return begun[0][:3], begun[1], body


def test_a_hall_full_of_phones_asks_django_once(door, behind):
    answers = [ask(door) for _phone in range(50)]
    assert len(behind.asked) == 1
    assert {answer[2] for answer in answers} == {behind.body}


def test_what_it_does_not_know_goes_straight_through(door, behind):
    for path, method in (("/dashboard/", "GET"), (PAGE, "POST"), ("/status/subscribe/", "GET")):
        ask(door, path, method=method)
        ask(door, path, method=method)
    assert len(behind.asked) == 6


def test_language_size_part_and_host_have_answers_of_their_own(door, behind):
    ways = (
        {},
        {"query": "lang=en"},
        {"query": "lang=zh"},
        {"query": "lang=zh&size=2"},
        {"hx_request": "true"},
        {"cookie": "django_language=en"},
        {"host": "elsewhere"},
    )
    for way in ways:
        ask(door, **way)
        ask(door, **way)
    assert len(behind.asked) == len(ways)


def test_words_behind_the_question_mark_do_not_get_around_it(door, behind):
    ask(door)
    for query in ("x=1", "lang=fr", "size=9", "%00", "a" * 900, "&".join("a" * 60)):
        ask(door, query=query)
    assert behind.asked == [(PAGE, "")]
    # A cookie of somebody who is signed in, or nonsense, is nobody's business here.
    ask(door, cookie="sessionid=abc; django_language=fr")
    ask(door, cookie='django_language="; sessionid=x')
    assert len(behind.asked) == 1


def test_a_reader_who_has_it_gets_nothing_new(door, behind):
    _status, headers, _body = ask(door)
    status, again, body = ask(door, if_none_match=headers["ETag"])
    assert (status, body) == ("304", b"")
    assert again["ETag"] == headers["ETag"]


def test_the_tag_does_not_hang_on_the_clock(door, behind, monkeypatch):
    monkeypatch.setattr(front, "FRESH", 0.0)
    tags = []
    for moment in (b"10:00", b"10:01"):
        behind.body = b'<meta name="server-now" content="' + moment + b'">the same'
        tags.append(ask(door)[1]["ETag"])
    behind.body += b" no more"
    tags.append(ask(door)[1]["ETag"])
    assert tags[0] == tags[1] != tags[2]


def test_who_takes_it_zipped_gets_it_zipped(door, behind):
    _status, headers, body = ask(door, accept_encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == behind.body
    assert "Accept-Encoding" in headers["Vary"]
    assert int(headers["Content-Length"]) == len(body)
    assert ask(door)[2] == behind.body


def test_head_has_no_body(door, behind):
    ask(door, method="HEAD")
    _status, headers, body = ask(door, method="HEAD")
    assert body == b""
    assert int(headers["Content-Length"]) == len(behind.body)
    assert len(behind.asked) == 1


def test_an_answer_for_one_reader_is_told_to_nobody_else(door, behind):
    behind.more = [("Set-Cookie", "sessionid=abc")]
    ask(door)
    ask(door)
    assert len(behind.asked) == 2


def test_a_publication_by_any_process_is_seen_at_once(door, behind, settings):
    snapshot(settings)
    ask(door)
    behind.body = b"news"
    snapshot(settings, services=NEWS)
    assert ask(door)[2] == b"news"
    assert len(behind.asked) == 2


def test_everybody_waits_a_moment_for_news_and_one_fetches_them(door, behind, settings):
    snapshot(settings)
    ask(door)
    old, behind.body, behind.hold = behind.body, b"news", threading.Event()
    snapshot(settings, services=NEWS)
    told = []
    readers = [threading.Thread(target=lambda: told.append(ask(door)[2])) for _one in range(5)]
    for reader in readers:
        reader.start()
    time.sleep(0.1)
    assert told == []
    behind.hold.set()
    for reader in readers:
        reader.join()
    assert told == [b"news"] * 5
    assert len(behind.asked) == 2
    assert old != b"news"


def test_who_is_stuck_keeps_nobody_waiting(door, behind, monkeypatch):
    ask(door)
    monkeypatch.setattr(front, "FRESH", 0.0)
    behind.hold = threading.Event()
    stuck = threading.Thread(target=ask, args=[door])
    stuck.start()
    time.sleep(0.1)
    began = time.monotonic()
    assert [ask(door)[0] for _reader in range(20)] == ["200"] * 20
    assert time.monotonic() - began < 0.5
    behind.hold.set()
    stuck.join()
    assert len(behind.asked) == 2


def test_the_last_good_answer_stands_in_for_a_fault(door, behind, monkeypatch):
    ask(door)
    monkeypatch.setattr(front, "FRESH", 0.0)
    good, behind.status, behind.body = behind.body, "500 Internal Server Error", b"oh"
    assert ask(door)[2] == good
    monkeypatch.setattr(front, "OLDEST", 0.0)
    assert ask(door)[0] == "500"


def test_a_fault_is_not_kept(door, behind):
    behind.status = "503 Service Unavailable"
    assert ask(door)[0] == "503"
    behind.status = "200 OK"
    assert ask(door)[0] == "200"


def test_who_breaks_off_leaves_nobody_waiting(door, behind):
    class Broken(Exception):
        pass

    def broken(environ, start_response):
        raise Broken

    door.application = broken
    with pytest.raises(Broken):
        ask(door)
    door.application = behind
    assert ask(door)[0] == "200"


def test_it_keeps_no_more_than_it_should(door, behind, monkeypatch):
    monkeypatch.setattr(front, "MOST", 5)
    for number in range(20):
        ask(door, f"/screen/p{number}/")
    assert len(door.shelf._kept) == 5


# The same for servers that speak ASGI, and the stream -----------------------------------------


async def fetch(door, path=PAGE, **headers):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.sleep(60)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await door(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_asgi_tells_it_again_as_well(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    asked = []

    async def behind(scope, receive, send):
        asked.append(scope["path"])
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b" page"})

    async def everybody():
        door = front.Asgi(behind)
        return await asyncio.gather(*(fetch(door) for _phone in range(30)))

    assert set(asyncio.run(everybody())) == {(200, b"one page")}
    assert asked == [PAGE]


def listen(settings, seconds, act):
    """What one listener of the stream hears while `act` is done."""
    heard = []

    async def run():
        gone = asyncio.Event()

        async def send(message):
            heard.append(message)

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        scope = {"method": "GET", "path": "/live/public/", "headers": [], "query_string": b""}
        task = asyncio.create_task(front.Asgi(None)(scope, receive, send))
        await asyncio.sleep(0.3)
        act()
        await asyncio.sleep(seconds)
        gone.set()
        await asyncio.wait_for(task, 2)

    asyncio.run(run())
    return heard[0]["status"], b"".join(message.get("body", b"") for message in heard)


def test_the_stream_says_that_something_changed_and_not_that_time_passes(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "public").mkdir()
    snapshot(settings)
    status, said = listen(settings, 0.5, lambda: snapshot(settings, as_of="2026-11-23T02:25:00Z"))
    assert (status, b"changed" in said) == (200, False)
    _status, said = listen(settings, 0.5, lambda: snapshot(settings, services=NEWS))
    assert said.count(b"event: changed") == 1
    assert b"works" not in said


def test_there_is_room_for_so_many_listeners(settings, tmp_path):
    settings.DATA_DIR, settings.PUBLIC_STREAMS = tmp_path, 0
    assert listen(settings, 0.1, lambda: None) == (503, b"")


def test_a_process_takes_over_what_another_has_read(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "public").mkdir()
    public.forget()
    snapshot(settings)
    public._catch_up()
    snapshot(settings, services=NEWS)
    public._catch_up()
    assert public._kept.facts["services"] == NEWS
    public.forget()
