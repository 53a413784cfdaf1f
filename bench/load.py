"""Clients that send one request after another, and what they measured."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ask:
    """One request. `ok` are the statuses that count as an answer."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    ok: tuple[int, ...] = (200, 201)


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds, sorted, and how long it took altogether in seconds."""

    times: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, percent: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * percent / 100))]

    @property
    def p50(self) -> float:
        return self.percentile(50)

    @property
    def p95(self) -> float:
        return self.percentile(95)

    @property
    def p99(self) -> float:
        return self.percentile(99)


class Line:
    """One client's open connection."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json", **headers}

    def send(self, ask: Ask) -> tuple[float, Any]:
        """Send and read to the end. Gives milliseconds and the body. Raises on other statuses."""
        body = None if ask.body is None else json.dumps(ask.body)
        began = time.perf_counter()
        self._connection.request(ask.method, ask.path, body, self._headers)
        answer = self._connection.getresponse()
        read = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status not in ask.ok:
            raise RuntimeError(f"{ask.method} {ask.path}: {answer.status} {read[:300]!r}")
        return took, read

    def json(self, ask: Ask) -> Any:
        return json.loads(self.send(ask)[1])

    def close(self) -> None:
        self._connection.close()


def measure(
    port: int,
    headers: dict[str, str],
    asks: Callable[[int], Iterator[Ask]],
    *,
    clients: int = 1,
    seconds: float = 0,
    warm_up: int = 5,
) -> Measured:
    """Let `clients` send what `asks(number of the client)` gives; stop after `seconds`, if any.

    The first `warm_up` requests of each client are sent but not measured.
    """
    times: list[list[float]] = [[] for _ in range(clients)]
    spans: list[tuple[float, float]] = []
    wrong: list[BaseException] = []
    ready = threading.Barrier(clients)

    def client(number: int) -> None:
        line = Line(port, headers)
        try:
            waiting = asks(number)
            for ask in itertools.islice(waiting, warm_up):
                line.send(ask)
            ready.wait()
            began = time.perf_counter()
            for ask in waiting:
                times[number].append(line.send(ask)[0])
                if seconds and time.perf_counter() - began > seconds:
                    break
            spans.append((began, time.perf_counter()))
        except BaseException as error:
            wrong.append(error)
            ready.abort()
        finally:
            line.close()

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    span = max(end for _, end in spans) - min(begin for begin, _ in spans)
    return Measured(sorted(itertools.chain.from_iterable(times)), span)
