"""Run alone: `python -m notices.channels.apprise_alone`, one notification from standard input.

Before Apprise is even imported, a hook of the interpreter watches every look-up, every connection
and every start of a program; none of them can be made around it.
"""

import ipaddress
import json
import logging
import sys
from typing import Any

from django.conf import settings


class NotAllowedHere(OSError):
    pass


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """The hook: raises where Apprise tries what the rules of the house do not allow."""
    from notices.channels import wire

    if event == "socket.getaddrinfo":
        host, port = str(arguments[0]), arguments[1]
        if not wire.is_allowed_host(host, int(port or 443)) and not _is_allowed_literal(host):
            raise NotAllowedHere(f"{host} is not in CHANNEL_HOSTS")
    elif event == "socket.connect":
        place = arguments[1]
        if not isinstance(place, tuple) or not _is_allowed_literal(str(place[0])):
            raise NotAllowedHere(f"{place} is neither public nor in CHANNEL_NETWORKS")
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"):
        raise NotAllowedHere(f"{event} is not allowed")


def _is_allowed_literal(host: str) -> bool:
    from notices.channels import wire

    try:
        return wire.is_allowed_address(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return False


class Words(logging.Handler):
    """Collects what Apprise says about its doings: its only account of what went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main() -> None:
    asked = json.load(sys.stdin)
    settings.configure(CHANNEL_HOSTS=asked["hosts"], CHANNEL_NETWORKS=asked["networks"])
    # Looked up before the hook is set: what it needs must not be judged by it.
    from notices.channels import wire  # noqa: F401

    sys.addaudithook(watch)
    import apprise

    words = Words()
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.INFO)
    logger.addHandler(words)
    memory = apprise.PersistentStoreMode.MEMORY
    speaker = apprise.Apprise(asset=apprise.AppriseAsset(storage_mode=memory))
    if not speaker.add(asked["url"]):
        result = "refused"
    elif speaker.notify(title=asked["title"], body=asked["body"]):
        result = "sent"
    else:
        result = "failed"
    print(json.dumps({"result": result, "words": " | ".join(words.lines)[:1000]}))


if __name__ == "__main__":
    main()
