"""The emergency fund: an account that is never negative, two persons above the limit, receipts."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from incidents import workflow as incidents
from incidents.supplying import Supplying
from inventory import workflow
from inventory.models import Fund, FundEntry, Payment
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


def balance(fund):
    return Fund.objects.get(pk=fund.pk).balance


def test_a_small_expense_is_paid_at_once_and_more_than_there_is_never():
    fund = keeping.fund(1500)
    paid = keeping.payment(600, of=fund)
    assert paid.state == "paid"
    assert balance(fund) == 900
    with pytest.raises(Conflict, match="只剩 900"):
        keeping.payment(901, of=fund)
    assert balance(fund) == 900


def test_above_the_limit_a_second_person_decides_never_who_asked():
    fund = keeping.fund(5000)
    asked = keeping.payment(2000, of=fund)
    assert asked.state == "asked"
    assert balance(fund) == 5000
    for who in ("logistics", "it", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.approve(asked.pk, by=make.person(who))
    relay()
    assert Alert.objects.filter(person=make.person("caiwu"), url=asked.get_absolute_url()).exists()
    workflow.approve(asked.pk, by=make.person("caiwu"))
    assert balance(fund) == 3000
    with pytest.raises(Conflict):
        workflow.approve(asked.pk, by=make.person("leader"))
    refused = keeping.payment(2000, of=fund)
    workflow.refuse_payment(refused.pk, by=make.person("leader"), reason="库里还有")
    assert balance(fund) == 3000


def test_money_that_was_spent_meanwhile_cannot_be_approved():
    fund = keeping.fund(2500)
    asked = keeping.payment(2000, of=fund)
    keeping.payment(900, of=fund)
    with pytest.raises(Conflict, match="只剩 1600"):
        workflow.approve(asked.pk, by=make.person("leader"))
    assert Payment.objects.get(pk=asked.pk).state == "asked"


def test_an_advance_is_settled_by_its_receipts_and_the_rest_comes_back():
    fund, by = keeping.fund(1000), keeping.keeper()
    advance = keeping.payment(800, kind="advance", of=fund)
    workflow.add_receipt(advance.pk, by=by, number="A1", amount=Decimal("300.50"), what="饮用水")
    with pytest.raises(Incomplete, match="超过"):
        workflow.add_receipt(advance.pk, by=by, number="A2", amount=Decimal(500), what="盒饭")
    workflow.add_receipt(advance.pk, by=by, number="A2", amount=Decimal(200), what="盒饭")
    done = workflow.settle(advance.pk, by=by)
    assert done.spent == Decimal("500.50")
    assert balance(fund) == Decimal("499.50")
    with pytest.raises(Conflict):
        workflow.add_receipt(advance.pk, by=by, number="A3", amount=Decimal(1), what="x")


def test_nobody_edits_a_balance_or_an_entry():
    fund = keeping.fund(1000)
    for attempt in (
        lambda: Fund.objects.filter(pk=fund.pk).update(balance=99),
        lambda: FundEntry.objects.filter(fund=fund).update(change=99),
        lambda: FundEntry.objects.filter(fund=fund).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert balance(fund) == 1000


def test_only_logistics_pays():
    fund = keeping.fund()
    for who in ("it", "admin", "leader", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.pay(
                fund.pk,
                by=make.person(who),
                kind="expense",
                amount=Decimal(1),
                payee="x",
                purpose=workflow.Purpose("x"),
            )


def test_what_an_incident_cost_is_told_on_its_page(client):
    incident = make.confirmed()
    fund = keeping.fund(5000)
    facts = {"by": keeping.keeper(), "fund": fund, "payee": "金师傅"}
    incidents.pay_for(
        incident.pk,
        kind="expense",
        amount=Decimal(120),
        purpose=workflow.Purpose("盒饭"),
        **facts,
    )
    incidents.pay_for(
        incident.pk,
        kind="expense",
        amount=Decimal(3000),
        purpose=workflow.Purpose("租发电机"),
        **facts,
    )
    assert Supplying(incident, keeping.keeper()).cost.total == 120
    client.force_login(make.person("leader"))
    page = client.get(reverse("incidents:supplies", args=[incident.pk])).content.decode()
    assert "120.00" in page
    assert "租发电机" in page


def test_the_pages_of_the_fund_walk_an_expense_to_its_end(client):
    fund = keeping.fund(5000)
    client.force_login(keeping.keeper())
    url = reverse("inventory:pay", args=[fund.pk])
    assert client.post(url, {"kind": "advance", "amount": "0"}).status_code == 422
    said = {"kind": "advance", "amount": "900", "payee": "金师傅", "purpose": "买水"}
    assert client.post(url, said).status_code == 302
    payment = Payment.objects.get(fund=fund)
    verb = reverse("inventory:payment_verb", args=[payment.pk, "receipt"])
    refused = client.post(verb, {"number": "B1", "amount": "999", "what": "水"})
    assert refused.status_code == 422
    assert "超过付出的金额" in refused.content.decode()
    client.post(verb, {"number": "B1", "amount": "880", "what": "水"})
    client.post(reverse("inventory:payment_verb", args=[payment.pk, "settle"]), {"version": 1})
    assert balance(fund) == 4120
    assert "预支余款退回" in client.get(reverse("inventory:funds")).content.decode()


def test_a_fault_shows_the_hotline_of_whoever_answers_for_it(client):
    keeping.supplier(name="光纤公司", hotline="7777", answers_for="光纤\n骨干网")
    incident = make.report(seen="骨干网断了")
    client.force_login(make.person("it"))
    page = client.get(reverse("incidents:supplies", args=[incident.pk])).content.decode()
    assert "7777" in page
    assert "示范服务器维保公司" not in page


def test_a_contract_that_runs_out_is_told_once():
    import datetime

    from django.utils import timezone

    workflow.watch()
    soon = timezone.localdate() + datetime.timedelta(days=20)
    made = keeping.supplier(contract_to=soon)
    assert workflow.watch() == 1
    assert workflow.watch() == 0
    relay()
    assert Alert.objects.filter(url=made.get_absolute_url(), text__contains="请续签").exists()
