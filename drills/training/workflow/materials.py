"""Verbs of a course's materials."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import Material
from drills.training.workflow.gate import insist, lock_course
from journal import keeping
from journal.recording import now
from journal.refusals import Conflict
from teams.models import Person
from teams.workflow.told import tell

_VERB = gettext_lazy("维护培训资料")


def add_material(pk: int, *, by: Person, file: Any, note: str = "") -> Material:
    """Keep a file for a course; the same content twice is refused.

    Raises NotAllowed, Incomplete (the file), Conflict. What is refused leaves no file behind.
    """
    insist(authority.keeps_courses(by), _VERB)
    with keeping.keep(file) as kept, transaction.atomic():
        course = lock_course(pk)
        if course.materials.filter(sha256=kept.sha256, removed_at__isnull=True).exists():
            raise Conflict(_("这份资料已经有了。"))
        made = Material(course=course, note=note.strip()[:200], by=by, at=now(), **kept.__dict__)
        made.save()
        facts = {"name": made.name, "size": made.size_bytes, "sha256": made.sha256}
        tell(course, "course.material", by=by, at=made.at, **facts)
    return made


@transaction.atomic
def remove_material(pk: int, *, by: Person) -> Material:
    """No longer offered; the file stays where it is. Raises NotAllowed, Conflict."""
    insist(authority.keeps_courses(by), _VERB)
    row = Material.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if row.removed_at is not None:
        raise Conflict(_("这份资料已经撤下了。"))
    row.removed_at = now()
    row.save(update_fields=["removed_at"])
    tell(row.course, "course.drop_material", by=by, name=row.name)
    return row
