"""One subscription to Redis a process, fanned out to every open page of that process."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator

import redis.asyncio
from django.conf import settings

from journal.live import CHANNEL

logger = logging.getLogger(__name__)

# A page that does not read for this many messages is behind: it is told to refetch everything.
BACKLOG = 100

Message = tuple[str, str]


class Hub:
    """Hears what `journal.live` announces and hands it to the pages of this process.

    Lives in one event loop. It starts with the first listener and stops with the last.
    """

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Message]] = set()
        self._ear: asyncio.Task[None] | None = None
        self.is_up = False

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[Message]]:
        """Give a queue of `(stream, event)`; `("", "up")` and `("", "down")` tell of Redis."""
        queue: asyncio.Queue[Message] = asyncio.Queue(maxsize=BACKLOG)
        self._queues.add(queue)
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._hear(), name="live-hub")
        elif self.is_up:
            queue.put_nowait(("", "up"))
        try:
            yield queue
        finally:
            self._queues.discard(queue)
            if not self._queues and self._ear is not None:
                self._ear.cancel()
                self._ear = None
                self.is_up = False

    async def _hear(self) -> None:
        pause = 0.5
        while True:
            try:
                client = redis.asyncio.Redis.from_url(
                    settings.REDIS_URL, socket_connect_timeout=1, protocol=2
                )
                async with client, client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._tell("", "up")
                    self.is_up, pause = True, 0.5
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            said = json.loads(message["data"])
                            self._tell(said["stream"], said["event"])
            except (redis.RedisError, OSError, ValueError) as error:
                logger.warning("live stream is down: %s", error)
            # Missed announcements are made good by the pages themselves: they refetch on «up».
            self.is_up = False
            self._tell("", "down")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _tell(self, stream: str, event: str) -> None:
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(("", "up"))
            queue.put_nowait((stream, event))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs.clear()
        _hubs[loop] = Hub()
    return _hubs[loop]
