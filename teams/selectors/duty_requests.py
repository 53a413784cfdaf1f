"""Requests about duty: what I asked for, what waits for me, whom I may ask for."""

import datetime
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from teams import duty_authority as authority
from teams.models import LayerMember, Leave, Membership, Person, Replacement, Role, Roster, StandIn

_SHOWN = 20
# What is over stays on one's own list for so long.
_REMEMBERED = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Requests:
    """Leave and stand-ins, each as one list. Of a swap only one half stands in it."""

    leaves: list[Leave] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.leaves) + len(self.stand_ins)


def asked_by(person: Person, at: datetime.datetime) -> Requests:
    """What the person asked for, or others for them, newest first. Two queries."""
    concerns = Q(person=person) | Q(asked_by=person)
    leaves = Leave.objects.filter(concerns, ends_at__gt=at - _REMEMBERED)
    stand_ins = _halves().filter(concerns, ends_at__gt=at - _REMEMBERED)
    return Requests(
        list(leaves.select_related("person").order_by("-asked_at")[:_SHOWN]),
        list(stand_ins.order_by("-asked_at")[:_SHOWN]),
    )


def waiting_for(person: Person, at: datetime.datetime) -> Requests:
    """What waits for this person: questions to them, and what they may decide. Two queries."""
    if not authority.is_employee(None, person):
        return Requests()
    headed = _headed(person)
    asked = Q(state=StandIn.State.ASKED) & ~Q(asked_by=F("stand_in")) & Q(stand_in=person) | Q(
        state=StandIn.State.ASKED, asked_by=F("stand_in"), person=person
    )
    decides = Q(state=StandIn.State.ACCEPTED) & ~Q(person=person) & ~Q(stand_in=person)
    leaves = Leave.objects.filter(state=Leave.State.ASKED, ends_at__gt=at).exclude(person=person)
    if not person.has_role(Role.ADMIN):
        decides &= Q(roster__group__in=headed)
        leaves = leaves.filter(person__in=_led(headed))
    return Requests(
        list(leaves.select_related("person").order_by("starts_at")),
        list(_halves().filter(asked | decides, ends_at__gt=at).order_by("starts_at")),
    )


def leaves_seen_by(person: Person) -> QuerySet[Leave]:
    """Leave is the business of whom it concerns, of who decides about it, and of who audits."""
    leaves = Leave.objects.select_related("person", "asked_by", "decided_by")
    if person.has_role(Role.ADMIN, Role.AUDITOR):
        return leaves
    led = Q(person__in=_led(_headed(person)))
    return leaves.filter(Q(person=person) | Q(asked_by=person) | led)


def stand_ins_seen_by(person: Person) -> QuerySet[StandIn]:
    """Stand-ins and halves of swaps, as `leaves_seen_by`; who arranges the roster decides."""
    stand_ins = StandIn.objects.select_related(
        "roster", "person", "stand_in", "asked_by", "decided_by"
    )
    if person.has_role(Role.ADMIN, Role.AUDITOR):
        return stand_ins
    return stand_ins.filter(
        Q(person=person)
        | Q(stand_in=person)
        | Q(asked_by=person)
        | Q(roster__group__in=_headed(person))
    )


def of_roster(roster: Roster, at: datetime.datetime) -> list[StandIn]:
    """Stand-ins and swaps of this roster that are under way or hold, by their beginning."""
    states = [StandIn.State.ASKED, StandIn.State.ACCEPTED, StandIn.State.APPROVED]
    return list(
        StandIn.objects.filter(roster=roster, state__in=states, ends_at__gt=at)
        .select_related("roster", "person", "stand_in")
        .order_by("starts_at", "pk")
    )


def replacements_of(roster: Roster, at: datetime.datetime) -> list[Replacement]:
    """Temporary replacements of this roster that run or come, with their people. Two queries."""
    return list(
        Replacement.objects.filter(roster=roster, ended_at__isnull=True, ends_at__gt=at)
        .prefetch_related("members__person")
        .order_by("starts_at", "pk")
    )


def may_ask_for(person: Person) -> list[Person]:
    """For whom this person may ask for leave: themselves first, then those they decide about."""
    others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
    others = others.exclude(roles__contains=[Role.AUDITOR])
    if not person.has_role(Role.ADMIN):
        others = others.filter(pk__in=_led(_headed(person)))
    return [person, *others.order_by("department__position", "department", "pk")]


def colleagues(roster: Roster) -> tuple[list[Person], list[Person]]:
    """Who can stand in: the people of the roster and its group, then everybody else. One query."""
    near = set(
        LayerMember.objects.filter(layer__roster__group=roster.group_id).values_list(
            "person", flat=True
        )
    ) | set(Membership.objects.filter(group=roster.group_id).values_list("person", flat=True))
    everybody = (
        Person.objects.filter(is_active=True)
        .exclude(roles__contains=[Role.AUDITOR])
        .order_by("department__position", "department", "pk")
    )
    people = list(everybody)
    return (
        [person for person in people if person.pk in near],
        [person for person in people if person.pk not in near],
    )


def _halves() -> QuerySet[StandIn]:
    """Each stand-in, and of each swap the half with which it was asked."""
    return StandIn.objects.filter(Q(swap__isnull=True) | Q(pk__lt=F("swap"))).select_related(
        "roster", "person", "stand_in", "swap"
    )


def _headed(person: Person) -> QuerySet[Membership]:
    heads = (Membership.Part.HEAD, Membership.Part.DEPUTY)
    return Membership.objects.filter(person=person, part__in=heads).values("group")  # type: ignore[return-value]


def _led(headed: QuerySet[Membership]) -> QuerySet[Person]:
    """Who is in one of these groups or serves for one."""
    return Person.objects.filter(
        Q(pk__in=Membership.objects.filter(group__in=headed).values("person"))
        | Q(pk__in=LayerMember.objects.filter(layer__roster__group__in=headed).values("person"))
    )
