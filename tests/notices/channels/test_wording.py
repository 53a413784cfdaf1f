"""Lengths, cuts and templates: what arrives can be read, and fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.channels import sms
from notices.channels.cutting import cut, fitted, shortened
from notices.channels.message import Message

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=300)


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (62, 1), (63, 2), (126, 2), (127, 3), (193, 3), (194, 4)]
)
def test_seventy_characters_are_one_message_and_the_signature_counts(length, parts):
    assert sms.units("【市一医院】") == 6
    # 64 + 6 = 70 is still one; from 71 on each segment holds 67.
    text = "障" * length
    total = length + sms.units("【市一医院出】")
    assert sms.segments("【市一医院出】", text) == sms.segments("市一医院出", text)
    assert sms.segments("市一医院出", text) == (1 if total <= 70 else -(-total // 67))
    assert sms.segments("市一医院出", text[: length - 1]) <= parts + 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 70, 1), ("a" * 71, 2), ("字" * 134, 2), ("字" * 135, 3), ("🚑" * 35, 1)],
)
def test_segments_without_a_signature(text, parts):
    assert sms.segments("", text) == parts


def test_an_emoji_is_two_units():
    assert sms.segments("", "🚑" * 36) == 2


@given(TEXTS, st.integers(0, 200))
def test_a_cut_text_fits_and_is_a_beginning(text, most):
    short = cut(text, most)
    assert len(short.encode()) <= most
    assert text.startswith(short.removesuffix("…").rstrip())
    if len(text.encode()) <= most:
        assert short == text


def test_nothing_is_cut_within_a_character_or_from_its_mark():
    assert cut("急诊挂号", 11) == "急诊…"
    assert cut("e\u0301e\u0301e\u0301", 7) == "e\u0301…"
    assert cut("👨‍⚕️在班", 13) == "…"


@given(TEXTS.filter(bool), TEXTS, st.integers(60, 400))
def test_the_link_stays_whole_whatever_is_cut(head, text, most):
    url = "https://yingji.example.org/a/1"
    whole = fitted(head, text, url, most)
    assert len(whole.encode()) <= most
    if len(url) + 1 < most // 2:
        assert whole.endswith("\n" + url)


def test_a_short_message_is_not_touched():
    assert fitted("标题", "正文", "http://x/1", 200) == "标题\n正文\nhttp://x/1"
    assert fitted("标题", "", "", 200) == "标题"


def test_a_drill_says_so_first_and_a_repeat_after_it():
    message = Message("挂号中断", "请处理", is_drill=True, is_repeat=True)
    assert message.head.startswith("【演练】【重发】挂号中断")
    assert message.spoken.startswith("演练。挂号中断。")


def test_template_variables_keep_their_order_and_their_limits():
    message = Message(
        "门诊挂号缴费中断" * 10, "第一行\n第二行", variables={"level": "Ⅱ", "place": ""}
    )
    values = sms.values_for("grade=level, title，what=text place", message)
    assert list(values) == ["grade", "title", "what", "place"]
    assert values["grade"] == "Ⅱ"
    assert len(values["title"]) == 35
    assert values["title"].endswith("…")
    assert values["what"] == "第一行 第二行"
    assert values["place"] == "-", "providers refuse an empty value"


def test_a_drill_is_marked_in_the_first_variable_of_a_template():
    message = Message("挂号中断", is_drill=True, variables={"level": "Ⅱ"})
    values = sms.values_for("level, title", message)
    assert values == {"level": "【演练】Ⅱ", "title": "挂号中断"}


def test_pairs_that_cannot_be_read_are_named():
    with pytest.raises(ValueError, match="ti-tle"):
        sms.parsed("level, ti-tle")


def test_a_template_is_rendered_with_both_providers_places():
    assert sms.rendered("${grade}级：${x}", {"grade": "Ⅱ"}) == "Ⅱ级：${x}"
    assert sms.rendered("{1}级：{2}", {"1": "Ⅱ", "2": "断网"}) == "Ⅱ级：断网"


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [("139 0000 0000", "+8613900000000"), ("0044-1", "+441"), ("+85290000000", "+85290000000")],
)
def test_numbers_carry_their_country(typed, dialled):
    assert sms.number(typed) == dialled


def test_shortened_counts_characters():
    assert shortened("一二三四五", 4) == "一二三…"
    assert shortened("一二三四", 4) == "一二三四"
