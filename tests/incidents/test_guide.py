"""What the pinned plan keeps at hand stands beside the incident and fills orders (P2, P4, P19)."""

import pytest
from django.urls import reverse

from incidents.guide import Guide
from incidents.models import Incident
from incidents.suggestions import suggested_orders
from plans import content
from plans.models import PlanVersion
from teams.models import Department, ResponseGroup
from tests import make

pytestmark = pytest.mark.django_db

CARD = {
    "service": "挂号",
    "department": "门诊收费处",
    "risk": "大厅排长队",
    "manual": "1. 挂出「手工挂号」牌",
    "forms": ["手工挂号单"],
}


def guide(client, incident: Incident, who: str = "cs") -> str:
    client.force_login(make.person(who))
    return client.get(reverse("incidents:guide", args=[incident.pk])).text


def orders(incident: Incident) -> list:
    return suggested_orders(
        incident, list(Department.objects.all()), list(ResponseGroup.objects.all())
    )


def test_cards_of_the_affected_services_stand_beside_the_incident(client):
    make.plan(service_cards=[CARD, CARD | {"service": "预约", "risk": "约好的号查不到"}])
    page = guide(client, make.report())
    assert "大厅排长队" in page
    assert "挂出「手工挂号」牌" in page
    assert "手工挂号单" in page
    assert "约好的号查不到" not in page


def test_supplies_and_rules_are_those_of_the_fault_type_and_of_any(client):
    supply = {"quantity": 2, "unit": "台"}
    rule = {"source": "某办法", "hours": 4, "who": "院办公室"}
    make.plan(
        supplies={
            "any": [supply | {"item": "对讲机"}],
            "network": [supply | {"item": "测试仪"}],
            "attack": [supply | {"item": "取证硬盘"}],
        },
        clocks=[
            rule | {"rule": "攻击要报告", "fault_types": ["attack"]},
            rule | {"rule": "都要报告", "note": "看情况"},
        ],
    )
    incident = make.report()
    page = guide(client, incident)
    assert "都要报告" in page
    assert "攻击要报告" not in page
    make.confirmed(incident=incident, fault_type="attack")
    page = guide(client, incident)
    for word in ("对讲机", "取证硬盘", "攻击要报告", "4 小时内，院办公室", "某办法", "看情况"):
        assert word in page, word
    assert "测试仪" not in page


def test_the_incident_keeps_to_its_own_version(client):
    incident = make.report()
    make.plan(service_cards=[CARD | {"risk": "新版才写的风险"}])
    page = guide(client, incident)
    assert "新版才写的风险" not in page
    assert "第 2 版已经生效" in page


def test_the_queries_are_as_many_for_much_as_for_little(django_assert_num_queries):
    def read(incident: Incident) -> None:
        found = Guide(Incident.objects.select_related("plan").get(pk=incident.pk))
        assert all([found.cards, found.supplies, found.clocks, found.gradings])
        assert found.newer is None

    little = make.confirmed()
    with django_assert_num_queries(7):
        read(little)
    cards = content.read_part(PlanVersion.objects.in_force(), "service_cards")
    make.plan(service_cards=cards)
    much = make.report(services=[make.service(card["service"]) for card in cards])
    make.confirmed(incident=much, fault_type="attack")
    with django_assert_num_queries(7):
        read(much)


def test_orders_are_proposed_to_the_departments_that_the_cards_name():
    by_cashier = CARD | {"service": "缴费", "department": "财务部", "forms": ["手工收据"]}
    make.plan(
        service_cards=[CARD, by_cashier],
        supplies={"software": [{"item": "安装介质", "quantity": 1, "unit": "套"}]},
    )
    found = {str(order.to): order for order in orders(make.incident("confirmed"))}
    assert "挂号改为手工办理，启用手工挂号单" in found["门诊收费处"].text
    assert "缴费改为手工办理，启用手工收据" in found["财务部"].text
    assert found["财务部"].ticked
    assert "安装介质 1 套" in found["后勤保障组"].text


def test_a_light_fault_leaves_the_cards_unticked():
    make.plan(service_cards=[CARD])
    found = orders(make.incident("confirmed", level=4))
    by_hand = next(order for order in found if "手工办理" in order.text)
    assert not by_hand.ticked


def test_the_sheet_of_orders_shows_the_proposals(client):
    make.plan(service_cards=[CARD])
    incident = make.incident("confirmed")
    client.force_login(make.person("leader"))
    page = client.get(reverse("incidents:command", args=[incident.pk])).text
    assert "挂号改为手工办理，启用手工挂号单" in page
    assert reverse("incidents:guide", args=[incident.pk]) in page
