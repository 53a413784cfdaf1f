"""Local sinks that stand for providers: they record what arrived and answer as they are told."""

import json
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """One request that arrived. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    # How it was answered; None while it is not.
    answered: "Reply | None" = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass
class Reply:
    """How to answer: `how` is plain, kept (and the line stays open), hang (never), drop (close) or
    drip (a byte now and then)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "plain"


def reply(said: Any = None, status: int = 200, **headers: str) -> Reply:
    body = b"" if said is None else json.dumps(said).encode()
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


class Sink:
    """An HTTP server on the loopback interface. `url` has no slash at its end."""

    def __init__(self, answer: Callable[[Request], Reply] | Reply | None = None):
        self.requests: list[Request] = []
        self.answer = answer or reply({})
        self.closing = threading.Event()
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                if len(body) < length:
                    # Who sent it died over it: no provider acts on half a request.
                    self.close_connection = True
                    return
                request = Request(self.command, self.path, headers, body, time.monotonic())
                with sink._lock:
                    sink.requests.append(request)
                told = sink.answer(request) if callable(sink.answer) else sink.answer
                request.answered = told
                self._reply(told)

            do_GET = do_PUT = do_POST

            def _reply(self, told: Reply) -> None:
                self.close_connection = told.how != "kept"
                if told.how == "hang":
                    sink.closing.wait(60)
                elif told.how == "drip":
                    for character in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 10_000:
                        if sink.closing.wait(0.05):
                            return
                        try:
                            self.wfile.write(bytes([character]))
                            self.wfile.flush()
                        except OSError:
                            return
                elif told.how in ("plain", "kept"):
                    self.send_response(told.status)
                    if told.how == "kept":
                        self.send_header("Connection", "keep-alive")
                    for name, value in told.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(told.body)))
                    self.end_headers()
                    self.wfile.write(told.body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, *_: Any) -> None:
                """A client that went away is what some of these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class MailSink:
    """An SMTP server on the loopback interface. `answers` maps a command to another answer."""

    def __init__(self, **answers: str):
        self.mails: list[tuple[str, list[str], str]] = []
        self.answers = answers
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line: str) -> None:
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self) -> None:
                sender, to, data = "", [], None
                self.say(sink.answers.get("hello", "220 sink"))
                while line := self.rfile.readline().decode().rstrip("\r\n"):
                    command = line.split(":")[0].split(" ")[0].upper()
                    if command == "QUIT":
                        self.say("221 bye")
                        return
                    if command.lower() in sink.answers:
                        told = sink.answers[command.lower()]
                        if told == "drop":
                            return
                        self.say(told)
                    elif command == "DATA":
                        self.say("354 go on")
                        data = []
                        while (part := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                            data.append(part)
                        if sink.answers.get("taken") == "drop":
                            return
                        sink.mails.append((sender, to, "\n".join(data)))
                        self.say(sink.answers.get("taken", "250 taken"))
                    else:
                        if line.upper().startswith("MAIL FROM"):
                            sender, to = line[10:].split(">")[0].strip("<"), []
                        if line.upper().startswith("RCPT TO"):
                            to.append(line[8:].strip("<>"))
                        self.say("250 sink")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
