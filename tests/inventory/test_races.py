"""Two at once, with real threads and real transactions."""

from decimal import Decimal

import pytest

from inventory import workflow
from inventory.models import Balance, Fund, Loan, Move
from journal.refusals import Conflict
from tests.inventory import keeping
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_issue_the_last_item_at_once_one_gets_it():
    made = keeping.item(1)
    by = keeping.keeper()
    said = at_once(*[lambda: keeping.lend(made, 1, by=by)] * 4)
    refused = [each for each in said if isinstance(each, Conflict)]
    assert len(refused) == 3
    assert all("只剩 0 个可领" in str(each) for each in refused)
    assert Loan.objects.filter(item=made).count() == 1
    assert Balance.objects.get(item=made).quantity == 0


def test_issues_of_two_items_in_either_order_never_stand_in_each_others_way():
    one, two = keeping.item(30), keeping.item(30)
    by = keeping.keeper()

    def lend(*items):
        return workflow.lend(
            [workflow.Wanted(item.pk, 1) for item in items],
            by=by,
            purpose=workflow.Purpose("演练", "incident:1"),
            taker="金师傅",
        )

    said = at_once(*[lambda: lend(one, two), lambda: lend(two, one)] * 4)
    assert all(isinstance(each, list) for each in said)
    both = [one, two]
    left = Balance.objects.filter(item__in=both).values_list("quantity", flat=True)
    assert list(left) == [22, 22]
    assert Move.objects.filter(kind="issued", item__in=both).count() == 16


def test_whatever_is_done_at_once_the_stock_is_the_sum_of_its_moves_and_never_below_nothing():
    made = keeping.item(6)
    by = keeping.keeper()

    def lose():
        balance = Balance.objects.get(item=made)
        return workflow.write_off(
            made.pk, by=by, kind="lost", quantity=2, balance=balance, reason="找不到"
        )

    deeds = [lambda: keeping.lend(made, 2, by=by), lose] * 3
    said = at_once(*deeds)
    # Each got what it asked for, or was told in words that there is not so much.
    assert None not in said
    moves = list(Move.objects.filter(item=made).order_by("pk"))
    assert all(move.after >= 0 for move in moves)
    left = Balance.objects.get(item=made).quantity
    assert left == sum(move.change for move in moves)
    assert left < 2, "nobody was refused while there was enough"


def test_what_is_out_is_given_back_once():
    made = keeping.item(5)
    (loan,) = keeping.lend(made, 5)
    by = keeping.keeper()
    said = at_once(*[lambda: workflow.give_back(loan.pk, by=by, returned=5)] * 3)
    assert sum(isinstance(each, Conflict) for each in said) == 2
    assert Balance.objects.get(item=made).quantity == 5


def test_two_expenses_at_once_never_take_more_than_there_is():
    fund = keeping.fund(1000)
    by = keeping.keeper()
    pay = {"by": by, "kind": "expense", "payee": "x", "purpose": workflow.Purpose("x")}
    said = at_once(*[lambda: workflow.pay(fund.pk, amount=Decimal(600), **pay)] * 3)
    assert sum(isinstance(each, Conflict) for each in said) == 2
    assert Fund.objects.get(pk=fund.pk).balance == 400
