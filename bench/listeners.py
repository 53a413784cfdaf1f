"""Subscribers of `/live/`: a process of its own that notes when each of them saw what.

    python -m bench.listeners PORT COOKIE NUMBER

Prints `ready` when all are connected; on each line read from its input (the event awaited) it
prints, as soon as all have it, the moments (`time.time()`) at which they saw it.
"""

import asyncio
import json
import sys
import time


async def _subscribe(port: int, cookie: str) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        "Accept: text/event-stream\r\n\r\n".encode()
    )
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(status.decode())
    reader._kept_writer = writer  # type: ignore[attr-defined]  # the connection lives with it
    return reader


async def _until(reader: asyncio.StreamReader, wanted: bytes) -> float:
    while True:
        line = await reader.readline()
        if not line:
            raise RuntimeError("the stream ended")
        if line.strip() == wanted:
            return time.time()


async def main(port: int, cookie: str, number: int) -> None:
    readers: list[asyncio.StreamReader] = []
    for first in range(0, number, 20):
        some = range(first, min(first + 20, number))
        readers += await asyncio.gather(*(_subscribe(port, cookie) for _ in some))
    # The first lines of each stream: it has reached the hub.
    await asyncio.gather(*(_until(reader, b"event: up") for reader in readers))
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        wanted = f"event: {line.strip()}".encode()
        waiting = [asyncio.create_task(_until(reader, wanted)) for reader in readers]
        await asyncio.sleep(0)
        print("listening", flush=True)
        print(json.dumps(await asyncio.gather(*waiting)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
