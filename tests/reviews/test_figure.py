"""The course as a drawing: to scale, in words as well, whatever the names are."""

import pytest
from lxml import etree

from reviews.paper.figure import draw
from reviews.paper.words import Clock, size

CLOCK = Clock("Asia/Shanghai")
SVG = "{http://www.w3.org/2000/svg}"


def lane(label, begin, end, due=None, minutes=None):
    moment = "2026-03-01T{}:00+00:00".format
    return {
        "label": label,
        "from_at": moment(begin),
        "to_at": moment(end) if end else None,
        "due_at": moment(due) if due else None,
        "minutes": minutes,
    }


def bars(svg):
    rows = etree.fromstring(svg).iter(f"{SVG}rect")
    return [(float(row.get("x")), float(row.get("width"))) for row in rows]


def test_lanes_are_to_one_scale_and_told_in_words():
    lanes = [
        lane("确认收到", "00:00", "00:30", due="00:15", minutes=30),
        lane("排查与修复", "00:30", "02:00", minutes=90),
        lane("通知公开", "01:00", None),
    ]
    drawing = draw(lanes, CLOCK)
    assert drawing.description == "确认收到30分，超时；排查与修复1时30分；通知公开未结束"
    (first, long), (second, longer), (third, rest) = bars(drawing.svg)
    assert second == pytest.approx(first + long, abs=0.2)
    assert longer == pytest.approx(3 * long, abs=0.2)
    assert third + rest == pytest.approx(second + longer, abs=0.2)
    # By the hospital's clock, not by that of the database.
    assert ">08:00<" in drawing.svg


def test_what_follows_the_restoration_does_not_stretch_the_scale():
    night = [lane("恢复验证", "00:00", "01:00", minutes=60)]
    after = [*night, lane("现场清理", "01:00", "23:00", minutes=1320)]
    assert bars(draw(night, CLOCK).svg)[0] == bars(draw(after, CLOCK).svg)[0]
    assert "22时" in draw(after, CLOCK).description


def test_names_are_text_and_are_cut():
    svg = draw([lane("手工模式：<b>&儿科门诊一部二部", "00:00", "00:05", minutes=5)], CLOCK).svg
    texts = [row.text for row in etree.fromstring(svg).iter(f"{SVG}text")]
    assert "手工模式：<b>&…" in texts
    assert draw([], CLOCK) is None
    assert draw([lane("x", "00:00", "00:00", minutes=0)], CLOCK) is not None


@pytest.mark.parametrize(
    ("count", "words"),
    [(22, "22 字节"), (1024, "1.0 KB"), (1536, "1.5 KB"), (3 * 1024**3, "3.0 GB")],
)
def test_sizes_in_words(count, words):
    assert size(count) == words
