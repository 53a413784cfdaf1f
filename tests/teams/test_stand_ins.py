"""Standing in and swapping: asked, accepted, approved; or arranged; and temporary replacement."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import workflow
from teams.conflicts import ConflictsFound
from teams.models import Duty, Replacement, StandIn
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it") for _number in range(3)]


@pytest.fixture
def roster(people):
    """The first two take turns each day from midnight; the third may stand in."""
    return making.roster(layer(people[0].pk, people[1].pk), name="一线")


def duties_of(roster, person):
    return list(
        Duty.objects.filter(roster=roster, person=person, starts_at__gt=local(2)).order_by(
            "starts_at"
        )
    )


def asked(roster, people, **facts):
    duty = duties_of(roster, people[0])[0]
    facts = {
        "by": people[0],
        "stand_in": people[2],
        "starts_at": duty.starts_at,
        "ends_at": duty.ends_at,
        "reason": "家里有事",
    } | facts
    return workflow.ask_stand_in(roster.pk, **facts)


def swapped(roster, people, **facts):
    mine, theirs = duties_of(roster, people[0])[0], duties_of(roster, people[1])[0]
    facts = {
        "by": people[0],
        "other": people[1],
        "starts_at": mine.starts_at,
        "ends_at": mine.ends_at,
        "other_starts_at": theirs.starts_at,
        "other_ends_at": theirs.ends_at,
        "reason": "家里有事",
    } | facts
    return workflow.ask_swap(roster.pk, **facts), mine, theirs


def on_at(roster, moment):
    return [duty.person for duty in Duty.objects.at(moment).filter(roster=roster)]


# The road ---------------------------------------------------------------------------------------


def test_asked_accepted_approved_and_only_then_the_calendar_moves(people, roster):
    head = make.person("fault_head")
    ask = asked(roster, people)
    workflow.accept_stand_in(ask.pk, by=people[2], version=1)
    assert on_at(roster, ask.starts_at) == [people[0]]
    workflow.approve_stand_in(ask.pk, by=head, version=2)
    assert on_at(roster, ask.starts_at) == [people[2]]
    duty = Duty.objects.at(ask.starts_at).get(roster=roster)
    assert (duty.source, duty.instead_of) == ("stand_in", people[0])
    assert on_at(roster, ask.ends_at) == [people[1]]
    assert [
        entry.event for entry in Entry.objects.of(roster.stream) if entry.event != "roster.create"
    ] == ["stand_in.ask", "stand_in.accept", "duty.moved", "stand_in.approve"]
    moved = {each["person"] for each in Entry.objects.get(event="duty.moved").facts["moved"]}
    assert moved == {people[0].pk, people[2].pk}


def test_nothing_is_approved_before_the_stand_in_has_agreed(people, roster):
    ask = asked(roster, people)
    with pytest.raises(Conflict):
        workflow.approve_stand_in(ask.pk, by=make.person("fault_head"))
    workflow.decline_stand_in(ask.pk, by=people[2], reason="当天出差")
    with pytest.raises(Conflict):
        workflow.approve_stand_in(ask.pk, by=make.person("fault_head"))
    assert StandIn.objects.get().said == "当天出差"


def test_the_stand_in_may_still_decline_until_it_is_approved(people, roster):
    ask = asked(roster, people)
    workflow.accept_stand_in(ask.pk, by=people[2])
    workflow.decline_stand_in(ask.pk, by=people[2], reason="记错了日子")
    assert StandIn.objects.get().state == "declined"


def test_who_asked_withdraws_until_it_is_approved_then_only_the_head_cancels(people, roster):
    ask = asked(roster, people)
    workflow.withdraw_stand_in(ask.pk, by=people[0])
    assert StandIn.objects.get().state == "withdrawn"
    ask = asked(roster, people)
    workflow.accept_stand_in(ask.pk, by=people[2])
    workflow.approve_stand_in(ask.pk, by=make.person("admin"))
    with pytest.raises(Conflict):
        workflow.withdraw_stand_in(ask.pk, by=people[0])
    for who in (people[0], people[2]):
        with pytest.raises(NotAllowed):
            workflow.cancel_stand_in(ask.pk, by=who, reason="不用了")
    workflow.cancel_stand_in(ask.pk, by=make.person("fault_head"), reason="本人能来")
    assert on_at(roster, ask.starts_at) == [people[0]]


def test_who_may_take_which_step(people, roster):
    ask = asked(roster, people)
    head, other = make.person("fault_head"), make.person("logistics")
    for who in (people[0], people[1], head, other):
        with pytest.raises(NotAllowed):
            workflow.accept_stand_in(ask.pk, by=who)
    for who in (people[1], people[2], other):
        with pytest.raises(NotAllowed):
            workflow.withdraw_stand_in(ask.pk, by=who)
    workflow.accept_stand_in(ask.pk, by=people[2])
    for who in (*people, other, make.person("leader"), make.person("auditor")):
        with pytest.raises(NotAllowed):
            workflow.approve_stand_in(ask.pk, by=who)
        with pytest.raises(NotAllowed):
            workflow.refuse_stand_in(ask.pk, by=who, reason="不行")
    workflow.refuse_stand_in(ask.pk, by=head, reason="那天要升级")
    assert StandIn.objects.get().state == "refused"


def test_a_head_does_not_approve_a_stand_in_of_their_own(people, roster):
    head = make.person("fault_head")
    ask = asked(roster, people, stand_in=head)
    workflow.accept_stand_in(ask.pk, by=head)
    with pytest.raises(NotAllowed):
        workflow.approve_stand_in(ask.pk, by=head)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"stand_in": "self"}, "stand_in"),
        ({"stand_in": "auditor"}, "stand_in"),
        ({"starts_at": local(-3), "ends_at": local(-2)}, "ends_at"),
        ({"starts_at": local(500), "ends_at": local(501)}, "starts_at"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(people, roster, facts, field):
    if facts.get("stand_in") == "self":
        facts = facts | {"stand_in": people[0]}
    elif facts.get("stand_in") == "auditor":
        facts = facts | {"stand_in": make.person("auditor")}
    with pytest.raises(Incomplete) as refused:
        asked(roster, people, **facts)
    assert list(refused.value.fields) == [field]
    assert not StandIn.objects.exists()


def test_only_for_oneself_unless_one_arranges_the_roster(people, roster):
    with pytest.raises(NotAllowed):
        asked(roster, people, by=people[1], person=people[0])
    ask = asked(roster, people, by=make.person("fault_head"), person=people[0])
    workflow.accept_stand_in(ask.pk, by=people[2])


def test_what_would_break_is_told_at_approval(people, roster):
    making.roster(layer(people[2].pk), name="二线", position=2)
    ask = asked(roster, people)
    workflow.accept_stand_in(ask.pk, by=people[2])
    head = make.person("fault_head")
    with pytest.raises(ConflictsFound) as found:
        workflow.approve_stand_in(ask.pk, by=head)
    assert [each.kind for each in found.value.conflicts] == ["double_booking"]
    assert StandIn.objects.get().state == "accepted"
    workflow.approve_stand_in(ask.pk, by=head, accept_conflicts="二线可以兼")
    assert Entry.objects.get(event="stand_in.approve").facts["accepted_because"] == "二线可以兼"


# Swaps ------------------------------------------------------------------------------------------


def test_a_swap_exchanges_both_duties_at_one_approval(people, roster):
    swap, mine, theirs = swapped(roster, people)
    with pytest.raises(NotAllowed):
        workflow.accept_stand_in(swap.pk, by=people[0])
    # Either half may be named: both move.
    workflow.accept_stand_in(swap.swap.pk, by=people[1])
    assert set(StandIn.objects.values_list("state", flat=True)) == {"accepted"}
    workflow.approve_stand_in(swap.pk, by=make.person("fault_head"))
    assert set(StandIn.objects.values_list("state", flat=True)) == {"approved"}
    assert on_at(roster, mine.starts_at) == [people[1]]
    assert on_at(roster, theirs.starts_at) == [people[0]]
    workflow.cancel_stand_in(swap.swap.pk, by=make.person("admin"), reason="都能来")
    assert on_at(roster, mine.starts_at) == [people[0]]
    assert on_at(roster, theirs.starts_at) == [people[1]]


def test_a_swap_between_two_rosters(people, roster):
    second = making.roster(layer(people[2].pk), name="二线", position=2)
    mine, theirs = duties_of(roster, people[0])[0], duties_of(second, people[2])[1]
    swap = workflow.ask_swap(
        roster.pk,
        by=people[0],
        starts_at=mine.starts_at,
        ends_at=mine.ends_at,
        other=people[2],
        other_roster_pk=second.pk,
        other_starts_at=theirs.starts_at,
        other_ends_at=theirs.ends_at,
        reason="换一天",
    )
    workflow.accept_stand_in(swap.pk, by=people[2])
    workflow.approve_stand_in(swap.pk, by=make.person("fault_head"), accept_conflicts="两线兼一天")
    assert on_at(roster, mine.starts_at) == [people[2]]
    assert on_at(second, theirs.starts_at) == [people[0]]


def test_a_swap_of_overlapping_time_or_of_a_duty_that_is_none_is_refused(people, roster):
    mine = duties_of(roster, people[0])[0]
    with pytest.raises(Incomplete):
        swapped(roster, people, other_starts_at=mine.starts_at, other_ends_at=mine.ends_at)
    with pytest.raises(Incomplete):
        swapped(roster, people, other=people[2])
    with pytest.raises(NotAllowed):
        swapped(roster, people, by=make.person("auditor"))
    assert not StandIn.objects.exists()


# Arranged ---------------------------------------------------------------------------------------


def test_heads_and_administrators_put_somebody_in_anothers_place_at_once(people, roster):
    duty = duties_of(roster, people[0])[0]

    def arranged(who):
        return workflow.arrange_stand_in(
            roster.pk,
            by=make.person(who),
            person=people[0],
            stand_in=people[2],
            starts_at=duty.starts_at,
            ends_at=duty.ends_at,
            reason="培训",
        )

    for who in ("it", "logistics", "leader", "auditor"):
        with pytest.raises(NotAllowed):
            arranged(who)
    assert arranged("fault_head").state == "approved"
    assert on_at(roster, duty.starts_at) == [people[2]]


def test_a_stand_in_for_the_running_duty_begins_now(people, roster):
    now_on = Duty.objects.at(timezone.now()).get(roster=roster)
    began = now_on.starts_at
    workflow.arrange_stand_in(
        roster.pk,
        by=make.person("admin"),
        person=now_on.person,
        stand_in=people[2],
        starts_at=began - datetime.timedelta(hours=5),
        ends_at=now_on.ends_at + datetime.timedelta(days=1),
        reason="突发疾病",
    )
    now_on.refresh_from_db()
    assert now_on.starts_at == began
    assert now_on.ends_at <= timezone.now()
    assert on_at(roster, timezone.now()) == [people[2]]


# Replacement ------------------------------------------------------------------------------------


def replaced(roster, by, people, start=3, end=5, **facts):
    return workflow.replace_people(
        roster.pk,
        by=by,
        people=people,
        starts_at=local(start),
        ends_at=local(end),
        **{"reason": "驻场保障"} | facts,
    )


def test_a_replacement_serves_for_its_time_and_ends_early(people, roster):
    head = make.person("fault_head")
    made = replaced(roster, head, [people[2], people[1]])
    assert on_at(roster, local(2, 23)) != [people[2], people[1]]
    assert on_at(roster, local(3)) == on_at(roster, local(4, 23)) == [people[2], people[1]]
    assert people[2] not in on_at(roster, local(5))
    workflow.end_replacement(made.pk, by=head)
    assert people[2] not in on_at(roster, local(3))
    with pytest.raises(Conflict):
        workflow.end_replacement(made.pk, by=head)
    events = Entry.objects.of(roster.stream).values_list("event", flat=True)
    assert [event for event in events if event.startswith("replacement")] == [
        "replacement.make",
        "replacement.end",
    ]


def test_who_may_replace_and_what_is_refused(people, roster):
    for who in ("it", "logistics", "auditor"):
        with pytest.raises(NotAllowed):
            replaced(roster, make.person(who), [people[2]])
    admin = make.person("admin")
    for wrong, facts in [
        ([], {}),
        ([people[2], people[2]], {}),
        ([make.person("auditor")], {}),
        ([people[2]], {"reason": ""}),
        ([people[2]], {"start": 5, "end": 4}),
    ]:
        with pytest.raises(Incomplete):
            replaced(roster, admin, wrong, **facts)
    with pytest.raises(ConflictsFound):
        replaced(roster, admin, [make.new_person("it")])
    assert not Replacement.objects.exists()
    made = replaced(roster, admin, [people[2]])
    with pytest.raises(NotAllowed):
        workflow.end_replacement(made.pk, by=people[2])
