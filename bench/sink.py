"""A provider that answers well: records what arrives and says yes, after a while if it is told so.

    python -m bench.sink

Prints its port. `POST /50/anything` is answered after 50 ms. `GET /seen` gives what has arrived
since it was asked last: `[seconds since the epoch, body]`. A process of its own, so that neither
what is measured nor what measures waits for it.
"""

import asyncio
import json
import time

YES = b'{"errcode": 0, "errmsg": "ok"}'
_seen: list[tuple[float, str]] = []


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            at = time.time()
            method, path, _version = head.split(b"\r\n", 1)[0].decode().split(" ")
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            body = await reader.readexactly(length)
            if method == "GET":
                told = json.dumps(_seen).encode()
                _seen.clear()
            else:
                _seen.append((at, body.decode()))
                told = YES
                wait = path.split("/")[1]
                if wait.isdigit() and wait != "0":
                    await asyncio.sleep(int(wait) / 1000)
            writer.write(
                b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
                b"Content-Type: application/json\r\nContent-Length: "
                + str(len(told)).encode()
                + b"\r\n\r\n"
                + told
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_converse, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
