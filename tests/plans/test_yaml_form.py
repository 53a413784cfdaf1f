"""A whole version as one YAML text: nothing is lost, and a fault is told where it is."""

import copy
import json

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from ops import demo
from plans import content, form, yaml_form
from plans.fitting import EXAMPLE, example_text
from plans.models import PlanVersion, Section
from plans.names import Directory
from plans.workflow.gate import begin
from teams.models import Roster
from tests import make
from tests.plans.versions import DEPARTMENTS, GROUPS, PEOPLE, ROSTERS, SERVICES, versions


class DemoNames:
    """The names of the demo hospital, without asking the database."""

    def known(self, kind):
        return {
            "group": GROUPS,
            "service": SERVICES,
            "department": DEPARTMENTS,
            "roster": ROSTERS,
            "person": PEOPLE,
        }[kind]


def trying(times: int):
    """So many versions. A whole one is too large to be made smaller within reason."""
    return hypothesis_settings(
        deadline=None,
        max_examples=times,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


def schema():
    return json.loads((settings.BASE_DIR / "docs" / "plan.schema.json").read_text())


@given(versions())
@trying(60)
def test_a_version_goes_to_yaml_and_back_without_loss(value):
    again = yaml_form.load(yaml_form.dump(value), DemoNames())
    assert again == value
    text = yaml_form.dump(again)
    assert yaml_form.dump(yaml_form.load(text, DemoNames())) == text


@given(versions())
@trying(30)
def test_what_the_form_takes_fits_the_documented_schema(value):
    jsonschema.validate(value, schema())


@pytest.mark.django_db
@given(versions())
@trying(15)
def test_a_version_goes_into_rows_and_back_without_loss(value):
    make.hospital()
    for name in ROSTERS:
        Roster.objects.get_or_create(name=name, defaults={"group": make.group("fault")})
    plan = begin(value, Directory(), by=None, at=make.later())
    assert content.read(PlanVersion.objects.get(pk=plan.pk)) == value


@pytest.mark.django_db
def test_the_version_in_force_comes_out_and_goes_in_unchanged():
    make.hospital()
    text = yaml_form.dump(content.read(PlanVersion.objects.in_force()))
    assert yaml_form.dump(yaml_form.load(text, Directory())) == text
    shipped, _told = example_text(Directory())
    assert yaml_form.load(shipped, Directory()) == yaml_form.load(text, Directory())


@pytest.mark.django_db
def test_the_shipped_example_is_complete():
    make.nothing()
    demo.seed()
    value = yaml_form.load(EXAMPLE.read_text(encoding="utf-8"), Directory())
    jsonschema.validate(value, schema())
    assert all(value[part] for part in form.PARTS)
    assert set(value["ladders"]) == {"1", "2", "3", "4"}
    assert {*form.KINDS, "restore"} <= set(value["checklists"])
    assert {*form.FAULTS} == set(value["supplies"])


def test_the_documented_schema_is_in_step_with_the_code():
    call_command("plan_schema", "--check")


@pytest.mark.django_db
def test_renaming_a_department_changes_no_digest():
    make.hospital()
    plan = PlanVersion.objects.in_force()
    before = content.digest(plan)
    department = make.department("门诊收费处")
    department.name = "门诊收费科"
    department.save()
    assert content.digest(plan) == before
    Section.objects.filter(plan=plan, number="1").update(body="别的")
    assert content.digest(plan) != before


EXAMPLE_VALUE = yaml_form.parse(EXAMPLE.read_text(encoding="utf-8"))


class ExampleNames(DemoNames):
    def known(self, kind):
        more = {
            "service": [card["service"] for card in EXAMPLE_VALUE["service_cards"]],
            "department": [card["department"] for card in EXAMPLE_VALUE["service_cards"]],
            "roster": ["信息技术部一线", "信息技术部二线", "行政总值班"],
        }
        return more.get(kind) or super().known(kind)


def faults_of(change) -> dict[str, str]:
    value = copy.deepcopy(EXAMPLE_VALUE)
    change(value)
    with pytest.raises(form.Unfit) as unfit:
        form.fit(value, ExampleNames())
    return {fault.where: fault.sentence for fault in unfit.value.faults}


def _set(*path):
    *way, last, new = path

    def change(value):
        for step in way:
            value = value[step]
        value[last] = new

    return change


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        (_set("title", ""), "title", "不能空着"),
        (_set("title", True), "title", "加引号"),
        (_set("provisional_level", 9), "provisional_level", "1 和 4 之间"),
        (_set("provisional_level", "2"), "provisional_level", "整数"),
        (_set("grades", 0, "confirm", 0), "grades › 1 › confirm", "1 和"),
        (_set("grades", 1, "level", 1), "grades › 2 › level", "重复"),
        (_set("gradess", []), "gradess", "是不是「grades」"),
        (lambda value: value.pop("sections"), "sections", "缺少"),
        (_set("sections", 0, "number", 3.1), "sections › 1 › number", "引号"),
        (_set("sections", 0, "number", "三"), "sections › 1 › number", "数字和点"),
        (_set("sections", 1, "number", "1"), "sections › 2 › number", "排在 1 之后"),
        (_set("sections", 0, "number", "1.1"), "sections › 1 › number", "没有上一级条款 1"),
        (_set("sections", 0, "title", "a\nb"), "sections › 1 › title", "一行"),
        (_set("sections", 0, "body", "a\x00"), "sections › 1 › body", "控制字符"),
        (
            _set("ladders", "2", 1, "to", {"group": "故障小组", "part": "head"}),
            "ladders › 2 › 2 › to › group",
            "是不是「故障应急小组」",
        ),
        (_set("ladders", "2", 1, "to", {"role": "chef"}), "ladders › 2 › 2 › to › role", "cs"),
        (_set("ladders", "2", 1, "to", {}), "ladders › 2 › 2 › to", "role"),
        (_set("ladders", "2", 0, "after", 5), "ladders › 2 › 1 › after", "第一步"),
        (_set("ladders", "5", []), "ladders › 5", "不认识"),
        (_set("ladders", "1", 0, "channels", ["fax"]), "ladders › 1 › 1 › channels › 1", "fax"),
        (
            _set("ladders", "1", 0, "channels", ["sms", "sms"]),
            "ladders › 1 › 1 › channels › 2",
            "重复",
        ),
        (_set("checklists", "network", 0, ["x"]), "checklists › network › 1", "[检查项, 做法]"),
        (_set("service_cards", 0, "service", "挂好"), "service_cards › 1 › service", "「挂号」"),
        (_set("supplies", "any", 0, "quantity", 0), "supplies › any › 1 › quantity", "1 和"),
        (_set("clocks", 0, "fault_types", ["flood"]), "clocks › 1 › fault_types › 1", "flood"),
    ],
)
def test_a_fault_is_told_by_path_and_in_words(change, where, says):
    faults = faults_of(change)
    assert says in faults[where]


def test_all_faults_are_told_at_once():
    def change(value):
        value["title"] = ""
        value["grades"][0]["restore"] = -1
        value["ladders"]["1"][0]["to"] = {"person": "nobody"}

    assert set(faults_of(change)) == {
        "title",
        "grades › 1 › restore",
        "ladders › 1 › 1 › to › person",
    }


def test_a_grade_that_the_ladder_needs_is_missed():
    faults = faults_of(lambda value: value["grades"].pop(0))
    assert {"ladders › 1", "grading › 1 › level_if_yes"} <= set(faults)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: [", "第 1 行"),
        ("title: a\ntitle: b", "写了两次"),
        ("a: &x [1]\nb: *x", "第 2 行用了引用"),
        ("- " * 40 + "a", "层次太多"),
        ("? [a]\n: b", "不是文字"),
        ("!!python/object:os.system {}", "第 1 行"),
        ("a: 2025-99-99", "结构不对"),
        ("title: \x07", "读不出来"),
        ("x" * 1_000_001, "太大"),
    ],
)
def test_an_unreadable_text_is_refused_with_its_line(text, says):
    with pytest.raises(yaml_form.Unreadable) as refused:
        yaml_form.load(text, DemoNames())
    assert says in str(refused.value)


def test_a_fault_leads_to_its_line():
    text = EXAMPLE.read_text(encoding="utf-8")
    found = yaml_form.lines(text)
    line = yaml_form.line_of(("ladders", "2", 3, "to", "group"), found)
    assert "故障应急小组" in text.split("\n")[line - 1]
    assert yaml_form.line_of(("clocks", 1, "nowhere"), found) == found[("clocks", 1)]


def test_blanks_and_line_ends_of_other_systems_make_no_difference():
    value = copy.deepcopy(EXAMPLE_VALUE)
    value["sections"][0]["body"] = "  甲 \r\n乙\t\r\n\r\n"
    assert form.fit(value, ExampleNames())["sections"][0]["body"] == "甲\n乙"


def test_clauses_without_a_number_are_numbered_as_chapters():
    value = copy.deepcopy(EXAMPLE_VALUE)
    value["sections"] = [{"title": "甲"}, {"number": "1.1", "title": "乙"}, {"title": "丙"}]
    taken = form.fit(value, ExampleNames())["sections"]
    assert [section["number"] for section in taken] == ["1", "1.1", "2"]
