"""People who report faults over HTTP while the ground shakes, and what they were answered."""

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field

from knox.models import AuthToken

from incidents.models import Incident
from tests import make


@dataclass
class Reporters:
    """So many at once, each one report after another, until `stop`. `base` ends with a slash."""

    base: str
    side_by_side: int = 2
    pause: float = 0.1
    answers: list[tuple[uuid.UUID, int, float]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _token: str = ""

    def start(self) -> "Reporters":
        _row, self._token = AuthToken.objects.create(make.person("cs"))
        for _one in range(self.side_by_side):
            thread = threading.Thread(target=self._report_on, daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def _report_on(self) -> None:
        while not self._over.wait(self.pause):
            self.report()

    def report(self) -> int:
        """Once; the status, 0 where there was no answer."""
        mark, began = uuid.uuid4(), time.monotonic()
        body = {"seen": "收费窗口打不开", "location": str(mark)[:8], "client_uuid": str(mark)}
        request = urllib.request.Request(
            f"{self.base}api/incidents/",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Token {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status = answer.status
                answer.read()
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        self.answers.append((mark, status, time.monotonic() - began))
        return status

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(90)

    @property
    def taken(self) -> list[uuid.UUID]:
        return [mark for mark, status, _took in self.answers if 200 <= status < 300]

    @property
    def refused(self) -> int:
        return len(self.answers) - len(self.taken)

    @property
    def slowest(self) -> float:
        """Seconds of the slowest answer that was a 2xx."""
        return max((took for _m, status, took in self.answers if 200 <= status < 300), default=0.0)

    def lost(self) -> list[str]:
        """Every 2xx is durable: whatever was answered so is there, once."""
        there = set(Incident.objects.values_list("client_uuid", flat=True))
        return [f"{mark} was answered with 2xx and is gone" for mark in set(self.taken) - there]
