"""The road of a version: who may do what on it."""

import pytest

from journal.refusals import NotAllowed
from plans import workflow
from plans.models import PlanVersion
from tests import make

pytestmark = pytest.mark.django_db
Status = PlanVersion.Status


ADMIN_VERBS = {
    "draft_from": lambda plan, by: workflow.draft_from(plan.number, by=by),
    "bring_in": lambda plan, by: workflow.bring_in("", by=by),
    "rewrite": lambda plan, by: workflow.rewrite(plan.number, "title", "乙", by=by),
    "explain": lambda plan, by: workflow.explain(plan.number, by=by, reason="乙"),
    "link_change": lambda plan, by: workflow.link_change(
        plan.number, by=by, note="乙", source="演练"
    ),
    "submit": lambda plan, by: workflow.submit(plan.number, by=by),
    "discard": lambda plan, by: workflow.discard(plan.number, by=by, reason="乙"),
}


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics", "auditor"])
@pytest.mark.parametrize("verb", ADMIN_VERBS)
def test_only_administrators_write_the_draft(verb, who):
    plan = make.plan("draft")
    with pytest.raises(NotAllowed):
        ADMIN_VERBS[verb](plan, make.person(who))
    assert PlanVersion.objects.get(pk=plan.pk).version == plan.version
    assert PlanVersion.objects.count() == 2


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics", "auditor"])
def test_only_administrators_publish_and_roll_back(who):
    make.plan("published")
    plan = make.plan("approved")
    with pytest.raises(NotAllowed):
        workflow.publish(plan.number, by=make.person(who))
    with pytest.raises(NotAllowed):
        workflow.publish(plan.number, by=make.person(who), effective_at=make.later(days=1))
    with pytest.raises(NotAllowed):
        workflow.roll_back(1, by=make.person(who), reason="试试")
    assert PlanVersion.objects.in_force().number == 2


@pytest.mark.parametrize("who", ["cs", "it", "department", "logistics", "admin", "auditor"])
def test_only_heads_of_the_leading_group_sign(who):
    plan = make.plan("review")
    with pytest.raises(NotAllowed):
        workflow.sign(plan.number, by=make.person(who))


def test_an_auditor_says_nothing_and_signs_nothing():
    plan = make.plan("review")
    with pytest.raises(NotAllowed):
        workflow.comment(plan.number, by=make.person("auditor"), text="乙")


@pytest.mark.parametrize("who", ["cs", "department", "logistics", "auditor"])
def test_only_administrators_and_signers_send_back(who):
    plan = make.plan("review")
    with pytest.raises(NotAllowed):
        workflow.withdraw(plan.number, by=make.person(who), reason="乙")
