"""A waiting hall full of phones: a bounded number of requests a second, whatever the answers take.

    python -m bench.hall PORT PATH RATE SECONDS

Prints one JSON object when it is over: milliseconds (sorted) from the moment at which each request
was to be sent, so that a server that falls behind is not flattered; and how many were no 200.
"""

import asyncio
import json
import sys
import time

CONNECTIONS = 40


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    await reader.readexactly(length)
    return int(head.split(b" ")[1])


async def _phones(port: int, path: str, times: list[float], wrong: list[int], plan: list) -> None:
    """One connection: sends what `plan` says when it says so."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    for due in plan:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(asked)
        status = await asyncio.wait_for(_answered(reader), 30)
        times.append((time.perf_counter() - due) * 1000)
        if status != 200:
            wrong.append(status)
    writer.close()


async def main(port: int, path: str, rate: float, seconds: float) -> None:
    times: list[float] = []
    wrong: list[int] = []
    begins = time.perf_counter() + 0.5
    moments = [begins + number / rate for number in range(int(rate * seconds))]
    await asyncio.gather(
        *(
            _phones(port, path, times, wrong, moments[number::CONNECTIONS])
            for number in range(CONNECTIONS)
        )
    )
    took = time.perf_counter() - begins
    print(json.dumps({"times": sorted(times), "wrong": len(wrong), "seconds": took}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
