"""The one way out of the house: every byte to a provider goes through here.

What it holds, whatever the other side does (ADR 5):

- only hosts of `CHANNEL_HOSTS`, and only public addresses or those of `CHANNEL_NETWORKS`; the
  address that was checked is the very one connected to, so that no second look-up can change it;
- a conversation ends at one moment, also when the other side drips byte after byte;
- no redirect is followed and no proxy taken from the environment: there is no code for either;
- a connection is used again only for a few seconds, and by the same host, port and scheme;
- outside of the listed networks only TLS, with the host's name verified.
"""

import http.client
import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE = 10.0
# No provider answers with more; what comes behind is not read.
LONGEST_ANSWER = 64 * 1024

_ends_at: ContextVar[float] = ContextVar("ends_at")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WireError(Exception):
    """A conversation that brought no answer."""


class Forbidden(WireError):
    """Our own rules do not allow this address: nothing was sent."""


class NotSent(WireError):
    """The other side was not reached, or went away before the message was handed over."""


class NoAnswer(WireError):
    """The message was handed over, but no whole answer came: it may have arrived."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, body (at most `LONGEST_ANSWER` bytes), headers in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = PATIENCE) -> Answer:
    """POST once and give the answer, whatever its status.

    Raises Forbidden, NotSent, NoAnswer.
    """
    return request("POST", url, body, headers, seconds=seconds)


def request(
    method: str, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = PATIENCE
) -> Answer:
    """One HTTP request, within `seconds` from the first look-up to the last byte."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    try:
        host, port = host_and_port(url)
    except ValueError as error:
        raise Forbidden(f"not an http address: {error}") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    place = (host, port, is_secure)
    with bounded(seconds):
        conversation = _kept(place) or _begun(place)
        try:
            answer, goes_on = _converse(conversation, method, path, body, headers)
        except BaseException:
            conversation.close()
            raise
        if goes_on:
            _keep(place, conversation)
        else:
            conversation.close()
        return answer


def _begun(place: "Place") -> http.client.HTTPConnection:
    host, port, is_secure = place
    line = connect(host, port, secure=is_secure)
    conversation = http.client.HTTPConnection(host, port)
    # The socket is ours, already connected and checked; it must not be made anew.
    conversation.auto_open = 0
    conversation.sock = line
    return conversation


def _converse(
    conversation: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
) -> tuple[Answer, bool]:
    """The answer, and whether the other side leaves the line open for more."""
    try:
        conversation.request(method, path, body, {"User-Agent": "yingji", **headers})
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        # Part of it may be through: a provider acts on a whole request only.
        raise NotSent(_told(error)) from error
    try:
        response = conversation.getresponse()
        content = response.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_told(error)) from error
    named = {name.lower(): value for name, value in response.getheaders()}
    # Only where it says so itself: who closes without a word would lose us a message.
    says_so = "keep-alive" in named.get("connection", "").lower()
    goes_on = says_so and response.isclosed() and conversation.sock is not None
    return Answer(response.status, content, named), goes_on


# Lines that stay open ---------------------------------------------------------------------------

Place = tuple[str, int, bool]
# Shorter than any server we know waits, so that hardly ever a message meets a closing door.
KEPT_FOR = 4.0
MOST_KEPT = 32
_open: dict[Place, list[tuple[float, http.client.HTTPConnection]]] = {}
_opening = threading.Lock()


def _kept(place: Place) -> http.client.HTTPConnection | None:
    """A line to this very place that is still open; None where a new one has to be made."""
    if not is_allowed_host(place[0], place[1]):
        # Taken off the list since: the same words as for a new line.
        return None
    while True:
        with _opening:
            lines = _open.get(place)
            if not lines:
                return None
            until, conversation = lines.pop()
        if until > time.monotonic() and _is_quiet(conversation.sock):
            return conversation
        conversation.close()


def _is_quiet(line: socket.socket) -> bool:
    """Nothing has come that nobody asked for: an end, or the rest of some answer."""
    try:
        return not select.select([line], [], [], 0)[0]
    except (OSError, ValueError):
        return False


def _keep(place: Place, conversation: http.client.HTTPConnection) -> None:
    now = time.monotonic()
    with _opening:
        lines = _open.setdefault(place, [])
        stale = [one for until, one in lines if until <= now]
        lines[:] = [one for one in lines if one[0] > now]
        if len(lines) < MOST_KEPT:
            lines.append((now + KEPT_FOR, conversation))
        else:
            stale.append(conversation)
    for one in stale:
        one.close()


def host_and_port(url: str) -> tuple[str, int]:
    """Where an address leads. Raises ValueError where it is none of ours, or holds a password."""
    parts = urlsplit(url)
    standard = {"https": 443, "http": 80, "tcp": 0}
    if parts.scheme not in standard or not parts.hostname or "@" in parts.netloc:
        raise ValueError(parts.hostname or "nothing")
    return parts.hostname, parts.port or standard[parts.scheme]


# Connecting -------------------------------------------------------------------------------------


def connect(host: str, port: int, *, secure: bool, tls_follows: bool = False) -> socket.socket:
    """A socket connected to an allowed address of an allowed host, with TLS where `secure`.

    `tls_follows`: the caller insists on TLS itself before anything of ours is said (STARTTLS).
    To be called within `bounded`. Raises Forbidden, NotSent.
    """
    if not is_allowed_host(host, port):
        raise Forbidden(f"{host}:{port} is not in CHANNEL_HOSTS")
    allowed, refused = [], ""
    for family, place in _resolved(host, port):
        address = ipaddress.ip_address(place[0])
        if not is_allowed_address(address):
            refused = f"{host} is at {address}, which is neither public nor in CHANNEL_NETWORKS"
        elif not (secure or tls_follows or is_listed_network(address)):
            refused = f"{host} needs https: {address} is not in CHANNEL_NETWORKS"
        else:
            allowed.append((family, place))
    if not allowed:
        raise Forbidden(refused or f"{host} has no address")
    trouble: Exception = NotSent(host)
    for family, place in allowed:
        line = _Line(family, socket.SOCK_STREAM)
        try:
            line.settimeout(remaining())
            line.connect(place)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return tls().wrap_socket(line, server_hostname=host) if secure else line
        except OSError as error:
            line.close()
            trouble = error
    raise NotSent(_told(trouble)) from trouble


def _resolved(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{host}: {_told(error)}") from error
    return [(family, place) for family, _type, _protocol, _name, place in found]


def is_allowed_host(host: str, port: int) -> bool:
    """May the product speak to it at all?"""
    return is_listed(host, port, settings.CHANNEL_HOSTS)


def is_listed(host: str, port: int, entries: Iterable[str]) -> bool:
    """Is it listed, by name or with its port? `*.example.org` lists every host below a domain."""
    host = host.lower().rstrip(".")
    for entry in entries:
        name, colon, number = entry.lower().rpartition(":")
        if not colon or not number.isdigit():
            name, number = entry.lower(), ""
        if number and int(number) != port:
            continue
        if host == name or (name.startswith("*.") and host.endswith(name[1:])):
            return True
    return False


def is_allowed_address(address: Address) -> bool:
    """Public, or listed. An IPv4 address within an IPv6 one is judged as what it is."""
    address = _unwrapped(address)
    return is_listed_network(address) or (address.is_global and not address.is_multicast)


def is_listed_network(address: Address) -> bool:
    address = _unwrapped(address)
    return any(
        address in ipaddress.ip_network(network, strict=False)
        for network in settings.CHANNEL_NETWORKS
    )


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Verifies names and certificates against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _SecureLine
    return context


# One moment at which everything ends --------------------------------------------------------------


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Whatever this thread reads or writes within ends `seconds` from now at the latest."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining() -> float:
    """Seconds left. Raises TimeoutError when there are none."""
    left = _ends_at.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


class _Bounded:
    """A socket's own timeout counts anew with every byte; this one does not."""

    def recv(self, *arguments: Any) -> bytes:
        self.settimeout(remaining())  # type: ignore[attr-defined]
        return super().recv(*arguments)  # type: ignore[misc]

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(remaining())  # type: ignore[attr-defined]
        return super().recv_into(*arguments)  # type: ignore[misc]

    def send(self, *arguments: Any) -> int:
        self.settimeout(remaining())  # type: ignore[attr-defined]
        return super().send(*arguments)  # type: ignore[misc]

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(remaining())  # type: ignore[attr-defined]
        super().sendall(*arguments)  # type: ignore[misc]


class _Line(_Bounded, socket.socket):
    pass


class _SecureLine(_Bounded, ssl.SSLSocket):
    pass


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
