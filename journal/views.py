"""`/live/`: tells open pages that something changed; they fetch the changed part by its URL."""

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from journal.listening import hub

# Proxies and browsers must see that the stream lives, and notice soon when it does not.
PING_SECONDS = 15


async def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events for a signed-in person; 401 for anybody else.

    Event `incident-12` (and `incidents`) says that incident 12 changed, `mine` that the person's
    own alerts did, `up` and `down` whether announcements arrive. The data is the journal's event.
    """
    person = await request.auser()
    # A stream lasts for hours: it must not hold a database connection.
    await sync_to_async(connections.close_all)()
    if not person.is_authenticated:
        return HttpResponse(status=401)
    response = StreamingHttpResponse(
        _events(f"person:{person.pk}"), content_type="text/event-stream; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(mine: str) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    async with hub().listening() as queue:
        while True:
            try:
                stream, event = await asyncio.wait_for(queue.get(), PING_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            for name in _names(stream, event, mine):
                yield f"event: {name}\ndata: {json.dumps(event)}\n\n".encode()


def _names(stream: str, event: str, mine: str) -> list[str]:
    """Under which names one announcement reaches this person's page."""
    kind, _, key = stream.partition(":")
    if not stream:
        return [event]
    if kind == "incident":
        return [f"incident-{key}", "incidents"]
    if kind == "drill":
        return [f"drill-{key}"]
    if stream == mine:
        return ["mine"]
    return []
