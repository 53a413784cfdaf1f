"""Is it still wanted? Asked before each send, so that nobody is rung for what is over.

An app that sends alerts of its own says here when they are no longer wanted.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from incidents.models import Deadline, Order
from incidents.models.state import State
from notices.models import Alert, Climb, Notice, Step

# Gives a sentence where the alert is no longer wanted, else nothing.
Question = Callable[[Alert], str]
_questions: dict[str, Question] = {}


def ask(event: str) -> Callable[[Question], Question]:
    """Register the question that is asked of alerts about this event of the journal."""

    def register(question: Question) -> Question:
        _questions[event] = question
        return question

    return register


def unwanted(alert: Alert) -> str:
    """Why the alert is no longer wanted, as a sentence; empty where it is.

    Needs `alert.entry` and `alert.incident`; may ask the database once more.
    """
    if alert.acknowledged_at is not None:
        return _("本人已经确认收到。")
    if alert.seen_at is not None:
        return _("本人已经在系统里看到。")
    if alert.incident is not None and not alert.incident.is_open:
        return _("事件已经结束。")
    question = _questions.get(alert.entry.event)
    return question(alert) if question else ""


@ask("incident.report")
def _report(alert: Alert) -> str:
    incident = alert.incident
    if incident is not None and incident.acknowledged_at is not None:
        return _("已经有人确认收到。")
    return ""


@ask("ladder.fire")
def _ladder(alert: Alert) -> str:
    step = Step.objects.select_related("climb").filter(entry=alert.entry_id).first()
    if step is None or step.climb.state != Climb.State.ENDED:
        return ""
    if step.climb.ended_how == Climb.Ending.ANSWERED:
        return _("已经有人确认收到。")
    return _("升级呼叫已经停止。")


@ask("incident.confirm")
def _confirmed(alert: Alert) -> str:
    incident = alert.incident
    if incident is not None and incident.state != State.CONFIRMED:
        return _("指令已经下达。")
    return ""


@ask("order.issue")
def _order(alert: Alert) -> str:
    waits = Order.objects.filter(pk=alert.entry.facts.get("order"), state=Order.State.ISSUED)
    return "" if waits.exists() else _("指令已经复诵。")


@ask("deadline.pass")
def _deadline(alert: Alert) -> str:
    runs = Deadline.objects.running().filter(pk=alert.entry.facts.get("deadline"))
    return "" if runs.exists() else _("要办的事已经办了。")


@ask("delivery.exhausted")
def _nobody_reached(alert: Alert) -> str:
    others = Alert.objects.filter(entry=alert.entry.facts.get("entry"))
    reached = others.exclude(seen_at__isnull=True, acknowledged_at__isnull=True)
    return _("已经叫到人。") if reached.exists() else ""


@ask("notice.draft")
@ask("notice.edit")
def _approval(alert: Alert) -> str:
    waits = Notice.objects.filter(pk=alert.entry.facts.get("notice"), state=Notice.State.DRAFT)
    return "" if waits.exists() else _("通知已经有人处理。")
