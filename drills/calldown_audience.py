"""Call-downs: how their events read, when a call is no longer wanted, what an answer proves."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.models import CallDown
from drills.workflow.calldown import CALL
from journal.models import Entry
from journal.relay import subscribe
from journal.telling import tell
from notices import relevance
from notices.models import Alert
from notices.workflow.answering import PROOFS
from teams.models import ContactPoint
from teams.workflow import note_contact_worked

tell(CALL, gettext_lazy("点名呼叫"), gettext_lazy("第 {round} 遍，{count} 人：{of}；{words}"))
tell(
    "call_down.end",
    gettext_lazy("点名结束"),
    gettext_lazy("{answered}/{count} 人应答；没有应答：{missing}；{reason}"),
)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("alert.acknowledge", call_answered)
    PROOFS[CALL] = ContactPoint.Proof.CALL_DOWN


@relevance.ask(CALL)
def _call_down(alert: Alert) -> str:
    runs = CallDown.objects.filter(ended_at__isnull=True)
    pk = alert.entry.stream.removeprefix("call-down:")
    return "" if runs.filter(pk=pk).exists() else _("点名已经结束。")


def call_answered(entry: Entry) -> None:
    """Whoever answers a call-down in the product proves that alerts come through to them there."""
    if not entry.stream.startswith("call-down:"):
        return
    answered = Alert.objects.filter(pk=entry.facts["alert"], acknowledged_how=Alert.Answer.PAGE)
    in_app = ContactPoint.objects.in_use().filter(kind=ContactPoint.Kind.IN_APP)
    for point in in_app.filter(person__in=answered.values("person")):
        note_contact_worked(point.pk, how=ContactPoint.Proof.CALL_DOWN, at=entry.at)
