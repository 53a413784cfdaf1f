"""A cable between browser and server, and what goes wrong on it."""

import asyncio
import threading
from typing import Any
from urllib.parse import urlsplit

# What does not take a report: the server's own mistake, and a foreign network's sign-in page.
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n"
    b"Connection: close\r\n\r\n<h1>WLAN</h1>"
)


class Line:
    """A cable between browser and server: `cut` it, and nobody answers; `mend` it again.

    What asks for the page `withheld` gets no answer; a request that begins with one of `answers`
    gets that one, and not the server's.
    """

    withheld = ""

    def __init__(self, url: str):
        self.server = urlsplit(url)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.open: set[asyncio.StreamWriter] = set()
        self.listening: Any = None
        self.port = 0
        self.answers: dict[str, bytes] = {}
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def mend(self) -> None:
        self._run(self._listen())

    def cut(self) -> None:
        self._run(self._close())

    def end(self) -> None:
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self, what: Any) -> None:
        asyncio.run_coroutine_threadsafe(what, self.loop).result(10)

    async def _listen(self) -> None:
        self.listening = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self.listening.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self.listening.close()
        for writer in list(self.open):
            writer.transport.abort()
        await asyncio.sleep(0.1)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(self.server.hostname, self.server.port)
        self.open |= {writer, there[1]}
        await asyncio.gather(
            self._pump(reader, there[1], back=writer), self._pump(there[0], writer)
        )
        self.open -= {writer, there[1]}

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamWriter | None = None,
    ) -> None:
        try:
            while piece := await reader.read(65536):
                mine = [say for how, say in self.answers.items() if piece.startswith(how.encode())]
                if back and mine:
                    back.write(mine[0])
                    await back.drain()
                    break
                if self.withheld and f"GET {self.withheld} ".encode() in piece:
                    break
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
