"""The demo hospital: accounts to sign in with, and the seeding of an empty database."""

import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

import notices.workflow
import plans.workflow
import teams.workflow
from ops import demo_story, demo_supplies
from ops.ticks import named
from teams.models import Department, Person, ResponseGroup, Service
from teams.rules import LayerRules, RosterRules

# Shown on the sign-in page of the demo; a hospital's own accounts never get it.
PASSWORD = "yingji-demo-2026"  # noqa: S105
# One account per role: username, role, and what to do first.
ACCOUNTS = [
    ("kefu", "客服人员", "在「报障」报告一起故障"),
    ("zhiban", "信息技术值班", "在「值守大盘」确认收到并确认故障"),
    ("yuanzhang", "领导小组组长", "在「指挥」下达指令"),
    ("shoufei", "科室负责人", "在「我的指令」复诵并报告完成"),
    ("houqin", "后勤人员", "在「我的指令」查看给后勤的指令"),
    ("guanli", "管理员", "在「管理」查看人员与预案"),
    ("shenji", "审计员", "查看所有事件，不能更改"),
]

_HOSPITAL = Path(__file__).with_name("demo.yaml")


# A Monday on which every turn of the demo's rosters begins.
_ANCHOR = datetime.date(2026, 1, 5)


@transaction.atomic
def seed(*, rosters: bool = True, story: bool = False) -> bool:
    """Set up the demo hospital and its example plan; False when there is a hospital already.

    Without `rosters` nobody has duty: tests make the few that they need. `story`: something goes
    on in it (`ops.demo_story`).
    """
    if Department.objects.exists():
        return False
    data = yaml.safe_load(_HOSPITAL.read_text(encoding="utf-8"))
    teams.workflow.establish(data, password=PASSWORD)
    # The plan's ladders call the rosters, so these are there first.
    if rosters:
        _put_on_duty(data["rosters"], data["groups"])
    plans.workflow.publish_example()
    _put_up_places(data["places"])
    demo_supplies.stock_up()
    if rosters:
        for path in settings.DEMO_PARTS:
            named(path)()
    if story:
        demo_story.tell()
    return True


def _put_up_places(places: dict[str, Any]) -> None:
    departments = {each.name: each for each in Department.objects.all()}
    services = {each.name: each for each in Service.objects.all()}
    for number, (slug, told) in enumerate(places.items(), start=1):
        name, building, floor, department, used_for, has_screen, has_sign, languages = told
        notices.workflow.add_place(
            by=None,
            slug=slug,
            name=name,
            building=building,
            floor=floor,
            department=departments[department],
            services=[services[each] for each in used_for],
            has_screen=has_screen,
            has_sign=has_sign,
            languages=languages,
            position=number * 10,
        )


def _put_on_duty(rosters: dict[str, Any], groups: dict[str, Any]) -> None:
    people = dict(Person.objects.values_list("username", "pk"))
    year = timezone.localdate().year
    teams.workflow.fill_holidays(by=None, years=[year, year + 1])
    for name, told in rosters.items():
        layers = tuple(
            LayerRules(
                name=shift,
                people=tuple(people[username] for username in turns),
                starts_on=_ANCHOR,
                begins=datetime.time.fromisoformat(begins),
                minutes=hours * 60,
                turn=turn,
            )
            for shift, (begins, hours, turns, turn) in told["layers"].items()
        )
        facts = {key: told[key] for key in ("position", "stands_in_for_leadership") if key in told}
        teams.workflow.create_roster(
            by=None,
            group=ResponseGroup.objects.get(name=groups[told["group"]]["name"]),
            rules=RosterRules(name=name, layers=layers, **facts),
        )
