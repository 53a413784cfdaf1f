"""One department's kit as plain data, without what belongs to an edition: date, number, forms'
numbers. Two compositions are compared by fingerprint, and part by part in words.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from ops.kits import calls, checklists, roles, scripts, services
from ops.kits.blocks import Block
from ops.kits.hospital import Hospital
from ops.kits.paper_forms import Form, forms
from teams.models import Department

# Grows when the kit's layout or its own words change: kits that were printed before are older.
LAYOUT = 1

Parts = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Composed:
    """`pages` stand before the forms, `behind` after them. `parts` holds a digest of each thing
    that a kit is made of, by part and name."""

    department: str
    hospital: str
    cover: dict[str, Any]
    pages: list[Block]
    behind: list[Block]
    forms: list[Form]
    parts: Parts
    plan_number: int

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything that the kit says."""
        return _digest(
            [LAYOUT, self.department, self.hospital, self.cover, self.pages, self.behind]
            + [asdict(form) for form in self.forms]
        )


def compose(hospital: Hospital, department: Department, sheets: int) -> Composed:
    """The kit of this department. Needs a plan in force. Paper is Chinese, whoever asks."""
    with translation.override("zh-hans"):
        own = forms(hospital, department, sheets)
        repairs = department.kind == Department.Kind.INFORMATION
        pages = [
            checklists.manual_mode(hospital, department, own),
            *(card.page() for card in roles.cards(hospital, department)),
            *(checklists.of_the_plan(hospital) if repairs else []),
            calls.tree(hospital, department),
            scripts.scripts(hospital),
            services.services(hospital, department),
        ]
        behind = [checklists.log(), services.clauses(hospital, department)]
        cover = _cover(hospital, department)
        if hospital.plan is None:
            raise ValueError("a kit is made from the plan in force")
        return Composed(
            department=department.name,
            hospital=hospital.name,
            cover=cover,
            pages=pages,
            behind=behind,
            forms=own,
            parts=_parts(hospital, department, own, [cover, *pages, *behind]),
            plan_number=hospital.plan.number,
        )


def _cover(hospital: Hospital, department: Department) -> dict[str, Any]:
    plan = hospital.plan
    in_force = plan.effective_at or plan.published_at if plan else None
    since = f"，{timezone.localtime(in_force):%Y-%m-%d} 生效" if in_force else ""
    example = "（示例，须由医院核定）" if plan and plan.is_example else ""
    report, public = "", ""
    if hospital.site_url:
        report = f"{hospital.site_url}{reverse('incidents:report')}?department={department.pk}"
        public = f"{hospital.site_url}{reverse('notices:public')}"
    return {
        "plan": f"《{plan.title}》第 {plan.number} 版{since}{example}" if plan else "",
        "heads": roles.names(hospital.heads_of(department), 3),
        "phone": department.phone,
        "duty_phone": hospital.duty_phone,
        "report": report,
        "public": public,
    }


def _parts(
    hospital: Hospital, department: Department, own: list[Form], pages: list[Block]
) -> Parts:
    """What is told apart when a kit has grown old; whatever else differs is «layout»."""
    value, plan = hospital.value, hospital.plan
    shown = _people_shown(hospital, department)
    return {
        "plan": {f"第 {plan.number} 版": ""} if plan else {},
        "people": {
            f"{pk}:{hospital.people[pk]}": _digest(
                [hospital.people[pk].duty, hospital.people[pk].phone, hospital.numbers.get(pk, [])]
            )
            for pk in sorted(shown)
        },
        "rosters": {
            post.roster.name: _digest([[asdict(layer) for layer in post.layers], post.people])
            for post in hospital.posts
        },
        "groups": {
            group.name: _digest(
                [group.duty, [(each.person_id, each.part) for each in hospital.parts_of(group)]]
            )
            for group in hospital.groups
        },
        "departments": {
            f"{one.pk}:{one.name}": _digest([one.phone, [p.pk for p in hospital.heads_of(one)]])
            for one in hospital.departments
        },
        "services": {
            one.name: _digest([one.is_core])
            for one in hospital.services
            if one.department_id == department.pk
        },
        "text": {
            "业务卡": _digest(services.own_cards(hospital, department)),
            "话术": _digest(value["notice_templates"]),
            "条款": _digest(value["sections"]),
            "时限": _digest(value["grades"]),
            "升级链": _digest(value["ladders"]),
            "检查单": _digest([value["checklists"], value["grading"]]),
        },
        "hospital": {
            "医院名称": _digest(hospital.name),
            "报障电话": _digest(hospital.duty_phone),
            "网址": _digest(hospital.site_url),
        },
        "forms": {form.title: _digest(asdict(form)) for form in own},
        "layout": {"版式": _digest([LAYOUT, pages])},
    }


def _people_shown(hospital: Hospital, department: Department) -> set[int]:
    """Whose numbers or names the kit prints."""
    shown = {person.pk for person in hospital.of_department(department)}
    shown |= {pk for post in hospital.posts for pk in post.people}
    return shown | {
        each.person_id for group in hospital.groups for each in hospital.parts_of(group)
    }


def _digest(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
