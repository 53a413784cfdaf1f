"""One set of facts, worded for every surface: pure functions, no database."""

import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from notices import surfaces
from notices.surfaces import Told
from notices.surfaces.clocks import spoken

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime.datetime(2026, 11, 23, 10, 20, tzinfo=ZONE)
SAID = {
    "affected": "窗口和自助机暂时不能挂号、缴费",
    "advice": "请先取号，工作人员用手工方式办理",
    "where_to_go": "门诊楼一层 1 至 4 号窗口",
    "emergency": "急诊照常接诊",
    "contact": "门诊导诊台 8202",
    "services": ["挂号", "缴费"],
    "since": "2026-11-23T02:02:00Z",
    "next_update_at": "2026-11-23T02:45:00Z",
    "expected_from": "2026-11-23T03:00:00Z",
    "expected_to": "2026-11-23T04:00:00Z",
    "published_at": "2026-11-23T02:15:00Z",
}


def told(**other):
    return Told.read({**SAID, **other}, hospital="示范医院", at=other.pop("at", AT))


@pytest.mark.parametrize("name", surfaces.KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_surface_says_what_to_do_and_when_news_come(name, language):
    surface = surfaces.of(told(), name, language)
    assert surface.lines
    text = surface.text
    if surface.language == "en":
        assert "follow the directions" in text
        assert not [character for character in text if "\u4e00" <= character <= "\u9fff"] or (
            "示范医院" in text
        )
    else:
        assert "请先取号" in text
    assert ("十点四十五分" if name == "broadcast" and language == "zh" else "10:45") in text


@pytest.mark.parametrize("name", surfaces.KINDS)
def test_the_language_of_who_looks_does_not_change_what_patients_read(name):
    with translation.override("en"):
        assert surfaces.of(told(), name).text == surfaces.of(told(), name).text
        english = surfaces.of(told(), name).text
    assert english == surfaces.of(told(), name).text


def test_a_promise_that_is_past_says_that_an_update_is_awaited():
    late = told(at=AT + timedelta(hours=2))
    for name in ("page", "screen", "sign", "hotline", "guide", "wechat", "large"):
        assert "原定 10:45 通报，还没有新的消息，工作人员正在更新" in surfaces.of(late, name).text
    assert "原来预计 11:00 到 12:00 恢复，现在还没有恢复" in surfaces.of(late, "page").text
    assert "no news yet" in surfaces.of(late, "screen", "en").text


def test_without_an_estimate_none_is_invented():
    open_end = told(expected_from=None, expected_to=None)
    assert surfaces.of(open_end, "page").line("expected") == "恢复时间暂时无法估计"


def test_what_is_over_or_taken_back_says_only_that():
    over = told(ended_at="2026-11-23T02:18:00Z", ended_text="挂号、缴费已恢复正常")
    withdrawn = told(withdrawn_at="2026-11-23T02:18:00Z", withdrawal_reason="发错了地点")
    for name in surfaces.KINDS:
        assert "请先取号" not in surfaces.of(over, name).text
        assert "请先取号" not in surfaces.of(withdrawn, name).text
    assert surfaces.of(over, "screen").heading == "已恢复"
    assert surfaces.of(over, "screen").line("outcome") == "挂号、缴费已恢复正常"
    assert surfaces.of(withdrawn, "page").heading == "此前的通知已撤回"
    assert "发错了地点" in surfaces.of(withdrawn, "hotline").text


def test_english_that_was_not_written_promises_nothing():
    plain = surfaces.of(told(), "english")
    assert plain.heading == "Not available at the moment: Registration, payment"
    assert plain.line("emergency") == "Emergency patients are seen as usual"
    assert set(plain.generic) == {"affected_en", "advice_en", "where_en"}
    # One service without an English name: naming the others would say that it works.
    unknown = surfaces.of(told(services=["挂号", "特需门诊"]), "english")
    assert unknown.heading == "Some services are not available at the moment"
    elsewhere = surfaces.of(told(emergency="急诊请到东院区"), "english")
    assert "as usual" not in elsewhere.text
    assert "emergency_en" in elsewhere.generic
    written = surfaces.of(
        told(affected_en="No registration", advice_en="Take a number", where_en="Ground floor"),
        "english",
    )
    assert (written.heading, written.generic) == ("No registration", ())
    assert written.line("contact") == "Questions: 8202"


def test_a_drill_says_so_first_on_every_surface():
    for name in surfaces.KINDS:
        surface = surfaces.of(told(is_drill=True), name)
        assert surface.text.startswith("【演练】") or "】【演练】" in surface.text


def test_the_broadcast_is_measured_by_what_is_spoken():
    surface = surfaces.of(told(), "broadcast")
    characters = sum(one.isalnum() for one in surface.text)
    assert surface.figures["seconds"] == -(-characters * 60 // 180)
    assert surface.measure == (f"读一遍约 {surface.figures['seconds']} 秒（按每分钟 180 字计）")


def test_a_text_message_is_counted_with_its_signature():
    surface = surfaces.of(told(), "sms")
    text = surface.text
    assert text.startswith("【示范医院】")
    assert surface.figures["characters"] == len(text)
    assert surface.figures["segments"] == (1 if len(text) <= 70 else -(-len(text) // 67))
    assert set(surface.figures["variables"]) == {"what", "todo", "place", "emergency", "next"}
    assert "${what}" in surface.figures["template"]
    long = surfaces.of(told(advice="长" * 60), "sms")
    assert long.figures["too_long"] == ["todo"]


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ((10, 45), "上午十点四十五分"),
        ((0, 5), "凌晨零点零五分"),
        ((12, 0), "中午十二点整"),
        ((14, 20), "下午二点二十分"),
        ((20, 10), "晚上八点十分"),
    ],
)
def test_times_are_read_out_in_words(clock, words):
    hour, minute = clock
    assert spoken(AT.replace(hour=hour, minute=minute), AT) == words


def test_what_is_missing_leaves_room():
    script = surfaces.of(Told(blank="＿＿＿＿", emergency="急诊照常接诊"), "hotline")
    assert "很抱歉，＿＿＿＿" in script.text
    assert "下次通报：＿＿＿＿" in script.text


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=80) for name in ("affected", "advice", "where_to_go", "contact")}
    )
)
def test_any_words_make_every_surface(words):
    for name in surfaces.KINDS:
        for language in ("zh", "en"):
            assert surfaces.of({**SAID, **words}, name, language).text
