"""The demo's people as clients of the server under test."""

import http.cookies
import urllib.parse
import urllib.request
from http.client import HTTPConnection
from typing import Any

from bench.load import Ask, Line

PASSWORD = "yingji-demo-2026"


def token_of(port: int, username: str) -> dict[str, str]:
    """Headers with a token of this account."""
    line = Line(port, {})
    given = line.json(Ask("POST", "/api/tokens/", {"username": username, "password": PASSWORD}))
    line.close()
    return {"Authorization": f"Token {given['token']}"}


def session_of(port: int, username: str) -> dict[str, str]:
    """Headers with a session of this account, by the sign-in page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/accounts/login/")
    page = connection.getresponse()
    page.read()
    token = _cookie(page, "csrftoken")
    form = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    connection.request(
        "POST",
        "/accounts/login/",
        urllib.parse.urlencode(form),
        {
            "Cookie": f"csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{port}/accounts/login/",
        },
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"{username} could not sign in: {answer.status}")
    session = _cookie(answer, "sessionid")
    connection.close()
    return {"Cookie": f"sessionid={session}; csrftoken={token}"}


def _cookie(answer: Any, name: str) -> str:
    for header in answer.headers.get_all("Set-Cookie", []):
        found = http.cookies.SimpleCookie(header)
        if name in found:
            return found[name].value
    raise RuntimeError(f"no cookie {name}")


class Staff:
    """Who does what in the bench, each with a token, and the keys that their bodies name."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cs = token_of(port, "kefu")
        self.it = token_of(port, "zhiban")
        self.leader = token_of(port, "yuanzhang")
        line = Line(port, self.cs)
        people = line.json(Ask("GET", "/api/people/?page_size=200"))["results"]
        self.lead = next(row["id"] for row in people if row["duty"] == "值班工程师")
        self.department = self._key(line, "departments", "门诊收费处")
        self.services = [self._key(line, "services", name) for name in ("挂号", "缴费")]
        line.close()

    @staticmethod
    def _key(line: Line, kind: str, name: str) -> int:
        rows = line.json(Ask("GET", f"/api/{kind}/"))
        return int(next(row["id"] for row in rows if row["name"] == name))

    def report(self) -> Ask:
        """A report as a window sends it, with everything but a mark."""
        return Ask(
            "POST",
            "/api/incidents/",
            {
                "seen": "挂号界面一直转圈,刷医保卡没反应",
                "location": "门诊楼一层收费处",
                "services": self.services,
                "department": self.department,
                "waiting": 20,
            },
        )

    def acknowledge(self, incident: int) -> Ask:
        return Ask("POST", f"/api/incidents/{incident}/acknowledge/", {})

    def confirm(self, incident: int) -> Ask:
        facts = {
            "fault_type": "software",
            "level": 2,
            "convene": True,
            "reason": "预计超过15分钟",
            "affected": [self.department],
        }
        return Ask("POST", f"/api/incidents/{incident}/confirm/", facts)

    def command(self, incident: int) -> Ask:
        order = {"department": self.department, "text": "启用手工挂号", "minutes": 10}
        return Ask("POST", f"/api/incidents/{incident}/command/", {"orders": [order]})

    def repair(self, incident: int) -> Ask:
        return Ask("POST", f"/api/incidents/{incident}/repair/", {"lead": self.lead})

    def reported(self, count: int) -> list[int]:
        """New incidents in state `reported`."""
        line = Line(self.port, self.cs)
        made = [int(line.json(self.report())["id"]) for _ in range(count)]
        line.close()
        return made

    def do(self, headers: dict[str, str], asks: list[Ask]) -> None:
        line = Line(self.port, headers)
        for ask in asks:
            line.send(ask)
        line.close()
