"""Everything that a drill sends says 【演练】 first: alerts, messages of every channel, surfaces,
sheets. A new sender or channel that forgets it fails here."""

import ast
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from incidents import workflow
from incidents.models import Deadline, Incident
from incidents.paper_sheet import _summary
from incidents.tally import Tally
from journal.relay import relay_all as relay
from notices import parcels, previewing, public, signs, surfaces
from notices import workflow as notices
from notices.channels import KINDS, Message
from notices.models import Alert, Channel, Delivery
from notices.workflow.reaching import PATIENCE, delivery
from notices.workflow.steering import note_reached
from plans.marks import DRILL
from teams.models import ContactPoint
from tests import make
from tests.notices import climbing, making

pytestmark = pytest.mark.django_db
# The only places that make alerts of an incident: each marks what it says.
MAKERS = {"notices/workflow/alerting.py", "notices/workflow/steering.py"}
# Of a person's own test message; of a question that is asked without saying it.
OTHERS = {"notices/workflow/testing.py", "notices/workflow/reaching.py"}


def whole_road() -> Incident:
    """A drill through all that sends something, up to its end."""
    climbing.ladder(climbing.to(climbing.in_product(make.person("it")), after=0))
    incident = make.incident("repairing", is_drill=True)
    note_reached(incident.pk, by=make.person("it"), person=make.person("fault_head"))
    notice = making.published(incident)
    relay()
    Deadline.objects.running().filter(incident=incident).update(due_at=timezone.now())
    workflow.climb()
    relay()
    notices.withdraw(notice.pk, by=make.person("cs"), reason="练习撤回")
    workflow.manual_on(
        incident.pk,
        by=make.person("leader"),
        departments=[make.department()],
        minutes=30,
        reason="练习",
    )
    workflow.end_drill(incident.pk, by=make.person("admin"), reason="到此为止")
    relay()
    return incident


def test_every_alert_and_every_message_begins_with_the_mark():
    incident = whole_road()
    alerts = list(Alert.objects.filter(incident=incident).select_related("incident", "entry"))
    events = {alert.entry.event for alert in alerts}
    assert {"order.issue", "deadline.pass", "incident.end_drill", "ladder.answer"} <= events
    assert [alert.text for alert in alerts if not alert.text.startswith(DRILL)] == []
    for alert in alerts:
        message = parcels.message_of([Delivery(alert=alert, created_at=alert.created_at, key="k")])
        assert message.is_drill
        assert message.head.startswith(DRILL)
        assert message.head.count(DRILL) == 1
        assert message.spoken.startswith("演练。")


def test_what_is_real_is_never_taken_for_practice():
    """Two calls to one number go as one message: it is marked where all of it is practice."""
    real, drill = make.report(), make.report(is_drill=True)
    relay()
    calls = [
        Alert.objects.filter(incident=row).select_related("incident")[0] for row in (drill, real)
    ]
    both = [Delivery(alert=call, created_at=call.created_at, key=f"k{call.pk}") for call in calls]
    message = parcels.message_of(both)
    assert not message.is_drill
    assert not message.head.startswith(DRILL)
    assert real.title in message.title
    assert f"2. {DRILL}" in message.text


def test_practice_waits_behind_everything_real_and_still_speaks_of_its_grade():
    drill = make.confirmed(incident=make.report(is_drill=True), level=1)
    call = Alert(incident=drill, person=make.person("it"), text="【演练】", level=1, entry_id=1)
    point = ContactPoint(pk=1, person=call.person, kind="sms", address="13900000001")
    made = delivery(call, point, Channel(pk=1), timezone.now())
    assert made.level > max(PATIENCE)
    assert parcels.message_of([made]).level == 1


def test_nobody_makes_an_alert_past_the_mark():
    found = set()
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        where = path.relative_to(settings.BASE_DIR)
        if where.parts[0] in ("tests", "bench", "build", ".venv") or "migrations" in where.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "Alert",
                "Alert.objects.create",
                "Alert.objects.get_or_create",
            ):
                found.add(str(where))
    assert found == MAKERS | OTHERS


@pytest.mark.parametrize("name", sorted(name for name in KINDS if not KINDS[name].is_by_hand))
def test_every_channel_says_it_in_its_own_way(name):
    """Each adapter takes the mark from the message: what it sends is tested with the channels."""
    source = sys.modules[KINDS[name].send.__module__].__file__
    module = ast.parse(Path(str(source)).read_text("utf-8"))
    used = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    assert used & {"head", "marks", "spoken", "is_drill"}, name


def test_heads_are_marked_once_and_repeats_behind():
    assert Message("挂号中断", is_drill=True, is_repeat=True).head == "【演练】【重发】挂号中断"


def test_every_surface_of_a_drills_notice_is_marked():
    notice = making.published(make.incident("repairing", is_drill=True))
    for name in surfaces.KINDS:
        for language in ("zh", "en"):
            assert surfaces.of(public.said(notice), name, language).heading.startswith(DRILL)
    facts = making.facts()
    assert all(
        surfaces.of(previewing.told(facts, notice.incident), name).heading.startswith(DRILL)
        for name in surfaces.KINDS
    )
    shown = previewing.as_public(notice.incident)
    assert shown["page"]
    assert all(piece.surface.heading.startswith(DRILL) for piece in shown["page"] + shown["screen"])


def test_the_printed_sign_says_that_it_must_not_hang_and_cannot_be_hung():
    from journal.refusals import Conflict

    notice = making.published(make.incident("repairing", is_drill=True))
    told = signs.content(notice, size="a4", address="https://yingji.example.org/status/")
    assert "演练" in str(told["heading"])
    assert "演练" in str(told["draft"])
    with pytest.raises(Conflict):
        notices.hang(notice.pk, by=make.person("cs"), place=make.place(), word="一号窗口")


def test_the_account_of_paper_forms_says_it_first():
    incident = make.incident("repairing", is_drill=True)
    batch = workflow.reserve(
        by=None, department=make.department(), kind="收据", prefix="Z", count=3
    )
    workflow.open_batch(batch.pk, by=make.person("chuangkou"), incident=incident)
    batch.refresh_from_db()
    assert next(iter(_summary(Tally.of(batch))))["what"] == DRILL
