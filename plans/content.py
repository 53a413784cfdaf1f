"""A version's rows as one value, and back. The value's form is told in `plans.form`."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from plans import form
from plans.models import (
    ChecklistItem,
    Grade,
    GradingQuestion,
    NoticeTemplate,
    PlanVersion,
    RegulatoryClock,
    RequiredSupply,
    Rung,
    Section,
    ServiceCard,
)
from plans.names import Directory

Value = dict[str, Any]
Phase = ChecklistItem.Phase

# Parts that are one value of the version's own row, and its column.
_OWN = {
    "title": "title",
    "provisional_level": "provisional_level",
    "signatures": "signatures_needed",
}
# Parts that are plain lists of rows whose columns have the names of the keys.
_LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "sections": (Section, ("number", "title", "body", "covers")),
    "grading": (GradingQuestion, ("question", "hint", "level_if_yes")),
    "notice_templates": (
        NoticeTemplate,
        (
            *("name", "fault_types", "affected", "advice", "where", "emergency", "contact"),
            *("affected_en", "advice_en", "where_en", "emergency_en"),
        ),
    ),
    "clocks": (RegulatoryClock, ("rule", "source", "hours", "who", "fault_types", "note")),
}
# What came later, and how a version says that it has nothing of it.
_LATER: dict[str, dict[str, Any]] = {
    "grades": {
        **dict.fromkeys(("repeat", "go_manual", "receipt", "ratify")),
        "approval": Grade.Approval.SECOND.value,
    },
    "notice_templates": dict.fromkeys(("affected_en", "advice_en", "where_en", "emergency_en"), ""),
}
# Keys of a checklist's item, and its columns.
_STEP = {
    "text": "text",
    "how": "hint",
    "who": "decider",
    "evidence": "needs",
    "unit": "unit",
    "minutes": "minutes",
    "branch": "is_branch",
}
_TARGETS = {
    target: f"{'order_' if target == 'read_back' else ''}{target}_minutes"
    for target in form.TARGETS
}


def read(plan: PlanVersion, *, named: bool = True) -> Value:
    """The version as a value. With `named=False` people and things stand by key, not by name."""
    return {part: read_part(plan, part, named=named) for part in form.PARTS}


def read_part(plan: PlanVersion, part: str, *, named: bool = True) -> Any:
    """One part of the version as a value."""
    if part in _OWN:
        return getattr(plan, _OWN[part])
    if part in _LISTS:
        model, columns = _LISTS[part]
        rows = model.objects.filter(plan=plan).order_by("position")
        return list(rows.values(*columns))
    return _READERS[part](plan, named)


def write(plan: PlanVersion, value: Value, names: Directory) -> None:
    """Put a value in its normal form into the version's rows. Saves all but the version itself."""
    for part in form.PARTS:
        write_part(plan, part, value[part], names)


def write_part(plan: PlanVersion, part: str, value: Any, names: Directory) -> None:
    """Replace one part's rows. A value of the version's own row is set, not saved."""
    if part in _OWN:
        setattr(plan, _OWN[part], value)
    elif part in _LISTS:
        model, _columns = _LISTS[part]
        rows = (model(plan=plan, position=place, **item) for place, item in _placed(value))
        _replace(model, plan, rows)
    else:
        _WRITERS[part](plan, value, names)


def digest(plan: PlanVersion) -> str:
    """SHA-256 of what the version says. Renaming a department elsewhere does not change it."""
    value = read(plan, named=False)
    # Versions that were signed before there was such a thing still say what was signed.
    for part, fields in _LATER.items():
        for item in value[part]:
            for field, nothing in fields.items():
                if item[field] == nothing:
                    del item[field]
    for rung in (rung for rungs in value["ladders"].values() for rung in rungs):
        if rung["next_way"] is None:
            del rung["next_way"]
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _replace(model: Any, plan: PlanVersion, rows: Iterable[Any]) -> None:
    model.objects.filter(plan=plan).delete()
    model.objects.bulk_create(rows)


def _placed(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    return enumerate(items, start=1)


def _grouped(pairs: Iterable[tuple[str, Any]], order: Iterable[str]) -> dict[str, list[Any]]:
    """Lists by key, in the order of the keys; keys without anything are not there."""
    found: dict[str, list[Any]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: found[key] for key in order if key in found}


def _read_grades(plan: PlanVersion, named: bool) -> list[Value]:
    return [
        {
            "level": grade.level,
            "meaning": grade.meaning,
            **{target: getattr(grade, column) for target, column in _TARGETS.items()},
            "approval": grade.approval,
        }
        for grade in plan.grades.order_by("level")
    ]


def _write_grades(plan: PlanVersion, value: list[Value], names: Directory) -> None:
    rows = (
        Grade(
            plan=plan,
            level=item["level"],
            meaning=item["meaning"],
            **{column: item[target] for target, column in _TARGETS.items()},
            approval=item["approval"],
        )
        for item in value
    )
    _replace(Grade, plan, rows)


def _read_ladders(plan: PlanVersion, named: bool) -> dict[str, list[Value]]:
    rungs = plan.rungs.select_related("group", "roster", "person").order_by("level", "position")
    return _grouped(
        (
            (
                str(rung.level),
                {
                    "to": _target(rung, named),
                    "after": rung.after_minutes,
                    "channels": rung.channels,
                    "acknowledgers": rung.acknowledgers,
                    "next_way": rung.next_way_seconds,
                },
            )
            for rung in rungs
        ),
        form.LADDERS,
    )


def _target(rung: Rung, named: bool) -> Value:
    if rung.group is not None:
        return {"group": rung.group.name if named else rung.group_id, "part": rung.part}
    if rung.roster is not None:
        return {"roster": rung.roster.name if named else rung.roster_id}
    if rung.person is not None:
        return {"person": rung.person.username if named else rung.person_id}
    return {"role": rung.role} if rung.to == Rung.To.ROLE else {"reporter": True}


def _write_ladders(plan: PlanVersion, value: Value, names: Directory) -> None:
    rows = (
        Rung(
            plan=plan,
            level=int(level),
            position=place,
            after_minutes=item["after"],
            channels=item["channels"],
            acknowledgers=item["acknowledgers"],
            next_way_seconds=item["next_way"],
            **_aimed(item["to"], names),
        )
        for level, rungs in value.items()
        for place, item in _placed(rungs)
    )
    _replace(Rung, plan, rows)


def _aimed(to: Value, names: Directory) -> Value:
    """The columns of a rung's target."""
    if "group" in to:
        key = names.key("group", to["group"])
        return {"to": Rung.To.GROUP, "group_id": key, "part": to["part"]}
    if "roster" in to:
        return {"to": Rung.To.ROSTER, "roster_id": names.key("roster", to["roster"])}
    if "person" in to:
        return {"to": Rung.To.PERSON, "person_id": names.key("person", to["person"])}
    if "role" in to:
        return {"to": Rung.To.ROLE, "role": to["role"]}
    return {"to": Rung.To.REPORTER}


def _read_checklists(plan: PlanVersion, named: bool) -> dict[str, list[Any]]:
    return _grouped(
        (
            (
                form.checklist_key(item.phase, item.fault_type),
                form.STEP.short({name: getattr(item, column) for name, column in _STEP.items()}),
            )
            for item in plan.checklist_items.order_by("position")
        ),
        form.CHECKLISTS,
    )


def _write_checklists(plan: PlanVersion, value: Value, names: Directory) -> None:
    rows = (
        ChecklistItem(
            plan=plan,
            phase=phase,
            fault_type=kind,
            position=place,
            **{_STEP[name]: said for name, said in form.STEP.full(item).items()},
        )
        for key, items in value.items()
        for phase, kind in [form.CHECKLISTS[key]]
        for place, item in _placed(items)
    )
    _replace(ChecklistItem, plan, rows)


def _read_cards(plan: PlanVersion, named: bool) -> list[Value]:
    cards = plan.service_cards.select_related("service", "department").order_by("position")
    return [
        {
            "service": card.service.name if named else card.service_id,
            "department": card.department.name if named else card.department_id,
            "risk": card.risk,
            "manual": card.manual,
            "forms": card.forms,
        }
        for card in cards
    ]


def _write_cards(plan: PlanVersion, value: list[Value], names: Directory) -> None:
    rows = (
        ServiceCard(
            plan=plan,
            position=place,
            service_id=names.key("service", item["service"]),
            department_id=names.key("department", item["department"]),
            risk=item["risk"],
            manual=item["manual"],
            forms=item["forms"],
        )
        for place, item in _placed(value)
    )
    _replace(ServiceCard, plan, rows)


def _read_supplies(plan: PlanVersion, named: bool) -> dict[str, list[Value]]:
    return _grouped(
        (
            (
                supply.fault_type or form.ANY,
                {"item": supply.item, "quantity": supply.quantity, "unit": supply.unit},
            )
            for supply in plan.supplies.order_by("position")
        ),
        form.FAULTS,
    )


def _write_supplies(plan: PlanVersion, value: Value, names: Directory) -> None:
    rows = (
        RequiredSupply(
            plan=plan, fault_type="" if kind == form.ANY else kind, position=place, **item
        )
        for kind, items in value.items()
        for place, item in _placed(items)
    )
    _replace(RequiredSupply, plan, rows)


_READERS: dict[str, Callable[[PlanVersion, bool], Any]] = {
    "grades": _read_grades,
    "ladders": _read_ladders,
    "checklists": _read_checklists,
    "service_cards": _read_cards,
    "supplies": _read_supplies,
}
_WRITERS: dict[str, Callable[[PlanVersion, Any, Directory], None]] = {
    "grades": _write_grades,
    "ladders": _write_ladders,
    "checklists": _write_checklists,
    "service_cards": _write_cards,
    "supplies": _write_supplies,
}
