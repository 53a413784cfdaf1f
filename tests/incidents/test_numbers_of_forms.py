"""Numbers of forms as people write and say them: read, written and said without losing one."""

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.numbers import BadNumbers, parse, spans, spoken, written

numbers = st.sets(st.integers(1, 3000), max_size=200)


@given(numbers)
def test_what_is_written_is_read_back_as_the_same_numbers(some):
    assert parse(written(some)) == some


@given(numbers)
def test_runs_are_unbroken_apart_and_whole(some):
    found = list(spans(some))
    assert {n for low, high in found for n in range(low, high + 1)} == some
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(found))


@given(
    st.sets(st.integers(1, 99), min_size=1, max_size=20), st.sampled_from(["，", "、", ";", "\n"])
)
def test_marks_of_any_keyboard_part_them(some, mark):
    assert parse(mark.join(str(n) for n in sorted(some))) == some


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", set()),
        ("1-3, 7", {1, 2, 3, 7}),
        ("1到3号、7号", {1, 2, 3, 7}),
        ("１－３，７", {1, 2, 3, 7}),
        ("1 - 3 7", {1, 2, 3, 7}),
        ("SF-0001–SF-0003 sf-0007", {1, 2, 3, 7}),
        ("5~5,", {5}),
    ],
)
def test_it_is_read_as_it_was_meant(text, meant):
    assert parse(text, prefix="SF-") == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1-40, 四十三", "看不懂「四十三」"),
        ("40-1", "请改为 1-40"),
        ("1-20, 17-19", "17 到 19 号写了两次"),
        ("1-99999999", "太长"),
        ("1-2-3", "看不懂"),
        ("-5", "看不懂"),
    ],
)
def test_what_names_no_numbers_is_refused_in_words(text, says):
    with pytest.raises(BadNumbers, match=says):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(text):
    with contextlib.suppress(BadNumbers):
        assert all(n >= 0 for n in parse(text))


def test_numbers_are_said_as_a_person_says_them():
    assert spoken({17, 18, 19}) == "17 到 19 号"
    assert spoken({42, 43}) == "42、43 号"
    assert spoken({1, 5, 6, 7}) == "1、5 到 7 号"
    assert spoken(set(range(1, 100, 2))) == "1、3、5、7、9、11、13、15 号等 50 张"
