"""Back-entry: numbers that cannot be counted twice or forgotten, two people, cash to the fen."""

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents import gates, workflow
from incidents.models import Batch, Incident, Reentry, Slip
from incidents.numbers import conflicts, written
from incidents.tally import Tally
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed, Refusal
from tests import make

pytestmark = pytest.mark.django_db
AN_HOUR_AGO = timedelta(hours=1)


def opened(count=60, *, incident=None, with_cash=True, state="commanded"):
    incident = incident or make.incident(state)
    batch = workflow.reserve(
        by=None,
        department=make.department("门诊收费处"),
        kind="手写收据",
        prefix="SF-",
        count=count,
        with_cash=with_cash,
    )
    return workflow.open_batch(batch.pk, by=make.person("chuangkou"), incident=incident)


def enter(batch, numbers, amount="0", by="chuangkou", **facts):
    facts = {"event_from": timezone.now() - AN_HOUR_AGO} | facts
    amount = Decimal(amount) if batch.with_cash else None
    return workflow.reenter(batch.pk, by=make.person(by), numbers=numbers, amount=amount, **facts)


def account(batch, by="chuangkou", **facts):
    return workflow.account(batch.pk, by=make.person(by), **facts)


# Numbers ----------------------------------------------------------------------------------------


def test_each_number_is_told_once_and_the_rest_is_unused():
    batch = opened()
    account(batch, used="1-40, 43", void="41", lost="42", lost_reason="被水泡了", rest_unused=True)
    assert [line[1:] for line in Tally.of(batch).lines] == [
        (41, "1-40, 43"),
        (1, "41"),
        (1, "42"),
        (17, "44-60"),
    ]
    entry = Entry.objects.get(event="paper.account")
    assert (entry.facts["used_numbers"], entry.facts["lost_reason"]) == ("1-40, 43", "被水泡了")


@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"used": "1-40", "void": "17-19, 41", "unused": "42-60"}, "void", "17 到 19 号已在使用里"),
        ({"used": "1-41", "unused": "44-60"}, "unused", "缺 42、43 号"),
        ({"used": "1-61", "rest_unused": True}, "used", "61 号不在这一批里（1 到 60）"),
        ({"used": "1-5, 5", "rest_unused": True}, "used", "5 号写了两次"),
        ({"used": "壹", "rest_unused": True}, "used", "看不懂"),
        ({"lost": "7", "rest_unused": True}, "lost_reason", "怎么遗失"),
    ],
)
def test_what_is_no_account_is_refused_with_the_exact_numbers(facts, field, says):
    batch = opened()
    with pytest.raises(Incomplete) as refused:
        account(batch, **facts)
    assert says in str(refused.value.fields[field])
    batch.refresh_from_db()
    assert batch.accounted_at is None
    assert batch.slips.filter(fate="unused").count() == 60


def test_at_the_window_one_number_after_another_is_noted_and_taken_back():
    batch, clerk = opened(), make.person("chuangkou")
    workflow.mark(batch.pk, by=clerk, numbers="1-5", fate="used")
    workflow.mark(batch.pk, by=clerk, numbers="6", fate="void")
    assert Tally.of(batch).next_unused == 7
    with pytest.raises(Conflict, match="3 到 5 号已在使用里"):
        workflow.mark(batch.pk, by=clerk, numbers="3-5", fate="void")
    workflow.mark(batch.pk, by=clerk, numbers="SF-0005", fate="unused")
    workflow.mark(batch.pk, by=clerk, numbers="5", fate="void")
    assert Tally.of(batch).void == {5, 6}


@pytest.mark.parametrize("who", ["leader", "it", "jizhen", "admin", "auditor"])
def test_nobody_else_touches_the_departments_forms(who):
    batch, stranger = opened(), make.person(who)
    for act in (
        lambda: workflow.mark(batch.pk, by=stranger, numbers="1", fate="used"),
        lambda: workflow.account(batch.pk, by=stranger, used="1", rest_unused=True),
        lambda: enter(batch, "1", by=who),
        lambda: workflow.count_cash(batch.pk, by=stranger, total=Decimal(1)),
        lambda: workflow.explain(batch.pk, by=stranger, reason="x"),
        lambda: workflow.close_batch(batch.pk, by=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert batch.slips.filter(fate="unused").count() == 60
    assert not Reentry.objects.exists()


# Entry and check ----------------------------------------------------------------------------------


def test_it_is_entered_by_one_and_checked_by_another_with_the_real_time_beside():
    batch = opened()
    began = timezone.now() - AN_HOUR_AGO
    entry = enter(batch, "1-10", "120.50", event_from=began, event_to=began + timedelta(minutes=9))
    assert (entry.count, entry.amount) == (10, Decimal("120.50"))
    assert entry.event_to < entry.at
    with pytest.raises(NotAllowed, match="另一个人"):
        workflow.check_reentry(entry.pk, by=make.person("chuangkou"))
    with pytest.raises(NotAllowed):
        workflow.check_reentry(entry.pk, by=make.person("it"))
    checked = workflow.check_reentry(entry.pk, by=make.person("department"))
    assert workflow.check_reentry(entry.pk, by=make.person("department")) == checked
    with pytest.raises(IntegrityError), transaction.atomic():
        Reentry.objects.filter(pk=entry.pk).update(checked_by=make.person("chuangkou"))


def test_what_is_entered_already_is_refused_with_who_was_faster():
    batch = opened()
    enter(batch, "1-10", "10")
    with pytest.raises(Conflict, match=r"9、10 号已由沈月在 .* 补录"):
        enter(batch, "9-12", "5", by="department")
    account(batch, used="1-12", void="13", rest_unused=True)
    with pytest.raises(Conflict, match="13 号已在作废里。 14 号已在未用里"):
        enter(batch, "12-14", "5")
    with pytest.raises(Incomplete, match="已经补录，只能算使用"):
        account(batch, used="2-12", void="1, 13", rest_unused=True)
    assert Reentry.objects.count() == 1


def test_a_returned_entry_frees_its_numbers_and_stays_on_record():
    batch = opened()
    entry = enter(batch, "1-10", "99")
    with pytest.raises(Incomplete):
        workflow.return_reentry(entry.pk, by=make.person("department"), reason=" ")
    workflow.return_reentry(entry.pk, by=make.person("department"), reason="10 号金额不对")
    with pytest.raises(Conflict):
        workflow.check_reentry(entry.pk, by=make.person("department"))
    again = enter(batch, "1-10", "98")
    tally = Tally.of(batch)
    assert tally.entered_total == Decimal("98.00")
    assert [one.pk for one in tally.reentries] == [again.pk, entry.pk]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"numbers": ""}, "numbers"),
        ({"amount": None}, "amount"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"event_from": timedelta(hours=1)}, "event_from"),
        ({"event_to": timedelta(hours=-9)}, "event_to"),
    ],
)
def test_an_entry_that_is_not_sound_is_refused_at_its_field(facts, field):
    batch = opened()
    now = timezone.now()
    moments = {k: now + v for k, v in facts.items() if isinstance(v, timedelta)}
    said = {"numbers": "1", "amount": Decimal(1), "event_from": now - AN_HOUR_AGO} | facts | moments
    with pytest.raises(Incomplete) as refused:
        workflow.reenter(batch.pk, by=make.person("chuangkou"), **said)
    assert field in refused.value.fields
    assert not Reentry.objects.exists()


def test_the_same_form_sent_twice_enters_once():
    batch, mark = opened(), uuid.uuid4()
    assert enter(batch, "1", client_uuid=mark) == enter(batch, "1", client_uuid=mark)
    assert Reentry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_same_number_at_once_one_wins():
    batch = opened()
    people = [make.person("chuangkou"), make.person("department")]
    gate, came = threading.Barrier(2), []

    def go(person):
        gate.wait()
        try:
            workflow.reenter(
                batch.pk,
                by=person,
                numbers="40-45",
                amount=Decimal(1),
                event_from=timezone.now() - AN_HOUR_AGO,
            )
            came.append("entered")
        except Conflict as refused:
            came.append(str(refused))
        connection.close()

    threads = [threading.Thread(target=go, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 2
    assert came.count("entered") == 1
    assert any("40 到 45 号已由" in said for said in came)
    assert Reentry.objects.count() == 1


# Cash and the end ---------------------------------------------------------------------------------


def finished(batch, amount="21673.50", paper="21673.50"):
    """The scenario's afternoon: 184 entered, 3 void, the rest unused."""
    entry = enter(batch, "1-184", amount)
    account(batch, used="1-184", void="185-187", rest_unused=True)
    workflow.check_reentry(entry.pk, by=make.person("department"))
    return workflow.count_cash(batch.pk, by=make.person("chuangkou"), total=Decimal(paper))


def test_a_batch_that_agrees_is_settled_by_the_head():
    batch = finished(opened(240))
    with pytest.raises(NotAllowed):
        workflow.close_batch(batch.pk, by=make.person("chuangkou"))
    done = workflow.close_batch(batch.pk, by=make.person("department"))
    assert (done.state, done.entered_total) == ("closed", Decimal("21673.50"))
    with pytest.raises(Conflict):
        enter(batch, "200", "1")


def test_a_difference_is_explained_by_name_before_it_is_settled():
    batch = finished(opened(240), amount="21673.50", paper="21670.00")
    head = make.person("department")
    with pytest.raises(Incomplete, match=r"相差 \+3.50 元，还没有人说明"):
        workflow.close_batch(batch.pk, by=head)
    with pytest.raises(NotAllowed):
        workflow.explain(batch.pk, by=make.person("chuangkou"), reason="找零")
    workflow.explain(batch.pk, by=head, reason="117 号多收 3.50，已退患者")
    workflow.count_cash(batch.pk, by=make.person("chuangkou"), total=Decimal("21669.00"))
    with pytest.raises(Incomplete, match=r"相差 \+4.50 元"):
        workflow.close_batch(batch.pk, by=head)
    workflow.explain(batch.pk, by=head, reason="再点一遍，少 1 元")
    done = workflow.close_batch(batch.pk, by=head)
    assert (done.explained, done.explained_by) == (Decimal("4.50"), head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(explanation="")


def test_what_is_missing_is_said_and_hinders_the_cleanup_until_waived_by_name():
    incident = make.incident("cleaning")
    batch = opened(incident=incident)
    enter(batch, "1-3", "3")
    workflow.mark(batch.pk, by=make.person("chuangkou"), numbers="4-6", fate="used")
    with pytest.raises(Incomplete) as refused:
        workflow.close_batch(batch.pk, by=make.person("department"))
    for words in ("没有点清", "4 到 6 号还没有补录", "3 张补录了", "没有登记纸面合计"):
        assert words in str(refused.value)
    found = {c.key: c for c in gates.conditions(gates.CLEANUP, incident)}
    demand = found[f"batch-{batch.pk}"]
    assert demand.open
    assert "4 到 6 号还没有补录" in demand.missing
    assert demand.link == batch.get_absolute_url()
    workflow.waive(incident.pk, by=make.person("it"), point=demand.key, reason="收费处明早补录")
    found = {c.key: c for c in gates.conditions(gates.CLEANUP, incident)}
    assert not found[demand.key].open


def test_forms_without_cash_need_no_amount():
    batch = opened(5, with_cash=False)
    entry = enter(batch, "1-2")
    account(batch, used="1-2", rest_unused=True)
    workflow.check_reentry(entry.pk, by=make.person("jizhen"))
    with pytest.raises(Incomplete, match="不涉及收款"):
        workflow.count_cash(batch.pk, by=make.person("department"), total=Decimal(1))
    assert workflow.close_batch(batch.pk, by=make.person("department")).entered_total is None


# Whatever happens ---------------------------------------------------------------------------------

claims = st.sets(st.integers(1, 14), max_size=8)


@given(st.fixed_dictionaries(dict.fromkeys(("used", "void", "lost", "unused"), claims)))
def test_no_conflict_is_found_exactly_where_the_claims_part_the_whole(claimed):
    issued = range(1, 13)
    outside, shared, missing = conflicts(issued, claimed)
    whole = sorted(number for numbers in claimed.values() for number in numbers)
    assert (not outside and not shared and not missing) == (whole == list(issued))


FATES = [str(fate) for fate in Slip.Fate]
acts = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.sets(st.integers(1, 12), min_size=1), st.sampled_from(FATES)),
        st.tuples(st.just("enter"), st.sets(st.integers(1, 12), min_size=1)),
        st.tuples(st.just("account"), st.lists(st.sampled_from(FATES), min_size=12, max_size=12)),
        st.tuples(st.sampled_from(["check", "return"]), st.integers(0, 3)),
        st.tuples(st.just("close")),
    ),
    max_size=12,
)


def perform(batch, act, said):
    clerk, head = make.person("chuangkou"), make.person("department")
    if act == "mark":
        workflow.mark(batch.pk, by=clerk, numbers=written(said[0]), fate=said[1])
    elif act == "enter":
        enter(batch, written(said[0]), "1")
    elif act == "account":
        parts = {f: written(n for n, g in enumerate(said[0], 1) if f == g) for f in FATES}
        account(batch, **parts, lost_reason="不见了")
    elif act == "close":
        workflow.close_batch(batch.pk, by=head)
    elif entry := Reentry.objects.filter(batch=batch)[said[0] : said[0] + 1].first():
        if act == "check":
            workflow.check_reentry(entry.pk, by=head)
        else:
            workflow.return_reentry(entry.pk, by=head, reason="不符")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts)
def test_whatever_verbs_follow_each_other_every_number_has_one_place(sequence):
    incident = Incident.objects.first() or make.incident("commanded")
    with transaction.atomic():
        batch = opened(12, incident=incident)
        for act, *said in sequence:
            try:
                with transaction.atomic():
                    perform(batch, act, said)
            except Refusal:
                pass
            tally = Tally.of(batch)
            whole = sorted(n for numbers in tally.numbers.values() for n in numbers)
            assert whole == list(range(1, 13))
            assert tally.entered <= tally.used
            assert len(tally.entered) == sum(entry.count for entry in tally.valid)
        transaction.set_rollback(True)
