"""How the journal reads: facts in their places, nothing odd where one is missing."""

import pytest

from journal import telling


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"where": "急诊", "seen": "断网"}, "2026-0001，急诊：断网"),
        ({"where": "", "seen": "断网。"}, "2026-0001：断网"),
        ({"where": "急诊", "seen": "断网。", "then": "已报"}, "2026-0001，急诊：断网；已报"),
        ({"where": "急诊", "seen": "断网。。。慢"}, "2026-0001，急诊：断网。。。慢"),
    ],
)
def test_marks_of_missing_facts_do_not_meet(monkeypatch, facts, words):
    monkeypatch.setitem(telling._tellings, "x", ("", "{number}，{where}：{seen}；{then}"))
    said = telling.sentence_of("x", {"number": "2026-0001", **facts})
    assert said == words
