"""The form of a whole version: which parts it has, what each may hold, how they hang together.

A version as a value is a plain dictionary of texts, numbers, lists and None in one normal form.
People, groups, rosters and services stand in it by their unique names. Documented in
`docs/plan.md`; the JSON schema in `docs/plan.schema.json` is made from this.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from plans.composed import Either, Formed, Keyed, Many, Pair, Part, Record, Terse
from plans.models import DEMANDS, ChecklistItem, FaultType, Grade, Rung
from plans.shapes import Check, Fault, Name, Names, OneOf, Text, Truth, Whole
from teams.models import ContactPoint, Role

TARGETS = (
    *("acknowledge", "confirm", "command", "read_back"),
    *("first_notice", "next_notice", "restore", "no_progress", "repeat"),
    *("go_manual", "receipt", "ratify"),
)
# What versions of the plan from before did not have.
_MAY_BE_LEFT_OUT = ("no_progress", "repeat", "go_manual", "receipt", "ratify")
RESTORE = "restore"
ANY = "any"
# Fault types, in the order in which they stand in a file.
KINDS = tuple(FaultType.values)
_LEVEL = Whole(1, 4)
# How deep clauses stand in one another: 1.1.1.1.
DEEPEST = 4
_NUMBER = re.compile(rf"[1-9][0-9]{{0,2}}(\.[1-9][0-9]{{0,2}}){{0,{DEEPEST - 1}}}")


def _clause_number(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        # 3.10 and 3.1 are the same number to YAML, and two clauses to people.
        raise ValueError(_('条款号请加引号，例如 "3.1"。'))
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError(_("条款号由数字和点组成，例如 3 或 3.1。"))
    return value


SECTION = Record(
    {
        "number": Part(
            Formed(
                Text(20, blank=True),
                _clause_number,
                {"type": ["string", "integer", "null"], "pattern": f"^{_NUMBER.pattern}$"},
            ),
            "",
        ),
        "title": Part(Text(80)),
        "body": Part(Text(20_000, blank=True, lines=True), ""),
        "covers": Part(Many(OneOf(DEMANDS), most=len(DEMANDS), distinct=True), list),
    }
)
GRADE = Record(
    {
        "level": Part(_LEVEL),
        "meaning": Part(Text(120)),
        **{
            target: Part(Whole(1, null=True), *((None,) if target in _MAY_BE_LEFT_OUT else ()))
            for target in TARGETS
        },
        "approval": Part(OneOf(tuple(Grade.Approval.values)), Grade.Approval.SECOND.value),
    }
)
QUESTION = Record(
    {
        "question": Part(Text(120)),
        "hint": Part(Text(300, blank=True), ""),
        "level_if_yes": Part(_LEVEL),
    }
)
TARGET = Either(
    {
        "role": Record({"role": Part(OneOf(tuple(Role.values)))}),
        "group": Record(
            {
                "group": Part(Name("group")),
                "part": Part(OneOf(tuple(Rung.Part.values)), Rung.Part.ANYONE.value),
            }
        ),
        "roster": Record({"roster": Part(Name("roster"))}),
        "person": Record({"person": Part(Name("person"))}),
        "reporter": Record({"reporter": Part(Truth())}),
    }
)
RUNG = Record(
    {
        "to": Part(TARGET),
        "after": Part(Whole(0), 0),
        "channels": Part(Many(OneOf(tuple(ContactPoint.Kind.values)), most=7, distinct=True), list),
        "acknowledgers": Part(Whole(1, 50), 1),
        "next_way": Part(Whole(10, 3600, null=True), None),
    }
)
_FAULTS = Part(Many(OneOf(KINDS), most=len(KINDS), distinct=True), list)
CARD = Record(
    {
        "service": Part(Name("service")),
        "department": Part(Name("department")),
        "risk": Part(Text(400, lines=True)),
        "manual": Part(Text(4000, lines=True)),
        "forms": Part(Many(Text(80), most=30, distinct=True), list),
    }
)
TEMPLATE = Record(
    {
        "name": Part(Text(60)),
        "fault_types": _FAULTS,
        "affected": Part(Text(120)),
        "advice": Part(Text(200)),
        "where": Part(Text(120, blank=True), ""),
        "emergency": Part(Text(60), "急诊照常接诊"),
        "contact": Part(Text(40, blank=True), ""),
        "affected_en": Part(Text(200, blank=True), ""),
        "advice_en": Part(Text(300, blank=True), ""),
        "where_en": Part(Text(200, blank=True), ""),
        "emergency_en": Part(Text(100, blank=True), ""),
    }
)
SUPPLY = Record(
    {"item": Part(Text(80)), "quantity": Part(Whole(1, 1_000_000)), "unit": Part(Text(10))}
)
CLOCK = Record(
    {
        "rule": Part(Text(120)),
        "source": Part(Text(200)),
        "hours": Part(Whole(1, 87_600)),
        "who": Part(Text(80)),
        "fault_types": _FAULTS,
        "note": Part(Text(400, blank=True), ""),
    }
)
STEP = Terse(
    Record(
        {
            "text": Part(Text(120)),
            "how": Part(Text(300, blank=True), ""),
            "who": Part(OneOf(tuple(ChecklistItem.Decider.values)), "fault"),
            "evidence": Part(Many(OneOf(tuple(ChecklistItem.Need.values)), distinct=True), list),
            "unit": Part(Text(10, blank=True), ""),
            "minutes": Part(Whole(1, 1440, null=True), None),
            "branch": Part(Truth(), False),
        }
    ),
    Pair(Text(120), Text(300, blank=True)),
)
LADDERS = ("1", "2", "3", "4")
FAULTS = (ANY, *KINDS)
# Key in the file: phase and fault type. Repair by fault type, or for any; then restoration.
CHECKLISTS: dict[str, tuple[str, str]] = {
    ANY: (ChecklistItem.Phase.REPAIR, ""),
    **{kind: (ChecklistItem.Phase.REPAIR, kind) for kind in KINDS},
    RESTORE: (ChecklistItem.Phase.RESTORE, ""),
    **{f"{RESTORE}_{kind}": (ChecklistItem.Phase.RESTORE, kind) for kind in KINDS},
}
# Parts that are one value, not a list.
OWN = ("title", "provisional_level", "signatures")
# Parts that are lists under keys, and the keys in their order.
KEYED = {"ladders": LADDERS, "checklists": tuple(CHECKLISTS), "supplies": FAULTS}

PARTS: dict[str, Part] = {
    "title": Part(Text(120)),
    "provisional_level": Part(_LEVEL),
    "signatures": Part(Whole(1, 20), 2),
    "sections": Part(Many(SECTION, least=1)),
    "grades": Part(Many(GRADE, least=1, most=4, alone=("level",))),
    "grading": Part(Many(QUESTION, most=40), list),
    "ladders": Part(Keyed(LADDERS, Many(RUNG, most=20)), dict),
    "checklists": Part(Keyed(KEYED["checklists"], Many(STEP, most=100)), dict),
    "service_cards": Part(Many(CARD, most=200, alone=("service",)), list),
    "notice_templates": Part(Many(TEMPLATE, most=100, alone=("name",)), list),
    "supplies": Part(Keyed(FAULTS, Many(SUPPLY, most=100, alone=("item",))), dict),
    "clocks": Part(Many(CLOCK, most=50, alone=("rule",)), list),
}
VERSION = Record(PARTS)


class Unfit(Exception):
    """A value that is no version of a plan. `faults` says where and why; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def fit(value: Any, names: Names) -> dict[str, Any]:
    """The whole version in its normal form. Raises Unfit with everything that is wrong with it."""
    check = Check(names)
    taken = VERSION.take(value, (), check)
    if not check.faults:
        _number_sections(taken["sections"])
        check.faults.extend(_contradictions(taken))
    if check.faults:
        raise Unfit(check.faults)
    return taken


def fit_part(version: dict[str, Any], part: str, value: Any, names: Names) -> dict[str, Any]:
    """The version with one part replaced by a new value for it. Raises Unfit.

    Only the new part's names must exist: somebody who left since is no reason against mending a
    word elsewhere. That the parts agree is demanded of all of them.
    """
    check = Check(names)
    taken = PARTS[part].shape.take(value, (part,), check)
    if check.faults:
        raise Unfit(check.faults)
    whole = {**version, part: taken}
    _number_sections(whole["sections"])
    faults = _contradictions(whole)
    if faults:
        raise Unfit(faults)
    return whole


def schema() -> dict[str, Any]:
    """The JSON schema of a version, as it stands in `docs/plan.schema.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A version of the emergency plan",
        **VERSION.schema(),
    }


def checklist_key(phase: str, fault_type: str) -> str:
    """Under which key the list of this phase and fault type stands."""
    if phase == ChecklistItem.Phase.REPAIR:
        return fault_type or ANY
    return f"{RESTORE}_{fault_type}" if fault_type else RESTORE


def _number_sections(sections: list[dict[str, Any]]) -> None:
    """A clause without a number becomes the next chapter."""
    chapter = 0
    for section in sections:
        section["number"] = section["number"] or str(chapter + 1)
        chapter = int(section["number"].split(".")[0])


def _contradictions(version: dict[str, Any]) -> list[Fault]:
    """What is wrong between the parts, though each by itself is right."""
    faults = _sections_out_of_order(version["sections"])
    levels = {grade["level"] for grade in version["grades"]}
    if version["provisional_level"] not in levels:
        faults.append(Fault(("provisional_level",), _("「级别与时限」里没有这一级。")))
    for place, question in enumerate(version["grading"], start=1):
        if question["level_if_yes"] not in levels:
            faults.append(
                Fault(("grading", place, "level_if_yes"), _("「级别与时限」里没有这一级。"))
            )
    for level, rungs in version["ladders"].items():
        if int(level) not in levels:
            faults.append(Fault(("ladders", level), _("「级别与时限」里没有这一级。")))
        if rungs[0]["after"]:
            faults.append(Fault(("ladders", level, 1, "after"), _("第一步在报告时开始，请写 0。")))
    for key, items in version["checklists"].items():
        faults.extend(_steps_astray(key, [STEP.full(item) for item in items]))
    return faults


def _steps_astray(key: str, items: list[dict[str, Any]]) -> list[Fault]:
    """A branch needs an item to branch from, in a list where a failure does not end it; a number
    needs its unit."""
    faults = []
    for place, item in enumerate(items, start=1):
        if item["branch"] and CHECKLISTS[key][0] == ChecklistItem.Phase.RESTORE:
            sentence = _("恢复验证的一项失败就退回修复，没有分支。")
            faults.append(Fault(("checklists", key, place, "branch"), sentence))
        elif item["branch"] and place == 1:
            sentence = _("第一项前面没有别的项，不能是分支。")
            faults.append(Fault(("checklists", key, place, "branch"), sentence))
        if ChecklistItem.Need.NUMBER in item["evidence"] and not item["unit"]:
            sentence = _("要填数值的项，请写单位。")
            faults.append(Fault(("checklists", key, place, "unit"), sentence))
    return faults


def _sections_out_of_order(sections: list[dict[str, Any]]) -> list[Fault]:
    faults = []
    seen: set[tuple[int, ...]] = set()
    last: tuple[int, ...] = ()
    for place, section in enumerate(sections, start=1):
        number = tuple(int(step) for step in section["number"].split("."))
        if number <= last:
            sentence = _("条款号 %(number)s 应排在 %(last)s 之后。")
            said = {"number": section["number"], "last": ".".join(map(str, last))}
            faults.append(Fault(("sections", place, "number"), sentence % said))
        elif number[:-1] and number[:-1] not in seen:
            sentence = _("没有上一级条款 %(parent)s。")
            parent = ".".join(map(str, number[:-1]))
            faults.append(Fault(("sections", place, "number"), sentence % {"parent": parent}))
        seen.add(number)
        last = max(last, number)
    return faults
