"""ASGI entry: `/live/` streams natively, everything else runs as WSGI on a small pool of threads.

Django under ASGI gives each synchronous request a thread of its own, and with psycopg2 a database
connection of its own. A fixed pool keeps its connections open and bounds their number. What
everybody may read is answered before the pool (`notices.front`).
"""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

live = get_asgi_application()

from django.conf import settings  # noqa: E402  (settings need the line above)

from config.wsgi import django_alone as pages  # noqa: E402
from notices import front, streaming  # noqa: E402

pages_on_threads = front.Asgi(WSGIMiddleware(cast(Any, pages), workers=settings.WEB_THREADS))


async def application(scope, receive, send):
    """Route one connection. `scope["type"]` is `http` or `lifespan`; websockets are not used."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] != streaming.PATH and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    else:
        await pages_on_threads(scope, receive, send)


async def _lifespan(receive, send):
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
