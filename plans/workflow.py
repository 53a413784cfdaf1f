"""Verbs of the plan. In its first form: a whole version is put in force at once."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from journal.recording import now, record
from plans.models import ChecklistItem, FaultType, Grade, PlanVersion, Section

EXAMPLE = Path(__file__).with_name("example.yaml")

_TARGETS = ("acknowledge", "confirm", "command", "first_notice", "next_notice", "restore")


@transaction.atomic
def publish_version(data: dict[str, Any], *, by: Any, is_example: bool = False) -> PlanVersion:
    """Put a whole version in force; the one before it is replaced.

    `data` has the shape of `plans/example.yaml`: title, provisional_level, sections, grades with
    targets in minutes, checklists by fault type and `restore`. Raises KeyError where a part is
    missing.
    """
    at = now()
    before = PlanVersion.objects.select_for_update().order_by("-number").first()
    PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).update(
        status=PlanVersion.Status.REPLACED
    )
    plan = PlanVersion.objects.create(
        number=before.number + 1 if before else 1,
        title=data["title"],
        status=PlanVersion.Status.PUBLISHED,
        is_example=is_example,
        published_at=at,
        provisional_level=data["provisional_level"],
    )
    Section.objects.bulk_create(
        Section(plan=plan, position=position, title=section["title"], body=section["body"].strip())
        for position, section in enumerate(data["sections"], start=1)
    )
    Grade.objects.bulk_create(
        Grade(
            plan=plan,
            level=grade["level"],
            meaning=grade["meaning"],
            order_read_back_minutes=grade["read_back"],
            **{f"{target}_minutes": grade[target] for target in _TARGETS},
        )
        for grade in data["grades"]
    )
    ChecklistItem.objects.bulk_create(_checklist_items(plan, data["checklists"]))
    record(
        f"plan:{plan.number}",
        "plan.publish",
        by=by,
        at=at,
        facts={"number": plan.number, "title": plan.title, "is_example": is_example},
    )
    return plan


def publish_example(*, by: Any = None) -> PlanVersion:
    """Put the shipped example plan in force."""
    return publish_version(
        yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), by=by, is_example=True
    )


def _checklist_items(plan: PlanVersion, checklists: dict[str, Any]) -> list[ChecklistItem]:
    lists = [(ChecklistItem.Phase.REPAIR, kind, checklists[kind]) for kind in FaultType.values]
    lists.append((ChecklistItem.Phase.RESTORE, "", checklists["restore"]))
    return [
        ChecklistItem(
            plan=plan, phase=phase, fault_type=kind, position=position, text=text, hint=hint
        )
        for phase, kind, items in lists
        for position, (text, hint) in enumerate(items, start=1)
    ]
