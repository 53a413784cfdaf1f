"""Making things for tests with plain functions. Everything goes through the product's own verbs."""

import hashlib
import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

import notices.workflow
import plans.workflow
from incidents import workflow
from incidents.models import Check, Evidence, Incident
from incidents.workflow.orders import NewOrder
from journal.refusals import Incomplete
from notices.models import Place
from ops import demo
from plans.models import PlanVersion
from teams.models import Department, Person, ResponseGroup, Service

PASSWORD = demo.PASSWORD
# The demo account that stands for each role, and for the odd parts of the groups.
USERNAMES = {
    "cs": "kefu",
    "cs2": "kefu2",
    "it": "zhiban",
    "leader": "yuanzhang",
    "department": "shoufei",
    "logistics": "houqin",
    "admin": "guanli",
    "auditor": "shenji",
    "fault_head": "xinxi",
    "stranger": "baowei",
}
_number = itertools.count(1)


def hospital() -> None:
    """The demo hospital with its plan; a second call does nothing."""
    # Asked for with every person and place: the seeding itself would begin by opening a savepoint.
    if not Department.objects.exists():
        demo.seed(rosters=False)


def nothing() -> None:
    """A product in which nobody has done anything yet: the bare tables. Ends with the test's
    transaction."""
    # Rows that come with the tables.
    kept = {"django_migrations", "django_content_type", "django_site", "auth_permission"}
    tables = set(connection.introspection.django_table_names(only_existing=True)) - kept
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))} CASCADE")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def person(who: str) -> Person:
    """A person by role (`it`, `cs`, `leader` …) or by username; the hospital is made if missing."""
    hospital()
    return Person.objects.get(username=USERNAMES.get(who, who))


def new_person(*roles: str, department: str | None = None, **facts: Any) -> Person:
    """Somebody new with these roles, in no response group."""
    number = next(_number)
    return Person.objects.create(
        username=f"person{number}",
        name=facts.pop("name", f"员工{number}"),
        roles=list(roles),
        department=globals()["department"](department) if department else None,
        **facts,
    )


def department(name: str = "门诊收费处") -> Department:
    hospital()
    return Department.objects.get(name=name)


def service(name: str = "挂号") -> Service:
    hospital()
    return Service.objects.get(name=name)


def place(name: str = "测试大厅", **facts: Any) -> Place:
    """A place with a screen and a sign, unless `facts` say otherwise."""
    hospital()
    found = Place.objects.filter(name=name).first()
    facts = {"has_screen": True, "has_sign": True} | facts
    return found or notices.workflow.add_place(by=person("admin"), name=name, **facts)


def group(kind: str = "leading") -> ResponseGroup:
    hospital()
    return ResponseGroup.objects.get(kind=kind)


def report(**facts: Any) -> Incident:
    """A reported incident."""
    facts = {
        "by": person("cs"),
        "seen": "挂号界面一直转圈",
        "services": [service("挂号"), service("缴费")],
        "location": "门诊楼一层收费处",
        "department": department("门诊收费处"),
        "waiting": 20,
    } | facts
    incident, _is_new = workflow.report(**facts)
    return incident


def confirmed(**facts: Any) -> Incident:
    incident = facts.pop("incident", None) or report()
    facts = {
        "by": person("it"),
        "fault_type": "software",
        "level": 2,
        "convene": True,
        "reason": "预计超过 15 分钟",
        "affected": [department("门诊收费处"), department("门诊导诊台")],
    } | facts
    return workflow.confirm(incident.pk, **facts)


def orders(*texts: str, to: str = "门诊收费处", minutes: int = 10) -> list[NewOrder]:
    return [
        NewOrder(to=department(to), text=text, minutes=minutes)
        for text in texts or ("启用手工挂号",)
    ]


def incident(state: str = "reported", **facts: Any) -> Incident:
    """An incident that has come as far as `state` along the main road. `facts` go to confirm,
    `is_drill` and `drill_speed` to the report."""
    road = ["reported", "confirmed", "commanded", "repairing", "restoring", "cleaning", "reviewing"]
    begun = {name: facts.pop(name) for name in ("is_drill", "drill_speed") if name in facts}
    made = report(**begun)
    steps = [_confirm, _command, _repair, _restore, _pass, _cleanup][: road.index(state)]
    for step in steps:
        step(made, facts)
    return Incident.objects.get(pk=made.pk)


def _confirm(made: Incident, facts: dict[str, Any]) -> None:
    confirmed(incident=made, **facts)


def _command(made: Incident, facts: dict[str, Any]) -> None:
    commander = person("leader" if facts.get("convene", True) else "fault_head")
    workflow.command(made.pk, by=commander, orders=orders())


def _repair(made: Incident, facts: dict[str, Any]) -> None:
    workflow.repair(made.pk, by=person("it"), lead=person("it"))


def _restore(made: Incident, facts: dict[str, Any]) -> None:
    workflow.waive_notice(made.pk, by=person("cs"), reason="仅内部窗口，患者不受影响")
    workflow.restore(made.pk, by=person("it"))


def pass_checks(made: Incident) -> None:
    """Every pending check of the present phase is done."""
    round_number = Incident.objects.get(pk=made.pk).round
    for check in Check.objects.filter(incident=made, round=round_number, result="pending"):
        workflow.decide_check(check.pk, by=decider(check), result="done", remark="试办成功")


def decider(check: Check) -> Person:
    """Somebody who may decide the item."""
    return person("department" if check.decider == "department" else "it")


def backup(made: Incident) -> None:
    workflow.add_backup(
        made.pk,
        by=person("it"),
        name="hisdb.bak",
        size_bytes=1024,
        sha256=hashlib.sha256(b"hisdb").hexdigest(),
    )


def upload(content: bytes = b"2026-11-25 10:00 ERROR", name: str = "app.log") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def file(made: Incident, **facts: Any) -> Evidence:
    """A log handed in as evidence."""
    return workflow.attach(made.pk, **{"by": person("it"), "file": upload()} | facts)


def _pass(made: Incident, facts: dict[str, Any]) -> None:
    pass_checks(made)
    backup(made)
    workflow.sign(made.pk, by=person("it"))
    workflow.sign(made.pk, by=person("department"))


def end_everything(made: Incident) -> None:
    """Orders done, the checklist decided, all clear said: nothing is left for the clean-up gate."""
    for order in made.orders.open():
        addressee = Person.objects.filter(department=order.department).exclude(roles=["auditor"])
        workflow.finish_order(order.pk, by=addressee.get(username="shoufei"), proof="已办")
    for check in Check.objects.filter(incident=made, round=0, result="pending"):
        workflow.decide_check(check.pk, by=person("it"), result="done", number=Decimal(1))
    all_clear(made)


def all_clear(made: Incident) -> None:
    """Said by who commands, where the incident has come that far."""
    now = Incident.objects.get(pk=made.pk)
    if now.state == "cleaning" and not now.all_clears.standing().exists():
        by = person("leader" if now.convene else "fault_head")
        try:
            workflow.all_clear(made.pk, by=by, words="已恢复，请改回系统办理")
        except Incomplete:
            # Patients still read a notice whose end was waived: so is the all clear.
            workflow.waive(made.pk, by=person("it"), point="all_clear", reason="通知还没有结束")


def _cleanup(made: Incident, facts: dict[str, Any]) -> None:
    end_everything(made)
    workflow.cleanup(made.pk, by=person("it"), summary="连接池上限过低")


def later(**delta: int) -> Any:
    """A moment from now."""
    return timezone.now() + timedelta(**delta)


def plan(status: str = "published", **facts: Any) -> PlanVersion:
    """A version of the plan that has come as far as `status`; it says what the one in force says.

    `facts` are parts that are written anew in the draft.
    """
    hospital()
    road = ["draft", "review", "approved", "published"]
    made = plans.workflow.draft_from(
        PlanVersion.objects.in_force().number, by=person("admin"), reason="按评估发现修订"
    )
    for part, value in facts.items():
        plans.workflow.rewrite(made.number, part, value, by=person("admin"))
    for step in [_submit, _sign, _publish][: road.index(status)]:
        step(made.number)
    return PlanVersion.objects.get(pk=made.pk)


def _submit(number: int) -> None:
    plans.workflow.submit(number, by=person("admin"))


def _sign(number: int) -> None:
    plans.workflow.sign(number, by=person("leader"))
    plans.workflow.sign(number, by=person("fault_head"))


def _publish(number: int) -> None:
    plans.workflow.publish(number, by=person("admin"))
