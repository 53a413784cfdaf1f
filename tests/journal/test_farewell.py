"""A command that writes and ends at once is heard by open pages all the same."""

import os
import subprocess
import sys
from collections.abc import Iterator

import redis

from journal.live import CHANNEL
from tests.running import ROOT, redis_of_its_own

ANNOUNCE = """
import django
django.setup()
from journal import live
live.announce("incident:of-a-farewell", "x")
"""


def _announce(url: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", ANNOUNCE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_the_last_hint_is_sent_before_the_process_ends():
    url = redis_of_its_own(6)
    with redis.Redis.from_url(url).pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(CHANNEL)
        ear.get_message(timeout=5)
        _announce(url)
        # Published messages know no numbered databases: others' hints are heard here as well.
        heard = next((one for one in _messages(ear) if b"of-a-farewell" in one["data"]), None)
    assert heard is not None


def _messages(ear: "redis.client.PubSub") -> Iterator[dict[str, bytes]]:
    """What comes, until nothing has come for five seconds."""
    while (message := ear.get_message(timeout=5)) is not None:
        yield message


def test_a_dead_redis_keeps_nobody_from_ending():
    assert "live hints lost" in _announce("redis://127.0.0.1:1/0").stderr
