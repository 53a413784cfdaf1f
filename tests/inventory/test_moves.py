"""Stock is what its moves make of it: never edited, never negative, whatever is tried."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import workflow
from inventory.models import Balance, Loan, Move
from inventory.stock import stock_of
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed, Refusal
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


def stock(made):
    return stock_of([made])[made.pk]


def held(made):
    return Balance.objects.get(item=made)


def test_what_comes_in_is_there_and_told():
    made = keeping.item(5)
    assert stock(made).total == 5
    move = Move.objects.get(item=made)
    assert (move.kind, move.change, move.after) == ("received", 5, 5)
    assert Entry.objects.of(made.stream).filter(event="supply.receive").count() == 1


def test_nobody_edits_a_total_or_a_move():
    made = keeping.item(5)
    tries = (
        lambda: Balance.objects.filter(item=made).update(quantity=50),
        lambda: Balance.objects.filter(item=made).delete(),
        lambda: Balance.objects.create(item=keeping.item(), place=made.place, quantity=3),
        lambda: Move.objects.filter(item=made).update(quantity=50),
        lambda: Move.objects.filter(item=made).delete(),
    )
    for attempt in tries:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert stock(made).total == 5


def test_the_database_itself_refuses_less_than_nothing():
    made = keeping.item(5)
    with pytest.raises(DatabaseError), transaction.atomic():
        Move.objects.create(
            item=made,
            place=made.place,
            kind="consumed",
            quantity=6,
            change=-6,
            at=timezone.now(),
        )
    assert stock(made).total == 5


def test_more_than_there_is_is_refused_in_words():
    made = keeping.item(5)
    with pytest.raises(Incomplete, match="只有 5 个"):
        workflow.write_off(
            made.pk,
            by=keeping.keeper(),
            kind="lost",
            quantity=6,
            balance=held(made),
            reason="找不到",
        )
    with pytest.raises(Conflict, match="只剩 5 个可领，要 6"):
        keeping.lend(made, 6)
    assert stock(made).total == 5
    assert not Loan.objects.filter(item=made).exists()


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "admin", "auditor"])
def test_only_logistics_moves_stock(who):
    made, by = keeping.item(5), make.person(who)
    before = Entry.objects.count()
    refused = (
        lambda: workflow.add_item(by=by, name="x", unit="x", category="technical"),
        lambda: workflow.receive(made.pk, by=by, quantity=1, place=made.place),
        lambda: keeping.lend(made, by=by),
        lambda: workflow.write_off(
            made.pk, by=by, kind="lost", quantity=1, balance=held(made), reason="x"
        ),
        lambda: workflow.transfer(made.pk, by=by, quantity=1, balance=held(made), place=made.place),
        lambda: workflow.reserve(
            made.pk, by=by, quantity=1, purpose=workflow.Purpose("x", "incident:1")
        ),
    )
    for verb in refused:
        with pytest.raises(NotAllowed):
            verb()
    assert stock(made).total == 5
    assert Entry.objects.count() == before


def test_what_expires_first_goes_first_and_what_has_expired_stays():
    made, by, today = keeping.item(), keeping.keeper(), timezone.localdate()
    for number, days in (("C", 90), ("A", 5), ("B", 30)):
        workflow.receive(
            made.pk,
            by=by,
            quantity=10,
            place=made.place,
            batch=number,
            expires_on=today + datetime.timedelta(days=days),
        )
    loans = keeping.lend(made, 15)
    assert [(loan.batch.number, loan.quantity) for loan in loans] == [("A", 10), ("B", 5)]
    made.batches.filter(number="B").update(expires_on=today - datetime.timedelta(days=1))
    assert stock(made).usable == 10
    with pytest.raises(Conflict, match="只剩 10"):
        keeping.lend(made, 11)


def test_what_came_back_damaged_or_lost_is_no_stock_and_wants_reason_and_name():
    made = keeping.item(20)
    (loan,) = keeping.lend(made, 20)
    by = keeping.keeper()
    with pytest.raises(Incomplete) as refused:
        workflow.give_back(loan.pk, by=by, lost=1)
    assert "reason" in refused.value.fields
    with pytest.raises(Incomplete) as refused:
        workflow.give_back(loan.pk, by=by, lost=1, reason="遗落在病区")
    assert "name" in refused.value.fields
    workflow.give_back(loan.pk, by=by, returned=17, lost=1, reason="遗落在病区", name="金师傅")
    assert stock(made).total == 17
    with pytest.raises(Conflict, match="只有 2"):
        workflow.give_back(loan.pk, by=by, returned=3)
    loan = workflow.give_back(loan.pk, by=by, returned=1, damaged=1, reason="进水", name="金师傅")
    assert loan.settled_at is not None
    assert stock(made).total == 18


def test_the_same_call_sent_twice_is_one():
    made, mark = keeping.item(5), uuid.uuid4()
    first = keeping.lend(made, 2, client_uuid=mark)
    again = keeping.lend(made, 2, client_uuid=mark)
    assert [loan.pk for loan in first] == [loan.pk for loan in again]
    assert stock(made).total == 3


def test_a_stale_return_is_refused():
    made = keeping.item(5)
    (loan,) = keeping.lend(made, 3)
    workflow.give_back(loan.pk, by=keeping.keeper(), version=1, returned=1)
    with pytest.raises(Conflict):
        workflow.give_back(loan.pk, by=keeping.keeper(), version=1, returned=1)
    assert stock(made).total == 3


def test_what_is_kept_back_is_for_its_purpose_only():
    made, by = keeping.item(10), keeping.keeper()
    mine = workflow.Purpose("故障", "incident:1")
    workflow.reserve(made.pk, by=by, quantity=8, purpose=mine)
    with pytest.raises(Conflict, match="只剩 2"):
        keeping.lend(made, 3)
    with pytest.raises(Conflict, match="只能再预留 2"):
        workflow.reserve(
            made.pk, by=by, quantity=3, purpose=workflow.Purpose("另一起", "incident:2")
        )
    keeping.lend(made, 8, purpose=mine)
    assert stock(made).reserved == 0
    keeping.lend(made, 2)


def test_falling_below_the_minimum_is_told_once():
    made = keeping.item(10, minimum=5)
    keeping.lend(made, 5)
    low = Entry.objects.of(made.stream).filter(event="supply.low")
    assert not low.exists()
    keeping.lend(made, 1)
    keeping.lend(made, 1)
    assert [entry.facts["left"] for entry in low] == [4]


def test_what_is_out_of_service_is_not_given_out():
    made = keeping.item(5)
    workflow.put_out_of_service(made.pk, by=keeping.keeper(), reason="电池鼓包")
    with pytest.raises(Conflict, match="电池鼓包"):
        keeping.lend(made)
    workflow.put_into_service(made.pk, by=keeping.keeper(), reason="换了电池")
    keeping.lend(made)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "lend", "back", "lose", "write_off", "transfer", "reserve"]),
        st.integers(-2, 12),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_any_sequence_of_moves_keeps_balances_the_sum_and_never_negative(deeds):
    with transaction.atomic():
        _play(deeds)
        transaction.set_rollback(True)


def _play(deeds):
    by = keeping.keeper()
    made, places = keeping.item(3), [keeping.place() for _ in range(3)]
    for deed, quantity, which in deeds:
        try:
            with transaction.atomic():
                _do(deed, made, quantity, which, places, by)
        except Refusal:
            pass
        balances = Balance.objects.filter(item=made)
        moves = Move.objects.filter(item=made)
        for row in balances:
            there = moves.filter(place=row.place, batch=row.batch)
            assert row.quantity == sum(move.change for move in there)
            assert row.quantity >= 0
            assert there.first().after == row.quantity
        assert sum(row.quantity for row in balances) == sum(move.change for move in moves)
        out = sum(loan.outstanding for loan in Loan.objects.filter(item=made))
        assert out >= 0
        gone = sum(move.quantity for move in moves if move.kind in ("lost", "damaged", "consumed"))
        received = sum(move.quantity for move in moves if move.kind == "received")
        assert received == stock(made).total + out + gone


def _do(deed, made, quantity, which, places, by):
    if deed == "receive":
        batch = f"B{which}" if which % 2 else ""
        workflow.receive(made.pk, by=by, quantity=quantity, place=places[which % 3], batch=batch)
    elif deed == "lend":
        keeping.lend(made, quantity)
    elif deed == "reserve":
        purpose = workflow.Purpose("x", f"incident:{which}")
        workflow.reserve(made.pk, by=by, quantity=quantity, purpose=purpose)
    elif deed in ("back", "lose"):
        loans = list(Loan.objects.filter(item=made).order_by("pk"))
        part = "returned" if deed == "back" else "lost"
        if loans:
            loan = loans[which % len(loans)]
            facts = {part: quantity, "reason": "x", "name": "y"}
            workflow.give_back(loan.pk, by=by, place=places[which % 3], **facts)
    else:
        rows = list(Balance.objects.filter(item=made))
        row = rows[which % len(rows)]
        if deed == "transfer":
            workflow.transfer(
                made.pk, by=by, quantity=quantity, balance=row, place=places[which % 3]
            )
        else:
            workflow.write_off(
                made.pk, by=by, kind="consumed", quantity=quantity, balance=row, reason="x"
            )
