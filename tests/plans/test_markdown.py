"""Clauses on screen: what is bold on paper is bold here."""

import pytest

from plans.markdown import to_html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**注意：**先断网", "<strong>注意：</strong>先断网"),
        ("先做**“断网”**再报告", "<strong>“断网”</strong>再报告"),
        ("*小声。*然后", "<em>小声。</em>然后"),
        ("一般的**粗体**字", "<strong>粗体</strong>字"),
    ],
)
def test_bold_beside_chinese_punctuation_is_bold(text, shown):
    assert shown in to_html(text)


def test_nothing_of_the_help_is_left_and_html_stays_text():
    html = to_html("**注意：**<b>x</b>，乘号 3*4，列表：\n\n* 甲。\n* 乙。")
    assert "\u200b" not in html
    assert "&lt;b&gt;" in html
    assert html.count("<li>") == 2
