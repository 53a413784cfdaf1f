"""The shipped example, fitted to a hospital that keeps other rosters, services and names."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from ops import demo
from plans import evidence, yaml_form
from plans.fitting import EXAMPLE, example_text, fitted
from plans.models import PlanVersion
from plans.names import Directory
from plans.workflow import adopt
from teams.models import ContactPoint, Department, ResponseGroup, Service
from tests import make

pytestmark = pytest.mark.django_db


def targets(ladder):
    return [rung["to"] for rung in ladder]


def test_where_everything_is_there_the_example_stays_as_it_was_written():
    make.nothing()
    demo.seed()
    text, told = example_text(Directory())
    assert (text, told) == (EXAMPLE.read_text(encoding="utf-8"), [])
    rungs = PlanVersion.objects.in_force().rungs.filter(level=1).order_by("position")
    assert [str(rung.roster) for rung in rungs if rung.roster] == [
        "信息技术部一线",
        "信息技术部二线",
        "行政总值班",
    ]


def test_without_the_rosters_the_ladders_call_people_and_groups():
    make.hospital()
    value, told = fitted(Directory())
    assert len(told) == 3
    assert targets(value["ladders"]["1"]) == [
        {"role": "it"},
        {"group": "故障应急小组", "part": "anyone"},
        {"group": "故障应急小组", "part": "acting_head"},
        {"group": "应急处理领导小组", "part": "acting_head"},
        {"group": "应急处理领导小组", "part": "anyone"},
    ]
    assert targets(value["ladders"]["3"])[-1] == {
        "group": "应急处理领导小组",
        "part": "acting_head",
    }
    assert not any("roster" in to for rungs in value["ladders"].values() for to in targets(rungs))


def test_groups_services_and_departments_of_another_hospital():
    make.hospital()
    ResponseGroup.objects.filter(kind="fault").update(name="信息应急组")
    for service in Service.objects.exclude(name="挂号"):
        service.name += "业务"
        service.save()
    Department.objects.filter(name="门诊收费处").update(name="门诊部")
    text, told = example_text(Directory())
    value = yaml_form.load(text, Directory())
    assert {"group": "信息应急组", "part": "anyone"} in targets(value["ladders"]["1"])
    assert [(card["service"], card["department"]) for card in value["service_cards"]] == [
        ("挂号", "门诊部")
    ]
    assert "「故障应急小组」在本院叫「信息应急组」。" in told
    assert "没有业务「缴费」，它的业务卡没有收入。" in told
    assert adopt(text).rungs.exists()


def test_the_demo_hospital_has_no_gap(capsys):
    """The first look is a hospital that is ready; any change shows what it would break."""
    make.nothing()
    demo.seed()
    call_command("prove_coverage", days=30)
    assert "全部覆盖" in capsys.readouterr().out
    plan = PlanVersion.objects.in_force()
    ContactPoint.objects.filter(person__username="zhiban", kind="phone").delete()
    gaps = evidence.prove(plan, at=timezone.now()).gaps
    assert {gap.demand.target for gap in gaps} >= {"信息技术部一线"}
