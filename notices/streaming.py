"""`/live/public/`: tells patients' pages and hall screens at once that something changed.

It says nothing but that: the page asks again by its own address. The snapshot on disk is looked at
ten times a second as long as anybody listens, so neither Redis nor the database is needed. Whoever
finds no room, and whoever is on another host than the one that publishes, asks every few seconds.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from notices import public

PATH = "/live/public/"
# Proxies and browsers must see that the stream lives.
PING_SECONDS = 15.0
LOOK_EVERY = 0.1

_listening: set[asyncio.Event] = set()
_looking: "asyncio.Task[None] | None" = None


async def stream(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """Server-sent events for anybody, as long as there is room; else 503."""
    if scope["method"] != "GET" or len(_listening) >= settings.PUBLIC_STREAMS:
        status = 503 if scope["method"] == "GET" else 405
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_gone(receive))
    told = asyncio.Event()
    _listening.add(told)
    _look()
    try:
        await _tell(send, b"retry: 3000\n\n")
        while not gone.done():
            waiting = asyncio.ensure_future(told.wait())
            await asyncio.wait(
                {waiting, gone}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            waiting.cancel()
            if gone.done():
                break
            if told.is_set():
                told.clear()
                await _tell(send, b"event: changed\ndata:\n\n")
            else:
                await _tell(send, b": still here\n\n")
    finally:
        _listening.discard(told)
        gone.cancel()
    with contextlib.suppress(Exception):
        await send({"type": "http.response.body", "body": b""})


async def _tell(send: Any, said: bytes) -> None:
    await send({"type": "http.response.body", "body": said, "more_body": True})


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _look() -> None:
    """Let somebody look at the snapshot, once a process and only while anybody listens."""
    global _looking
    if _looking is None or _looking.done():
        _looking = asyncio.ensure_future(_looks())


async def _looks() -> None:
    known = public.content_mark()
    while _listening:
        await asyncio.sleep(LOOK_EVERY)
        found = public.content_mark()
        if found != known:
            known = found
            for each in _listening:
                each.set()
