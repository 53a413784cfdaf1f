"""Whom a rung reaches at a moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plans.models import PlanVersion, Rung
from plans.resolving import people_of
from teams.models import Leave
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


def rung(**target) -> Rung:
    make.hospital()
    return Rung(plan=PlanVersion.objects.in_force(), level=1, position=99, **target)


def usernames(found) -> list[str]:
    return [person.username for person in found]


def away(who: str) -> None:
    person, at = make.person(who), timezone.now()
    Leave.objects.create(
        person=person,
        starts_at=make.later(hours=-1),
        ends_at=make.later(hours=1),
        state=Leave.State.APPROVED,
        reason="年假",
        asked_by=person,
        asked_at=at,
        decided_by=person,
        decided_at=at,
    )


def test_a_role_reaches_everybody_who_holds_it_and_is_there():
    left = make.person("anquan")
    left.is_active = False
    left.save()
    away("wangluo")
    found = people_of(rung(to="role", role="it"), timezone.now())
    assert usernames(found) == ["zhiban", "zhiban2", "xinxi", "zhichi"]


def test_an_auditor_is_called_by_no_role():
    make.new_person("it", "auditor")
    everybody = people_of(rung(to="role", role="it"), timezone.now())
    assert all(not person.only_reads for person in everybody)


@pytest.mark.parametrize(
    ("part", "who"),
    [
        ("head", ["xinxi"]),
        ("deputy", ["zhichi"]),
        ("member", ["zhiban", "zhiban2", "wangluo", "anquan", "kefu2"]),
        ("anyone", ["xinxi", "zhichi", "zhiban", "zhiban2", "wangluo", "anquan", "kefu2"]),
        ("acting_head", ["xinxi"]),
    ],
)
def test_a_group_is_reached_by_its_parts_in_their_order(part, who):
    target = rung(to="group", group=make.group("fault"), part=part)
    assert usernames(people_of(target, timezone.now())) == who


def test_the_head_away_the_deputy_leads():
    target = rung(to="group", group=make.group("fault"), part="acting_head")
    away("xinxi")
    assert usernames(people_of(target, timezone.now())) == ["zhichi"]
    away("zhichi")
    assert people_of(target, timezone.now()) == []


def test_a_roster_reaches_who_is_on_duty_then():
    first, second = make.person("zhiban"), make.person("zhiban2")
    roster = making.roster(making.layer(first.pk, second.pk, starts_on="2026-01-01"))
    target = rung(to="roster", roster=roster)
    duties = list(roster.duties.order_by("starts_at")[:2])
    for duty in duties:
        assert people_of(target, duty.ends_at - timedelta(minutes=1)) == [duty.person]
    assert {duty.person for duty in duties} == {first, second}


def test_the_reporter_is_the_incidents():
    target = rung(to="reporter")
    assert people_of(target, timezone.now()) == []
    assert people_of(target, timezone.now(), reporter=make.person("cs")) == [make.person("cs")]


def test_a_person_who_left_is_reached_no_more():
    target = rung(to="person", person=make.person("zongzhiban"))
    assert usernames(people_of(target, timezone.now())) == ["zongzhiban"]
    away("zongzhiban")
    assert people_of(target, timezone.now()) == []


def test_a_caller_may_bring_its_own_calendar():
    class Always:
        def serving(self, roster, at):
            return [make.person("wangluo").pk, make.person("anquan").pk]

        def leading(self, group, at):
            return make.person("houqin").pk

        def away(self, people, at):
            return {make.person("anquan").pk}

    roster = making.roster(making.layer(make.person("zhiban").pk))
    at = timezone.now()
    assert usernames(people_of(rung(to="roster", roster=roster), at, calendar=Always())) == [
        "wangluo"
    ]
    target = rung(to="group", group=make.group("fault"), part="acting_head")
    assert usernames(people_of(target, at, calendar=Always())) == ["houqin"]


def test_the_number_of_queries_is_fixed(django_assert_max_num_queries):
    make.hospital()
    for _turn in range(20):
        make.new_person("it")
    target, at = rung(to="role", role="it"), timezone.now()
    with django_assert_max_num_queries(3):
        people_of(target, at)
