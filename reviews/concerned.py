"""Whom a review concerns: the people around the fault, the departments that had a part in it."""

from django.db.models import Q, QuerySet

from incidents.models import Incident
from journal.models import Entry
from teams.models import Department, Membership, Person


def people(incident: Incident) -> QuerySet[Person]:
    """Who took part, the response groups, and the affected departments."""
    actors = Entry.objects.filter(stream=incident.stream, actor__startswith="person:")
    took_part = [
        int(actor.removeprefix("person:"))
        for actor in actors.order_by().values_list("actor", flat=True).distinct()
    ]
    return (
        Person.objects.filter(is_active=True)
        .filter(
            Q(pk__in=took_part)
            | Q(pk__in=Membership.objects.values("person"))
            | Q(department__in=incident.affected.all())
        )
        .order_by("department__position", "pk")
    )


def departments(incident: Incident) -> QuerySet[Department]:
    """Affected departments, those that had orders, and those that repair and speak to patients."""
    always = [Department.Kind.INFORMATION, Department.Kind.CUSTOMER_SERVICE]
    return Department.objects.filter(
        Q(pk__in=incident.affected.values("pk"))
        | Q(pk__in=incident.orders.filter(department__isnull=False).values("department"))
        | Q(kind__in=always, is_active=True)
    ).order_by("position", "pk")
