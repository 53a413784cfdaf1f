"""Who is told of the plan: signers, administrators, and everyone who is to read it (P5, P20)."""

import pytest

import plans.workflow
from journal.models import Entry
from journal.relay import relay
from notices.models import Alert
from plans.models import PlanVersion
from plans.selectors import readers
from tests import make

pytestmark = pytest.mark.django_db


def told(plan: PlanVersion, event: str) -> set[str]:
    """Accounts of those who were told of the event, all that waits being relayed first."""
    while relay():
        pass
    entries = Entry.objects.of(plan.stream).filter(event=event)
    return set(Alert.objects.filter(entry__in=entries).values_list("person__username", flat=True))


def test_who_signs_is_asked_to_and_the_administrators_to_publish():
    plan = make.plan("approved")
    assert told(plan, "plan.submit") >= {"yuanzhang", "xinxi"}
    assert "kefu" not in told(plan, "plan.submit")
    assert told(plan, "plan.approve") == {"guanli"}


def test_a_comment_goes_to_who_drafted():
    plan = make.plan("review")
    plans.workflow.comment(plan.number, by=make.person("cs"), text="太紧")
    assert told(plan, "plan.comment") == {"guanli"}


def test_what_is_in_force_is_read_by_everyone_concerned_but_not_by_who_published():
    plan = make.plan()
    everybody = set(readers().values_list("username", flat=True))
    assert told(plan, "plan.publish") == everybody - {"guanli"}
    assert "shenji" not in told(plan, "plan.publish")
    assert Alert.objects.filter(person__username="kefu").last().url == f"/plans/{plan.number}/"


def test_a_reminder_reaches_those_who_have_not_read_and_nobody_else():
    plan = make.plan()
    plans.workflow.confirm_read(plan.number, by=make.person("cs"))
    plans.workflow.remind_readers(plan.number, by=make.person("admin"))
    # Between the reminder and its delivery somebody has read it after all.
    plans.workflow.confirm_read(plan.number, by=make.person("leader"))
    reminded = told(plan, "plan.remind")
    assert "zhiban" in reminded
    assert not reminded & {"kefu", "yuanzhang", "shenji", "guanli"}
