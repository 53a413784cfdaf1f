"""The demo hospital practises: a drill and a call-down were held, a drill is prepared; all through
the verbs, in one go, so the answers to the call-down come at once."""

import datetime

from django.utils import timezone

from drills import workflow
from drills.models import Drill, PlannedDrill
from drills.scenario import DEMO_CAST, Cast, load
from drills.scripting import roles_of
from drills.wording import role_of
from notices.models import Alert
from notices.workflow import acknowledge_alert
from teams.models import Department, Person, ResponseGroup

_HELD, _NEXT = "core-switch-failure", "registration-hall-outage"


def practise() -> None:
    """In the transaction that seeds the hospital."""
    people = {person.username: person for person in Person.objects.all()}
    departments = {each.name: each for each in Department.objects.all()}
    cast, today = Cast.read(DEMO_CAST), timezone.localdate()
    head, admin = people["yuanzhang"], people[cast.controls]
    held = workflow.plan_drill(
        by=admin,
        year=today.year,
        month=today.month,
        name="核心交换机故障桌面推演",
        type="tabletop",
        responsible=people["xinxi"],
        scenario=_HELD,
        departments=[departments["信息技术部"], departments["急诊科"]],
    )
    coming = workflow.plan_drill(
        by=admin,
        year=today.year,
        month=min(today.month + 1, 12),
        name="门诊挂号缴费中断功能演练",
        type="functional",
        responsible=people["kefuzhuren"],
        scenario=_NEXT,
        departments=[departments["门诊收费处"], departments["信息技术部"]],
    )
    workflow.plan_drill(
        by=admin,
        year=today.year,
        month=12,
        name="夜间值班点名",
        type="call_down",
        responsible=people["xinxi"],
    )
    called = workflow.plan_drill(
        by=admin,
        year=today.year,
        month=today.month,
        name="故障应急小组点名",
        type="call_down",
        responsible=people["xinxi"],
    )
    _call_down(called, head, silent=people["anquan"])
    past = _prepared(_HELD, cast, people, kind="tabletop", planned=held, name=held.name)
    _hold(past, head, people[cast.evaluates], departments["信息技术部"])
    _prepared(_NEXT, cast, people, kind="functional", planned=coming, name=coming.name, speed=12)


def _call_down(planned: PlannedDrill, head: Person, *, silent: Person) -> None:
    """All of the fault group answer but one."""
    group = ResponseGroup.objects.get(kind=ResponseGroup.Kind.FAULT)
    made = workflow.begin_call_down(by=head, groups=[group], words="月度点名", planned=planned)
    calls = Alert.objects.filter(entry__stream=made.stream).exclude(person=silent)
    for call in calls.select_related("person"):
        acknowledge_alert(call.pk, how=Alert.Answer.PAGE, by=call.person)
    workflow.end_call_down(made.pk, by=head)


def _prepared(slug: str, cast: Cast, people: dict[str, Person], **facts: object) -> Drill:
    head = people["yuanzhang"]
    made = workflow.create_drill(
        by=head,
        scenario=slug,
        controllers=[people[cast.controls], head],
        evaluators=[people[cast.evaluates]],
        **facts,  # type: ignore[arg-type]
    )
    scenario = load(slug)
    steps = {role_of(step): step for step in reversed(scenario.steps)}
    players = {role: people[cast.account(steps[role])] for role in roles_of(scenario)}
    return workflow.cast(made.pk, by=head, players=players)


def _hold(drill: Drill, head: Person, evaluator: Person, department: Department) -> None:
    """Played at a table: all acts but two were named in time."""
    workflow.start_drill(drill.pk, by=head)
    marks = {}
    for number, act in enumerate(drill.expected.order_by("target"), start=1):
        if number == 5:
            marks[act.pk] = ("no", "没有找到备用交换机")
            continue
        late = 4 if number == 3 else -1
        workflow.note_act(act.pk, by=head, note="按预案回答", minute=max(act.target + late, 1))
        marks[act.pk] = ("partly", "晚了四分钟") if late > 0 else ("yes", "")
    workflow.end_drill(drill.pk, by=head, reason="剧本推演完毕")
    workflow.add_finding(
        drill.pk,
        by=evaluator,
        problem="备用交换机放在哪里只有一个人知道",
        measure="在物资清单写明存放地点，并贴标签",
        department=department,
        due_on=timezone.localdate() + datetime.timedelta(days=14),
    )
    workflow.judge(drill.pk, by=evaluator, marks=marks)
    summary = "职责清楚，报告和确认及时；患者通知晚了四分钟，备用设备的存放要改。"
    workflow.evaluate_drill(drill.pk, by=evaluator, summary=summary)
