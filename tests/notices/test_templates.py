"""The plan's notice templates fill a new patient notice (row P12)."""

import pytest
from django.urls import reverse

from incidents.models import Incident
from tests import make

pytestmark = pytest.mark.django_db

TEMPLATE = {
    "name": "窗口业务暂停",
    "fault_types": ["software"],
    "affected": "{地点}的{业务}暂时无法办理",
    "advice": "请听从现场工作人员安排",
    "where": "一层人工窗口",
    "emergency": "急诊照常",
    "contact": "导诊台",
}
ANY = TEMPLATE | {"name": "热线不通", "fault_types": [], "advice": "请直接到院"}
OTHER = TEMPLATE | {"name": "网络中断", "fault_types": ["network"]}


def writing(client, incident: Incident, **asked):
    client.force_login(make.person("cs"))
    return client.get(reverse("notices:draft", args=[incident.pk]), asked)


def test_the_template_of_the_fault_type_fills_the_notice(client):
    make.plan(notice_templates=[ANY, OTHER, TEMPLATE])
    page = writing(client, make.incident("confirmed"))
    first = page.context["form"].initial
    assert first["affected"] == "门诊楼一层收费处的挂号、缴费暂时无法办理"
    assert first["advice"] == "请听从现场工作人员安排"
    assert (first["where_to_go"], first["emergency"]) == ("一层人工窗口", "急诊照常")
    assert first["contact"] == "导诊台"
    assert "网络中断" not in page.text


def test_another_template_or_none_can_be_chosen(client):
    make.plan(notice_templates=[ANY, OTHER, TEMPLATE])
    incident = make.incident("confirmed")
    page = writing(client, incident, template=1)
    assert page.context["form"].initial["advice"] == "请直接到院"
    page = writing(client, incident, template=0)
    assert "advice" not in page.context["form"].initial
    assert page.context["form"].initial["affected"]
    for wrong in ("2", "99", "x"):
        assert writing(client, incident, template=wrong).status_code == 200


def test_templates_are_those_of_the_pinned_version(client):
    make.plan(notice_templates=[TEMPLATE])
    incident = make.incident("confirmed")
    make.plan(notice_templates=[TEMPLATE | {"advice": "新版才有的话"}])
    assert "新版才有的话" not in writing(client, incident).text


def test_without_a_template_the_report_alone_fills_it(client):
    make.plan(notice_templates=[])
    page = writing(client, make.incident("confirmed"))
    assert "挂号、缴费" in page.context["form"].initial["affected"]
