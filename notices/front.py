"""The door before Django for what everybody may read: answers kept whole, told again from memory.

A waiting hall full of phones asks for the same few pages. Each is made once a second at most, by
Django and with all of its headers; whoever else asks in the meantime gets those bytes, without a
thread of the pool, a session or a query. An answer holds as long as the snapshot that it was made
of (`notices.public`) is the newest on disk, so that a publication by any process is seen at once by
all. Where the database or the pool is stuck, the last answer is told again: it says of when it is.

Only GET and HEAD of the addresses below come here, and only answers with status 200 are kept.
"""

import asyncio
import gzip
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from django.conf import settings

from notices import public, streaming

# Seconds for which an answer serves everybody though nothing says that anything changed.
FRESH = 1.0
# Seconds after which somebody else asks Django, where whoever asked has not come back.
PATIENCE = 5.0
# Seconds for which others wait for news of which it is known that they are there.
NEWS = 1.0
# Seconds for which the first answer of all is waited for.
FIRST = 10.0
# An answer that is older is no longer told instead of an error.
OLDEST = 600.0
# Kept answers: a few pages, times languages, sizes and hosts.
MOST = 400
_LOOK_AGAIN = 0.01
_SMALL = 800

# The addresses, and what may stand behind their question mark.
_ADDRESSES = re.compile(r"/status(?:/|\.json|\.atom|\.rss)|/screen/(?:[a-z0-9-]{1,40}/)?")
_PARAMETERS = {"lang": re.compile(r"zh|en|zh en|en zh"), "size": re.compile(r"[12]")}
_CHANGING = re.compile(rb'<meta name="server-now"[^>]*>')


class Key(NamedTuple):
    """What an answer depends on, and nothing else."""

    path: str
    query: str
    language: str
    is_part: bool
    is_secure: bool
    host: str


@dataclass(frozen=True)
class Kept:
    """One answer of Django's, told again. `mark` is the snapshot's when it was asked for."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    zipped: bytes | None
    tag: str
    at: float
    mark: object


def key_of(method: str, path: str, query: str, header: Callable[[str], str], scheme: str) -> Any:
    """The Key of a request; None where it is none of ours."""
    if method not in ("GET", "HEAD") or not _ADDRESSES.fullmatch(path):
        return None
    asked = _asked(query)
    known = {
        name: asked[name][0]
        for name, pattern in _PARAMETERS.items()
        if name in asked and pattern.fullmatch(asked[name][0])
    }
    proxied = header("x-forwarded-proto") if settings.SECURE_PROXY_SSL_HEADER else ""
    return Key(
        path,
        urlencode(known),
        "" if "lang" in known else _language(header("cookie")),
        header("hx-request") == "true",
        (proxied or scheme) == "https",
        header("host")[:100],
    )


def _asked(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, max_num_fields=20) if len(query) < 500 else {}
    except ValueError:
        return {}


def _language(cookies: str) -> str:
    """The language that was chosen on this device; only ever one of ours."""
    if settings.LANGUAGE_COOKIE_NAME not in cookies:
        return ""
    try:
        chosen = SimpleCookie(cookies).get(settings.LANGUAGE_COOKIE_NAME)
    except CookieError:
        return ""
    return chosen.value if chosen and chosen.value in dict(settings.LANGUAGES) else ""


class Shelf:
    """The kept answers of one process. Safe among threads."""

    def __init__(self) -> None:
        self._kept: dict[Key, Kept] = {}
        self._asking: dict[Key, float] = {}
        self._lock = threading.Lock()

    def look(self, key: Key, since: float) -> Kept | str:
        """The answer; or `ask`: the caller asks Django and puts the answer here; or `wait`: look
        again in a moment. `since`: when the caller looked first (monotonic)."""
        kept, clock = self._kept.get(key), time.monotonic()
        is_newest = kept is not None and kept.mark == public.mark()
        if kept is not None and is_newest and clock - kept.at < FRESH:
            return kept
        with self._lock:
            asked_at = self._asking.get(key)
            if asked_at is None or clock - asked_at > PATIENCE:
                self._asking[key] = clock
                return "ask"
        if kept is None:
            return "wait" if clock - since < FIRST else "ask"
        return "wait" if not is_newest and clock - since < NEWS else kept

    def put(
        self, key: Key, status: int, headers: Iterable[tuple[str, str]], body: bytes, mark: object
    ) -> Kept | None:
        """Keep what Django answered; give what to tell, None where its own answer stands."""
        clock = time.monotonic()
        kept = self._kept.get(key)
        try:
            if status != HTTPStatus.OK:
                is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
                return kept if is_fault and kept and clock - kept.at < OLDEST else None
            new = _made(headers, body, clock, mark, kept)
            if new is not None:
                self._kept.pop(key, None)
                self._kept[key] = new
                while len(self._kept) > MOST:
                    self._kept.pop(next(iter(self._kept)), None)
            return new
        finally:
            self._asking.pop(key, None)

    def give_up(self, key: Key) -> None:
        """Whoever was to ask Django did not get through."""
        self._asking.pop(key, None)


def _made(
    headers: Iterable[tuple[str, str]], body: bytes, at: float, mark: object, before: Kept | None
) -> Kept | None:
    """The answer to keep; None for one that is meant for a single reader."""
    told = [(name, value) for name, value in headers if name.lower() != "content-length"]
    names = {name.lower() for name, _value in told}
    if "set-cookie" in names or "content-encoding" in names:
        return None
    tag = f'W/"{hashlib.sha256(_CHANGING.sub(b"", body)).hexdigest()[:20]}"'
    if before is not None and before.tag == tag:
        body, zipped = before.body, before.zipped
    else:
        zipped = gzip.compress(body, 6) if len(body) > _SMALL else None
    vary = next((value for name, value in told if name.lower() == "vary"), "")
    told = [(name, value) for name, value in told if name.lower() not in ("vary", "etag")]
    told += [("Vary", f"{vary}, Accept-Encoding".strip(", ")), ("ETag", tag)]
    return Kept(tuple(told), body, zipped, tag, at, mark)


def told(
    kept: Kept, method: str, header: Callable[[str], str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body for one reader: zipped or not, or nothing new."""
    if kept.tag in header("if-none-match"):
        return HTTPStatus.NOT_MODIFIED, [*kept.headers], b""
    headers, body = [*kept.headers], kept.body
    if kept.zipped is not None and "gzip" in header("accept-encoding"):
        headers.append(("Content-Encoding", "gzip"))
        body = kept.zipped
    headers.append(("Content-Length", str(len(body))))
    return HTTPStatus.OK, headers, b"" if method == "HEAD" else body


# Servers that speak WSGI ----------------------------------------------------------------------


class Wsgi:
    """`application` (Django) behind the door."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.shelf = Shelf()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        header = _headers_of(environ)
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        scheme = environ.get("wsgi.url_scheme", "http")
        key = key_of(method, environ.get("PATH_INFO", ""), query, header, scheme)
        if key is None:
            return self.application(environ, start_response)
        since = time.monotonic()
        while (found := self.shelf.look(key, since)) == "wait":
            time.sleep(_LOOK_AGAIN)
        if isinstance(found, str):
            status, headers, body = self._asked(key, environ)
        else:
            status, headers, body = told(found, method, header)
        start_response(f"{int(status)} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _asked(self, key: Key, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], *_rest: Any) -> Callable[..., None]:
            begun[:] = [int(status[:3]), headers]
            return lambda _bytes: None

        mark, method = public.mark(), environ["REQUEST_METHOD"]
        asked = environ | {"REQUEST_METHOD": "GET", "QUERY_STRING": key.query}
        try:
            answer = self.application(asked, begin)
            try:
                body = b"".join(answer)
            finally:
                getattr(answer, "close", lambda: None)()
        except BaseException:
            self.shelf.give_up(key)
            raise
        kept = self.shelf.put(key, begun[0], begun[1], body, mark)
        if kept is not None:
            return told(kept, method, _headers_of(environ))
        return begun[0], begun[1], b"" if method == "HEAD" else body


def _headers_of(environ: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda name: str(environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


# Servers that speak ASGI ----------------------------------------------------------------------


class Asgi:
    """`application` (Django on its threads) behind the door; and the stream of «it changed»."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.shelf = Shelf()

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] == streaming.PATH:
            await streaming.stream(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}

        def header(name: str) -> str:
            return headers.get(name, b"").decode("latin-1")

        query = scope["query_string"].decode("latin-1")
        key = key_of(scope["method"], scope["path"], query, header, scope.get("scheme", "http"))
        if key is None:
            await self.application(scope, receive, send)
            return
        since = time.monotonic()
        while (found := self.shelf.look(key, since)) == "wait":
            await asyncio.sleep(_LOOK_AGAIN)
        if isinstance(found, str):
            mark = public.mark()
            status, answered, body = await self._asked(key, scope, receive)
            kept = self.shelf.put(key, status, answered, body, mark)
            if kept is None:
                if scope["method"] == "HEAD":
                    body = b""
                await _send(send, status, answered, body)
                return
            found = kept
        await _send(send, *told(found, scope["method"], header))

    async def _asked(
        self, key: Key, scope: Mapping[str, Any], receive: Any
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        begun: dict[str, Any] = {}
        parts: list[bytes] = []

        async def keep(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                begun.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        asked = {**scope, "method": "GET", "query_string": key.query.encode()}
        try:
            await self.application(asked, receive, keep)
        except BaseException:
            self.shelf.give_up(key)
            raise
        pairs = [
            (name.decode("latin-1"), text.decode("latin-1")) for name, text in begun["headers"]
        ]
        return begun["status"], pairs, b"".join(parts)


async def _send(send: Any, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
    pairs = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    await send({"type": "http.response.start", "status": int(status), "headers": pairs})
    await send({"type": "http.response.body", "body": body})
