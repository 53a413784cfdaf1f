"""What the plan's pages need where several models meet."""

from django.db.models import QuerySet

from teams.models import Person, Role


def readers() -> QuerySet[Person]:
    """Everyone concerned: who is to confirm having read the version in force (row P20)."""
    return Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])
