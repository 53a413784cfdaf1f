"""The clock's face at a given moment."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template.loader import render_to_string

from ops.templatetags.look import ago, clock_face, clock_time, digits, span

ARMED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DUE = ARMED + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("minutes", "mood", "words"),
    [
        (0, "waiting", "剩 15:00"),
        (10, "waiting", "剩 05:00"),
        (10.5, "soon", "剩 04:30"),
        (15, "soon", "剩 00:00"),
        (15.5, "now", "超时 00:30"),
        (100, "now", "超时 1:25:00"),
    ],
)
def test_a_clock_turns_soon_past_two_thirds_and_now_when_overdue(minutes, mood, words):
    with time_machine.travel(ARMED + timedelta(minutes=minutes), tick=False):
        face = clock_face(DUE, ARMED)
    assert (face.mood, face.words) == (mood, words)


def test_a_clock_that_was_met_stands_still():
    in_time = clock_face(DUE, ARMED, DUE - timedelta(minutes=1))
    late = clock_face(DUE, ARMED, DUE + timedelta(minutes=4))
    assert (in_time.mood, in_time.words) == ("met", "按时完成")
    assert (late.mood, late.words) == ("now", "超时 4 分钟 完成")


def test_the_drawn_clock_says_the_absolute_time_without_javascript():
    with time_machine.travel(ARMED, tick=False):
        drawn = render_to_string("parts/clock.html", {"due": DUE, "armed": ARMED, "rings": "d-1"})
    assert "10:15" in drawn
    assert 'data-due="2026-11-23T02:15:00+00:00"' in drawn
    assert 'data-rings="d-1"' in drawn


def test_a_clock_that_was_met_does_not_run():
    drawn = render_to_string("parts/clock.html", {"due": DUE, "met": DUE - timedelta(minutes=1)})
    assert "data-clock" not in drawn


def test_lengths_and_moments_in_words():
    assert digits(timedelta(hours=50)) == "2 天 2 时"
    assert [span(length) for length in (0, 4, 60, 80, None)] == [
        "不到 1 分钟",
        "4 分钟",
        "1 小时",
        "1 小时 20 分钟",
        "",
    ]
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False):
        assert clock_time(ARMED) == "10:00"
        assert clock_time(ARMED - timedelta(days=1)) == "昨天 10:00"
        assert clock_time(ARMED + timedelta(days=1)) == "明天 10:00"
        assert clock_time(ARMED - timedelta(days=40)).endswith(" 10:00")
        assert ago(ARMED) == "2 小时前"
        assert ago(ARMED + timedelta(minutes=119, seconds=30)) == "刚刚"
