"""The plan that the product ships: complete, and fit to be adopted after changing names."""

import re

import pytest

from plans import form, yaml_form
from plans.annexes import ANNEXES
from plans.fitting import EXAMPLE
from plans.models import DEMANDS
from plans.wording import part_title
from tests.plans.test_yaml_form import ExampleNames


@pytest.fixture(scope="module")
def sections():
    return yaml_form.load(EXAMPLE.read_text(encoding="utf-8"), ExampleNames())["sections"]


@pytest.mark.parametrize("demand", DEMANDS)
def test_each_demand_is_named_by_a_clause_that_says_something(sections, demand):
    assert [s for s in sections if demand in s["covers"] and len(s["body"]) > 40]


def test_clauses_are_numbered_without_gaps(sections):
    seen: dict[str, int] = {}
    for section in sections:
        parent, _dot, last = section["number"].rpartition(".")
        seen[parent] = seen.get(parent, 0) + 1
        assert int(last) == seen[parent], section["number"]


def test_every_clause_has_a_text_and_every_chapter_clauses(sections):
    numbers = [section["number"] for section in sections]
    for section in sections:
        is_chapter = any(number.startswith(f"{section['number']}.") for number in numbers)
        assert bool(section["body"]) is not is_chapter, section["number"]


def test_the_annexes_that_the_text_names_are_part_of_the_plan(sections):
    named = set(re.findall("附件“(.+?)”", "".join(section["body"] for section in sections)))
    assert named == {part_title(part) for part in ANNEXES} - {"通知模板"}


def test_the_text_names_nobody_and_no_number_to_call(sections):
    text = "".join(section["body"] for section in sections)
    assert not re.search(r"\d{5,}", text)
    assert not re.search("[李王张刘陈杨赵黄周吴钱孙](?:某|工|院长|主任)", text)


def test_the_form_takes_no_demand_that_is_not_known():
    value = yaml_form.parse(EXAMPLE.read_text(encoding="utf-8"))
    value["sections"][1]["covers"] = ["P22"]
    with pytest.raises(form.Unfit) as refused:
        form.fit(value, ExampleNames())
    assert [fault.path for fault in refused.value.faults] == [("sections", 2, "covers", 1)]
