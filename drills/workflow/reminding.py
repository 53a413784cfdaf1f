"""Reminding departments of what a drill found and no action item follows up."""

import datetime

from django.db import transaction
from django.utils import timezone

from drills.models import Drill, Finding
from journal.models import Entry
from journal.recording import record

DUE = "drill.finding_due"
# Nobody is reminded of a date at night, nor of one that passed while nobody looked.
OPENS = 8
LATEST = datetime.timedelta(days=14)


def remind_of_findings() -> int:
    """Say once of each finding, on its day, that it is due: of a drill at a table, or one whose
    incident has no review, no action item could be made. Give how many were said.

    Who is told: `drills.audience`. Safe to run twice and side by side.
    """
    here = timezone.localtime()
    if here.hour < OPENS:
        return 0
    today = here.date()
    due = Finding.objects.filter(
        action__isnull=True, due_on__lte=today, due_on__gt=today - LATEST
    ).order_by("pk")
    return sum(_say(*row) for row in due.values_list("pk", "drill_id"))


@transaction.atomic
def _say(pk: int, drill_pk: int) -> bool:
    drill = Drill.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=drill_pk)
    row = drill.first()
    said = Entry.objects.filter(stream=f"drill:{drill_pk}", event=DUE, facts__finding=pk)
    if row is None or said.exists():
        return False
    finding = row.findings.select_related("department").filter(pk=pk, action__isnull=True).first()
    if finding is None:
        return False
    facts = {
        "finding": pk,
        "problem": finding.problem,
        "measure": finding.measure,
        "department": str(finding.department),
        "department_key": finding.department_id,
        "due_on": finding.due_on,
    }
    record(row.stream, DUE, by=None, facts=facts)
    return True
