"""Supplies of an incident: the plan's demands, issue, return, and the proof of completeness."""

import pytest
from django.urls import reverse

from incidents import gates, workflow
from incidents.models import Incident
from incidents.supplying import Supplying
from inventory import workflow as supplies
from inventory.models import Item, Loan, Reservation
from inventory.stock import stock_of
from inventory.workflow import Wanted
from journal.models import Entry
from journal.refusals import Conflict, NotAllowed
from journal.relay import relay
from notices.models import Alert
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


def item(name):
    return Item.objects.get(name=name)


def issue(incident, name, quantity, **facts):
    facts = {"by": keeping.keeper(), "department": make.department("护理部")} | facts
    return workflow.issue_supplies(incident.pk, wanted=[Wanted(item(name).pk, quantity)], **facts)


def network_fault():
    return make.confirmed(fault_type="network")


def test_what_the_plan_demands_stands_beside_what_there_is(client):
    incident = network_fault()
    shown = Supplying(incident, keeping.keeper())
    short = {each.wish.name: each.short for each in shown.needs}
    assert short["备用交换机"] == 0
    assert short["光模块与跳线"] == 2
    client.force_login(make.person("leader"))
    page = client.get(reverse("incidents:supplies", args=[incident.pk])).content.decode()
    assert "缺 2 套" in page
    assert "可支撑 20 个窗口手工运行约 6 小时" in page
    assert "发放物资" not in page
    page = client.get(
        reverse("incidents:supplies", args=[incident.pk]), {"windows": "10"}
    ).content.decode()
    assert "可支撑 10 个窗口手工运行约 12 小时" in page


def test_a_shortage_is_told_to_logistics_when_the_fault_is_confirmed():
    incident = network_fault()
    relay()
    told = Entry.objects.of(incident.stream).get(event="supply.short")
    assert "光模块与跳线缺 2 套" in told.facts["short"]
    alert = Alert.objects.get(entry=told, person=keeping.keeper())
    assert "光模块与跳线缺 2 套" in alert.text


def test_only_logistics_issues():
    incident = network_fault()
    for who in ("it", "leader", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            issue(incident, "对讲机", 1, by=make.person(who))
    assert not Loan.objects.filter(stream=incident.stream).exists()


def test_an_issue_is_in_the_timeline_and_on_the_page(client):
    incident = network_fault()
    client.force_login(keeping.keeper())
    url = reverse("incidents:issue_supplies", args=[incident.pk])
    page = client.get(url).content.decode()
    assert "对讲机" in page
    switch = item("备用交换机")
    said = {f"item_{switch.pk}": "2", f"item_{item('对讲机').pk}": "20", "taker": "许工"}
    assert client.post(url, said | {"taker": ""}).status_code == 422
    assert client.post(url, said).status_code == 302
    entry = Entry.objects.of(incident.stream).get(event="supply.issue")
    assert any("对讲机" in line for line in entry.facts["lines"])
    page = client.get(reverse("incidents:supplies", args=[incident.pk])).content.decode()
    assert "许工" in page
    assert "登记归还" in page
    refused = client.post(url, {f"item_{switch.pk}": "1", "taker": "许工"})
    assert refused.status_code == 409
    assert "只剩 0 台可领" in refused.content.decode()


def test_open_loans_block_the_clean_up_until_they_are_accounted_for(client):
    incident = make.incident("cleaning")
    make.end_everything(incident)
    (loan,) = issue(incident, "对讲机", 2)
    issue(incident, "手写收据", 5)
    open_points = [each for each in gates.conditions(gates.CLEANUP, incident) if each.open]
    assert [each.key for each in open_points] == [f"loan-{loan.pk}"]
    assert "护理部领的对讲机还有 2 部没有归还" in open_points[0].missing
    supplies.give_back(
        loan.pk, by=keeping.keeper(), returned=1, lost=1, reason="遗失", name="施主任"
    )
    workflow.cleanup(incident.pk, by=make.person("it"), summary="好了")
    with pytest.raises(Conflict):
        issue(incident, "对讲机", 1)


def test_a_loan_may_be_waived_by_name():
    incident = make.incident("cleaning")
    make.end_everything(incident)
    (loan,) = issue(incident, "对讲机", 1)
    workflow.waive(
        incident.pk, by=make.person("it"), point=f"loan-{loan.pk}", reason="病区继续使用"
    )
    moved = workflow.cleanup(incident.pk, by=make.person("it"), summary="好了")
    assert moved.state == "reviewing"
    loan.refresh_from_db()
    assert loan.outstanding == 1, "waived is not returned"


def test_what_a_merged_incident_has_out_is_asked_of_the_one_it_went_into():
    main, other = make.confirmed(), make.report()
    (loan,) = issue(other, "对讲机", 1)
    workflow.merge(other.pk, by=make.person("it"), into=main.pk)
    keys = [each.key for each in gates.conditions(gates.CLEANUP, main)]
    assert f"loan-{loan.pk}" in keys


def test_what_is_kept_back_is_given_to_nobody_else_and_freed_at_the_end():
    incident, other = network_fault(), make.report()
    workflow.reserve_supplies(incident.pk, by=keeping.keeper())
    switch = item("备用交换机")
    with pytest.raises(Conflict, match="只剩 0"):
        issue(other, "备用交换机", 1)
    issue(incident, "备用交换机", 1)
    assert stock_of([switch])[switch.pk].reserved == 1
    workflow.dismiss(other.pk, by=make.person("it"), reason="误报")
    relay()
    assert Reservation.objects.held().filter(stream=incident.stream).exists()
    workflow.release_supplies(incident.pk, by=keeping.keeper())
    assert not Reservation.objects.held().filter(stream=incident.stream).exists()


def test_a_drill_takes_neither_stock_nor_money_from_a_real_fault(client):
    drill = make.incident("confirmed", fault_type="network", is_drill=True)
    real = network_fault()
    fund = keeping.fund(5000)
    client.force_login(keeping.keeper())
    url = reverse("incidents:supplies", args=[drill.pk])
    page = client.get(url).content.decode()
    assert "不预留，不支出" in page
    assert "按预案预留" not in page
    assert reverse("incidents:pay", args=[drill.pk]) not in page
    refused = client.post(reverse("incidents:reserve_supplies", args=[drill.pk]))
    assert refused.status_code == 409
    assert "演练不预留物资" in refused.content.decode()
    assert not Reservation.objects.filter(stream=drill.stream).exists()
    pay = reverse("incidents:pay", args=[drill.pk])
    assert "演练不动用备用金" in client.get(pay).content.decode()
    said = {
        "fund": fund.pk,
        "kind": "expense",
        "amount": "10",
        "payee": "金师傅",
        "purpose": "买水",
    }
    assert client.post(pay, said).status_code == 409
    fund.refresh_from_db()
    assert fund.balance == 5000
    # By hand it may have real things, and they come back; what a real fault kept back stays.
    (loan,) = issue(drill, "备用交换机", 1)
    supplies.give_back(loan.pk, by=keeping.keeper(), returned=1)
    workflow.reserve_supplies(real.pk, by=keeping.keeper())
    with pytest.raises(Conflict, match="只剩 0"):
        issue(drill, "备用交换机", 1)
    assert issue(real, "备用交换机", 2)


def test_one_name_with_two_specifications_is_kept_back_from_both():
    radios = item("对讲机")
    incident = make.confirmed(fault_type="network")
    (need,) = [each for each in Supplying(incident, None).needs if each.wish.name == "对讲机"]
    stock = stock_of([radios])[radios.pk].free
    assert stock >= need.wish.quantity
    supplies.write_off(
        radios.pk,
        by=keeping.keeper(),
        kind="lost",
        quantity=stock - 1,
        balance=radios.balances.first(),
        reason="盘点",
    )
    keeping.item(100, name="对讲机", specification="DMR 数字", place=radios.place)
    workflow.reserve_supplies(incident.pk, by=keeping.keeper())
    held = Reservation.objects.held().filter(stream=incident.stream, item__name="对讲机")
    kept = dict(held.values_list("item__specification", "quantity"))
    assert kept == {radios.specification: 1, "DMR 数字": need.wish.quantity - 1}
    workflow.reserve_supplies(incident.pk, by=keeping.keeper())
    assert held.count() == 2, "again replaces it"


def test_the_part_asks_the_same_whatever_is_out(django_assert_max_num_queries):
    keeper = keeping.keeper()

    def read(incident):
        shown = Supplying(Incident.objects.get(pk=incident.pk), keeper)
        assert shown.needs
        assert shown.lasting
        assert shown.loans is not None
        assert shown.held is not None

    incident = network_fault()
    with django_assert_max_num_queries(20) as asked:
        read(incident)
    for name in ("对讲机", "应急灯", "备用手机"):
        issue(incident, name, 2)
    with django_assert_max_num_queries(len(asked)):
        read(incident)


def test_the_plan_says_whether_its_supplies_are_there_today(client):
    client.force_login(make.person("admin"))
    page = client.get(reverse("plans:supplies", args=[1])).content.decode()
    assert "光模块与跳线" in page
    assert "缺 2 套" in page
