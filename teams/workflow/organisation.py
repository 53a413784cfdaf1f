"""Verbs of the organisation. In its first form: a whole hospital is set up at once."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from journal.recording import now, record
from teams.addresses import normal
from teams.models import (
    ContactPoint,
    Department,
    Membership,
    Person,
    ResponseGroup,
    Role,
    Service,
)

Part = Membership.Part


@transaction.atomic
def establish(data: dict[str, Any], *, password: str, by: Any = None) -> None:
    """Set up departments, services, people and response groups of a new hospital.

    `data` has the shape of `ops/demo.yaml`. Everybody gets the same first `password` and reads
    alerts in the product; `contacts` adds further ways, `skills` what people can do. The plan's
    groups go by their kind; another has a `kind` of its own.
    Raises IntegrityError where one of them exists already.
    """
    departments = {
        name: Department.objects.create(name=name, kind=kind, phone=phone, position=position)
        for position, (name, (kind, phone)) in enumerate(data["departments"].items(), start=1)
    }
    Service.objects.bulk_create(
        Service(
            name=name,
            department=departments[department],
            is_core=is_core,
            is_public=is_public,
            position=position,
        )
        for position, (name, (department, is_core, is_public)) in enumerate(
            data["services"].items(), start=1
        )
    )
    # One hash for all: everybody has the same first password, and hashing is slow on purpose.
    first_password = make_password(password)
    people = {
        username: Person.objects.create(
            username=username,
            password=first_password,
            name=name,
            duty=duty,
            department=departments[department],
            phone=phone,
            roles=roles,
            skills=data.get("skills", {}).get(username, []),
            is_staff=Role.ADMIN in roles or Role.AUDITOR in roles,
        )
        for username, (name, duty, department, phone, roles) in data["people"].items()
    }
    _note_ways(data.get("contacts", {}), people)
    for kind, group in data["groups"].items():
        _form_group(kind, group, people)
    record(
        "teams",
        "teams.establish",
        by=by,
        facts={"departments": list(departments), "people": len(people)},
    )


def _note_ways(contacts: dict[str, Any], people: dict[str, Person]) -> None:
    """Everybody reads alerts in the product; further ways stand behind it, as they are listed."""
    at, rows = now(), []
    for username, person in people.items():
        ways = [[ContactPoint.Kind.IN_APP, ""], *contacts.get(username, [])]
        for position, (kind, address, *days) in enumerate(ways, start=1):
            proof = {"last_ok_at": at - timedelta(days=days[0])} if days else {}
            rows.append(
                ContactPoint(
                    person=person,
                    kind=kind,
                    address=normal(kind, address),
                    position=position,
                    last_ok_how=ContactPoint.Proof.TEST if days else "",
                    **proof,
                )
            )
    ContactPoint.objects.bulk_create(rows)


def _form_group(kind: str, group: dict[str, Any], people: dict[str, Person]) -> None:
    formed = ResponseGroup.objects.create(
        kind=group.get("kind", kind), name=group["name"], duty=group["duty"]
    )
    parts = [
        (group["head"], Part.HEAD, 1),
        *((name, Part.DEPUTY, place) for place, name in enumerate(group["deputies"], start=1)),
        *((name, Part.MEMBER, place) for place, name in enumerate(group["members"], start=1)),
    ]
    Membership.objects.bulk_create(
        Membership(group=formed, person=people[username], part=part, position=position)
        for username, part, position in parts
    )


@transaction.atomic
def keep(row: Any, *, by: Any, changed: list[str]) -> None:
    """Save what an administrator changed of a person, a group, a department or a service."""
    row.save()
    told(row, by=by, changed=changed)


def told(row: Any, *, by: Any, changed: list[str]) -> None:
    """Tell the journal which fields were changed; values of passwords are never told."""
    kind = row._meta.model_name
    record(
        "teams",
        "teams.change",
        by=by,
        facts={"kind": kind, "key": row.pk, "what": str(row), "fields": changed},
    )
