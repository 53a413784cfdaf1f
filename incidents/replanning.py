"""A running incident and a newer version of the plan: what moving it there would change.

An incident stays on the version that it began with. Only a person moves it, and sees before what
becomes of its targets, its ladder and its checklists; the verb does what this module foretells.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from incidents import deadlines
from incidents.models import Check, Incident, ManualMode
from incidents.models.state import UNRESTORED, State
from journal import moving
from plans import compared, content, difference, form
from plans.models import ChecklistItem, Grade, PlanVersion
from teams.models import Person

Phase = ChecklistItem.Phase


def newer_plan(incident: Incident) -> PlanVersion | None:
    """The version in force, where it is newer than the one that the incident pins."""
    return PlanVersion.objects.filter(
        status=PlanVersion.Status.PUBLISHED, number__gt=incident.plan.number
    ).first()


def offered(incident: Incident, person: Person) -> list[str]:
    """Verbs that this person has on the incident now; a move only where there is a way to go,
    the end of manual mode only where there is one, the all clear once."""
    verbs = moving.available(incident, person)
    if "change_plan" in verbs and newer_plan(incident) is None:
        verbs.remove("change_plan")
    if "all_clear" in verbs and incident.all_clears.standing().exists():
        verbs.remove("all_clear")
    if "manual_off" in verbs and not ManualMode.objects.on().filter(incident=incident).exists():
        verbs.remove("manual_off")
    return verbs


def grade_in(plan: PlanVersion, incident: Incident) -> Grade | None:
    """The grade of the same level in another version; before grading the provisional one."""
    level = incident.grade.level if incident.grade else plan.provisional_level
    return Grade.objects.filter(plan=plan, level=level).first()


@dataclass
class ChecksMoved:
    """What becomes of the opened checklists in another version, list by list.

    `kept` go on as items of the new version, `added` are opened, `dropped` are marked; what was
    decided stays decided.
    """

    kept: list[tuple[Check, ChecklistItem]] = field(default_factory=list)
    added: list[tuple[ChecklistItem, int]] = field(default_factory=list)
    dropped: list[Check] = field(default_factory=list)


def checks_in(plan: PlanVersion, incident: Incident) -> ChecksMoved:
    """Match the checks of the lists that are open now with the items of another version.

    The same words are the same item; a list that is not open yet opens by the new version anyway.
    """
    opened: list[tuple[str, int]] = []
    if incident.repair_started_at is not None:
        opened.append((Phase.REPAIR, 0))
    if incident.state == State.RESTORING:
        opened.append((Phase.RESTORE, incident.round))
    found = ChecksMoved()
    for phase, round_number in opened:
        items: dict[str, list[ChecklistItem]] = {}
        for item in ChecklistItem.objects.filter(
            plan=plan, phase=phase, fault_type__in=["", incident.fault_type]
        ).order_by("fault_type", "position"):
            items.setdefault(item.text, []).append(item)
        for check in incident.checks.filter(round=round_number, item__isnull=False).select_related(
            "item"
        ):
            same = items.get(check.text)
            if same:
                found.kept.append((check, same.pop(0)))
            else:
                found.dropped.append(check)
        found.added += [
            (item, round_number) for left in items.values() for item in left if not item.is_branch
        ]
    return found


class Preview:
    """What the page of the move shows, before anybody has pressed anything."""

    def __init__(self, incident: Incident, plan: PlanVersion) -> None:
        self.incident = incident
        self.plan = plan

    @cached_property
    def grade(self) -> Grade | None:
        return grade_in(self.plan, self.incident)

    @cached_property
    def shifts(self) -> list[deadlines.Shift]:
        """Clocks that will stand otherwise, the first to run out first."""
        if self.grade is None:
            return []
        found = deadlines.shifts(self.incident, self.grade)
        return sorted(found, key=lambda one: one.after or one.armed_at)

    @cached_property
    def checks(self) -> ChecksMoved:
        return checks_in(self.plan, self.incident)

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """Differences of this grade's targets and ladder and this fault's checklists, in words."""
        parts = ("grades", "ladders", "checklists")
        before, after = (
            {part: content.read_part(plan, part) for part in parts}
            for plan in (self.incident.plan, self.plan)
        )
        level = self.grade.level if self.grade else None
        for value in (before, after):
            value["grades"] = [row for row in value["grades"] if row["level"] == level]
            value["ladders"] = {
                key: rungs for key, rungs in value["ladders"].items() if key == str(level)
            }
            value["checklists"] = {
                key: items for key, items in value["checklists"].items() if key in self._lists
            }
        return compared.shown(
            [found for part in parts for found in difference.compare_part(part, before, after)]
        )

    @property
    def _lists(self) -> set[str]:
        kinds = {"", self.incident.fault_type}
        return {key for key, (_phase, kind) in form.CHECKLISTS.items() if kind in kinds}


def preview(incident: Incident) -> Preview | None:
    """The move that is possible now, or None."""
    if incident.state not in UNRESTORED:
        return None
    plan = newer_plan(incident)
    return Preview(incident, plan) if plan else None
