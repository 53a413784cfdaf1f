"""The way out: allowed hosts and addresses only, no redirect, no proxy, an end to all waiting."""

import socket
import time
from ipaddress import ip_address

import pytest

from notices.channels import wire
from notices.channels.outcome import LONGEST_WAIT, Result, of_status, retry_after
from tests.sinks import Reply, reply


def say(url: str, seconds: float = 5.0) -> wire.Answer:
    return wire.post(url, b"{}", {"Content-Type": "application/json"}, seconds=seconds)


def test_what_is_sent_arrives_and_the_answer_comes_back(sink):
    sink.answer = reply({"errcode": 0}, X_Served_By="sink")
    answer = say(f"{sink.url}/hook?key=1")
    assert (answer.status, answer.body) == (200, b'{"errcode": 0}')
    assert answer.header("x-served-by") == "sink"
    (request,) = sink.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?key=1", b"{}")
    assert request.headers["host"] == f"127.0.0.1:{sink.port}"


def test_a_host_that_is_not_listed_is_never_looked_up(settings, monkeypatch):
    settings.CHANNEL_HOSTS = ["qyapi.weixin.qq.com"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("looked up"))
    with pytest.raises(wire.Forbidden, match="CHANNEL_HOSTS"):
        say("https://evil.example/")


@pytest.mark.parametrize(
    ("entry", "host", "port", "is_allowed"),
    [
        ("example.org", "example.org", 443, True),
        ("Example.org", "EXAMPLE.ORG.", 443, True),
        ("example.org", "a.example.org", 443, False),
        ("example.org:8443", "example.org", 8443, True),
        ("example.org:8443", "example.org", 443, False),
        ("*.example.org", "a.b.example.org", 443, True),
        ("*.example.org", "example.org", 443, False),
        ("*.example.org", "evilexample.org", 443, False),
        ("", "example.org", 443, False),
    ],
)
def test_the_list_of_hosts_means_what_it_says(settings, entry, host, port, is_allowed):
    settings.CHANNEL_HOSTS = [entry]
    assert wire.is_allowed_host(host, port) is is_allowed


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::", "::"),
    ],
)
def test_no_private_address_unless_its_network_is_listed(settings, address):
    settings.CHANNEL_NETWORKS = []
    assert not wire.is_allowed_address(ip_address(address))


def test_a_listed_network_and_public_addresses_are_allowed(settings):
    settings.CHANNEL_NETWORKS = ["10.1.0.0/16"]
    assert wire.is_allowed_address(ip_address("10.1.2.3"))
    assert wire.is_allowed_address(ip_address("::ffff:10.1.2.3"))
    assert not wire.is_allowed_address(ip_address("10.2.0.1"))
    assert wire.is_allowed_address(ip_address("203.107.1.33"))


def test_the_address_that_was_checked_is_the_one_connected_to(settings, sink, monkeypatch):
    """A name that answers differently the second time gains nothing: there is no second time."""
    settings.CHANNEL_HOSTS = ["rebinding.example"]
    looked_up = []

    def answer(host, port, **_):
        looked_up.append(host)
        place = "127.0.0.1" if len(looked_up) == 1 else "10.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    say(f"http://rebinding.example:{sink.port}/")
    assert looked_up == ["rebinding.example"]
    with pytest.raises(wire.Forbidden, match=r"10\.9\.9\.9"):
        say(f"http://rebinding.example:{sink.port}/")
    assert len(sink.requests) == 1


def test_of_several_addresses_only_allowed_ones_are_tried(settings, sink, monkeypatch):
    settings.CHANNEL_HOSTS = ["two.example"]
    places = [("10.0.0.1", sink.port), ("127.0.0.1", sink.port)]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in places],
    )
    assert say(f"http://two.example:{sink.port}/").status == 200


def test_without_tls_only_within_listed_networks(settings, monkeypatch):
    settings.CHANNEL_HOSTS = ["public.example"]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.107.1.33", 80))],
    )
    with pytest.raises(wire.Forbidden, match="https"):
        say("http://public.example/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "//x"])
def test_other_schemes_are_not_spoken(url):
    with pytest.raises(wire.Forbidden):
        say(url)


def test_a_redirect_is_refused_and_not_followed(sink):
    sink.answer = reply(None, 307, Location=f"{sink.url}/elsewhere")
    outcome = of_status(say(f"{sink.url}/"))
    assert outcome.result == Result.REFUSED
    assert len(sink.requests) == 1


def test_a_proxy_in_the_environment_is_not_taken(sink, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert say(f"{sink.url}/").status == 200


def test_tls_is_verified(sink):
    """A sink without a certificate: the handshake fails before a byte of ours is said."""
    with pytest.raises(wire.NotSent):
        say(f"https://127.0.0.1:{sink.port}/", seconds=2)
    assert sink.requests == []


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_waiting_ends_at_one_moment_also_when_bytes_drip_in(sink, how):
    sink.answer = Reply(how=how)
    began = time.monotonic()
    with pytest.raises(wire.NoAnswer):
        say(f"{sink.url}/", seconds=0.6)
    assert 0.4 < time.monotonic() - began < 3


def test_a_line_that_is_dropped_leaves_it_open_whether_it_arrived(sink):
    sink.answer = Reply(how="drop")
    with pytest.raises(wire.NoAnswer):
        say(f"{sink.url}/")


def test_nobody_there_means_surely_not_sent(sink):
    sink.close()
    with pytest.raises(wire.NotSent):
        say(f"{sink.url}/")


def test_a_name_that_does_not_exist_means_surely_not_sent(settings, monkeypatch):
    def fail(*_arguments, **_named):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(wire.NotSent, match="localhost"):
        say("https://localhost/")


def test_an_endless_answer_is_not_read_to_its_end(sink):
    sink.answer = Reply(200, b"x" * 1_000_000)
    assert len(say(f"{sink.url}/").body) == wire.LONGEST_ANSWER


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *((200, None), (204, None), (301, "refused"), (400, "refused"), (401, "refused")),
        *((408, "failed"), (425, "failed"), (429, "failed"), (500, "failed"), (503, "failed")),
    ],
)
def test_what_a_status_means(status, result):
    outcome = of_status(wire.Answer(status, b"words"))
    assert (outcome and outcome.result) == result


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("7", 7.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("999999", LONGEST_WAIT),
        ("nan", None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1.0),
    ],
)
def test_retry_after_is_believed_within_reason(header, seconds):
    assert retry_after(header) == seconds


def test_a_date_in_retry_after_is_a_distance():
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, 0, 0, 0, tzinfo=UTC)
    assert retry_after("Thu, 01 Jan 2026 00:01:30 GMT", now) == 90.0


# Lines that stay open -----------------------------------------------------------------------------


def test_a_line_that_the_other_side_keeps_open_is_used_again(sink, monkeypatch):
    made = []
    connect = wire.connect
    monkeypatch.setattr(wire, "connect", lambda *a, **k: made.append(a) or connect(*a, **k))
    sink.answer = Reply(body=b"{}", how="kept")
    for _ in range(3):
        assert say(f"{sink.url}/").status == 200
    assert len(made) == 1
    sink.answer = reply({})
    say(f"{sink.url}/")
    say(f"{sink.url}/")
    assert len(made) == 2, "who does not say so is asked anew each time"


def test_a_kept_line_is_not_used_for_a_host_that_is_no_longer_listed(sink, settings):
    sink.answer = Reply(body=b"{}", how="kept")
    say(f"{sink.url}/")
    settings.CHANNEL_HOSTS = []
    with pytest.raises(wire.Forbidden):
        say(f"{sink.url}/")
    assert len(sink.requests) == 1


def test_a_kept_line_that_was_closed_meanwhile_is_replaced(sink):
    sink.answer = Reply(body=b"{}", how="kept")
    say(f"{sink.url}/")
    (place,) = [place for place in wire._open if place[1] == sink.port]
    ((_until, line),) = wire._open[place]
    line.sock.shutdown(socket.SHUT_RDWR)
    assert say(f"{sink.url}/").status == 200
    assert len(sink.requests) == 2
