"""Whom something concerns: the people behind the plan's words, asked of the database."""

from django.db.models import Q, QuerySet

from incidents.models import Check, Deadline, Incident, Order
from notices import authority
from plans.models import Grade
from teams.models import Membership, Person, ResponseGroup, Role

Part = Membership.Part
Group = ResponseGroup.Kind
Kind = Deadline.Kind


def active(*conditions: Q, **facts: object) -> QuerySet[Person]:
    return (
        Person.objects.filter(*conditions, is_active=True, **facts)
        .exclude(roles__contains=[Role.AUDITOR])
        .distinct()
    )


def with_role(role: str) -> QuerySet[Person]:
    return active(roles__contains=[role])


def of_group(kind: str, *parts: str) -> QuerySet[Person]:
    # One filter, so that the part is the part in this very group.
    facts: dict[str, object] = {"memberships__group__kind": kind}
    if parts:
        facts["memberships__part__in"] = parts
    return active(**facts)


def commanders(convened: bool) -> QuerySet[Person]:
    return of_group(Group.LEADING if convened else Group.FAULT, Part.HEAD, Part.DEPUTY)


def addressees(order: Order) -> QuerySet[Person]:
    if order.department_id is not None:
        return active(department=order.department_id)
    return active(memberships__group=order.group_id)


def approvers(incident: Incident) -> QuerySet[Person]:
    """The people of `authority.may_approve`, asked of the database."""
    if authority.approval_of(incident) == Grade.Approval.LEADING:
        return of_group(Group.LEADING, Part.HEAD, Part.DEPUTY)
    return active(
        Q(roles__contains=[Role.CS])
        | Q(
            memberships__group__kind=Group.LEADING,
            memberships__part__in=[Part.HEAD, Part.DEPUTY],
        )
        | Q(memberships__group__kind__in=ResponseGroup.OF_THE_PLAN, memberships__part=Part.HEAD)
    )


def holders(incident: Incident, kind: str, step: int) -> QuerySet[Person]:
    """The people behind the words of `deadlines.holder_of`."""
    if kind in (Kind.ACKNOWLEDGE, Kind.CONFIRM):
        return with_role(Role.IT)
    if kind == Kind.COMMAND:
        return commanders(incident.convene)
    if kind in (Kind.FIRST_NOTICE, Kind.NEXT_NOTICE):
        return with_role(Role.CS)
    if kind == Kind.RATIFY:
        return approvers(incident)
    if kind in (Kind.READ_BACK, Kind.ORDER):
        return addressees(Order.objects.get(pk=step))
    if kind == Kind.CHECK:
        taken = active(pk__in=Check.objects.filter(pk=step).values("assigned_to"))
        return taken if taken.exists() else of_group(Group.FAULT)
    if kind == Kind.REGULATORY:
        return active(
            memberships__group__kind__in=[Group.LEADING, Group.FAULT],
            memberships__part__in=[Part.HEAD, Part.DEPUTY],
        )
    return of_group(Group.FAULT)


def reporters(incident: Incident) -> QuerySet[Person]:
    """Who reported it, here or in incidents merged into it, over however many steps: all get the
    same answers."""
    same, newest = {incident.pk}, {incident.pk}
    while newest:
        merged = Incident.objects.filter(merged_into__in=newest)
        newest = set(merged.values_list("pk", flat=True)) - same
        same |= newest
    incidents = Incident.objects.filter(pk__in=same)
    return active(
        Q(pk__in=incidents.values("reporter")) | Q(pk__in=incidents.values("reports__reporter"))
    )
