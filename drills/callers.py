"""The people of a play on the telephone: each account with its own token, over HTTP only."""

import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx


class Surprise(Exception):
    """The product did not do what the scenario expects."""


class Callers:
    """Speaks to the API of a running server, as whichever account is asked for."""

    def __init__(
        self, base_url: str, password: str, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._password = password
        address = base_url.rstrip("/") + "/api"
        self._line = httpx.Client(base_url=address, timeout=30, transport=transport)
        self._tokens: dict[str, str] = {}
        self._people: dict[str, dict[str, Any]] = {}
        self._lists: dict[str, dict[str, int]] = {}
        # The server's own clock, which alone counts, as it was at its last answer.
        self.clock = datetime.datetime.now(datetime.UTC)

    def close(self) -> None:
        """Everybody hangs up: their tokens end."""
        for account in list(self._tokens):
            self.ask(account, "DELETE", "/tokens/", expect=204)
        self._line.close()

    def person(self, account: str) -> dict[str, Any]:
        """Who is behind an account, as the sign-in told: `id`, `name`, `duty`."""
        self._sign_in(account)
        return self._people[account]

    def ask(
        self,
        account: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        expect: int | tuple[int, ...] = 200,
        **options: Any,
    ) -> Any:
        """One request; gives the answer's body. Raises Surprise on any other status."""
        answer = self.answer(account, method, path, body, **options)
        expected = (expect,) if isinstance(expect, int) else expect
        if answer.status_code not in expected:
            raise Surprise(f"{method} {path} → {_in_words(answer)}")
        return answer.json() if answer.content else None

    def answer(
        self,
        account: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One request and its answer, whatever it is."""
        self._sign_in(account)
        headers = {"Authorization": f"Token {self._tokens[account]}", **options.pop("headers", {})}
        return self._send(method, path, json=body, headers=headers, **options)

    def get(self, account: str, path: str, **params: Any) -> Any:
        return self.ask(account, "GET", path, params=params)

    def post(self, account: str, path: str, **body: Any) -> Any:
        return self.ask(account, "POST", path, body)

    def key_of(self, kind: str, name: str) -> int:
        """The key of a department or service by its name."""
        if kind not in self._lists:
            account = next(iter(self._tokens))
            self._lists[kind] = {row["name"]: row["id"] for row in self.get(account, f"/{kind}/")}
        try:
            return self._lists[kind][name]
        except KeyError:
            raise Surprise(f"服务器上没有「{name}」({kind})。") from None

    def _sign_in(self, account: str) -> None:
        if account in self._tokens:
            return
        words = {"username": account, "password": self._password}
        answer = self._send("POST", "/tokens/", json=words)
        if answer.status_code != 201:
            raise Surprise(f"{account} 登录失败：{_in_words(answer)}")
        given = answer.json()
        self._tokens[account] = given["token"]
        self._people[account] = given["person"]

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._line.request(method, path, **options)
        except httpx.HTTPError as error:
            raise Surprise(f"{self._line.base_url} 没有回应：{error}") from None
        if "Date" in answer.headers:
            self.clock = parsedate_to_datetime(answer.headers["Date"])
        return answer


def _in_words(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return f"{answer.status_code} {problem['detail']} {problem.get('errors') or ''}".strip()
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.text[:200]}"
