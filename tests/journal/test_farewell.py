"""A command that writes and ends at once is heard by open pages all the same."""

import os
import subprocess
import sys

import redis

from journal.live import CHANNEL
from tests.running import ROOT, redis_of_its_own

ANNOUNCE = (
    "import django; django.setup(); from journal import live; live.announce('incident:1', 'x')"
)


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
        heard = ear.get_message(timeout=5)
    assert heard is not None
    assert b"incident:1" in heard["data"]


def test_a_dead_redis_keeps_nobody_from_ending():
    assert "live hints lost" in _announce("redis://127.0.0.1:1/0").stderr
