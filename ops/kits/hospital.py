"""What the kits of all departments are made of, read at once: a fixed number of queries."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from plans import content
from plans.models import PlanVersion
from teams.models import (
    ContactPoint,
    Department,
    Layer,
    Membership,
    Person,
    ResponseGroup,
    Role,
    Roster,
    Service,
)
from teams.rules import LayerRules, RosterRules, rules_of

# A shift of fewer days is an exception to the rules, and gone before the kit is.
_LASTING = datetime.timedelta(days=28)


@dataclass(frozen=True)
class Post:
    """A duty post: its roster, the shifts that last, and who takes turns, in order."""

    roster: Roster
    layers: tuple[LayerRules, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class Hospital:
    """One reading. `numbers` holds each person's outside numbers, in their own order."""

    name: str
    duty_phone: str
    site_url: str
    plan: PlanVersion | None
    value: dict[str, Any]
    departments: list[Department]
    services: list[Service]
    people: dict[int, Person]
    numbers: dict[int, list[str]]
    groups: list[ResponseGroup]
    posts: list[Post]
    usernames: dict[str, str] = field(default_factory=dict)

    def of_department(self, department: Department) -> list[Person]:
        """Who works there, whoever leads first."""
        people = [one for one in self.people.values() if one.department_id == department.pk]
        return sorted(people, key=lambda one: (Role.DEPARTMENT not in one.roles, one.pk))

    def heads_of(self, department: Department) -> list[Person]:
        return [one for one in self.of_department(department) if Role.DEPARTMENT in one.roles]

    def parts_of(self, group: ResponseGroup, *parts: str) -> list[Membership]:
        """The group's people who are still here, in the order of its succession."""
        return [
            each
            for each in group.memberships.all()
            if each.person_id in self.people and (not parts or each.part in parts)
        ]

    def group(self, kind: str) -> ResponseGroup | None:
        return next((group for group in self.groups if group.kind == kind), None)


def read(today: datetime.date) -> Hospital:
    """The hospital as it is now. Without a plan in force `plan` is None and `value` empty."""
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    people = {
        person.pk: person
        for person in Person.objects.filter(is_active=True)
        .exclude(roles__contains=[Role.AUDITOR])
        .select_related("department")
    }
    return Hospital(
        name=settings.HOSPITAL_NAME,
        duty_phone=settings.DUTY_PHONE,
        site_url=settings.SITE_URL,
        plan=plan,
        value=content.read(plan) if plan else {},
        departments=list(Department.objects.filter(is_active=True)),
        services=list(Service.objects.select_related("department")),
        people=people,
        numbers=_numbers(),
        groups=list(
            ResponseGroup.objects.in_use().prefetch_related(
                Prefetch("memberships", Membership.objects.select_related("person"))
            )
        ),
        posts=_posts(people, today),
        usernames=dict(Person.objects.values_list("username", "name")),
    )


def _numbers() -> dict[int, list[str]]:
    """What a telephone can dial, each number once, with its hours where it has some."""
    found: dict[int, list[str]] = {}
    points = (
        ContactPoint.objects.in_use()
        .filter(kind__in=(ContactPoint.Kind.PHONE, ContactPoint.Kind.SMS))
        .order_by("person", "position", "pk")
    )
    for point in points:
        told = found.setdefault(point.person_id, [])
        hours = "" if point.hours_from is None else f"（{point.hours}）"
        if all(point.address != known.partition("（")[0] for known in told):
            told.append(f"{point.address}{hours}")
    return found


def _posts(people: dict[int, Person], today: datetime.date) -> list[Post]:
    layers = Layer.objects.prefetch_related("members").order_by("-position", "begins", "pk")
    rosters = (
        Roster.objects.filter(is_active=True)
        .select_related("group")
        .prefetch_related(Prefetch("layers", layers))
    )
    posts = []
    for roster in rosters:
        rules: RosterRules = rules_of(roster, roster.layers.all())
        lasting = tuple(layer for layer in rules.layers if _lasts(layer, today))
        order = dict.fromkeys(pk for layer in lasting for pk in layer.people if pk in people)
        posts.append(Post(roster, lasting, tuple(order)))
    return posts


def _lasts(layer: LayerRules, today: datetime.date) -> bool:
    if layer.ends_on is None:
        return True
    return layer.ends_on >= today and layer.ends_on - layer.starts_on >= _LASTING
