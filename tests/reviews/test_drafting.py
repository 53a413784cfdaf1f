"""The draft of a review: who may write it, when, and what a refusal leaves (plan, P15–P17)."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from reviews import workflow
from reviews.models import ActionItem, Review
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


def events(incident):
    return list(
        Entry.objects.of(incident.stream)
        .filter(event__startswith="review.")
        .values_list("event", flat=True)
    )


def test_the_clean_up_opens_the_review_once():
    incident = written.reviewing()
    while relay():
        pass
    assert Review.objects.get(incident=incident).state == "draft"
    workflow.open_review(incident.pk)
    assert events(incident) == ["review.open"]


def test_the_first_verb_opens_the_review_when_the_relay_has_not_yet():
    incident = written.reviewing()
    written.meeting(incident)
    assert events(incident) == ["review.open", "review.record_meeting"]


@pytest.mark.parametrize("state", ["reported", "repairing", "cleaning"])
def test_no_review_before_the_site_is_cleaned_up(state):
    incident = make.incident(state)
    with pytest.raises(Conflict):
        workflow.open_review(incident.pk)
    assert not Review.objects.exists()


@pytest.mark.parametrize("who", ["cs", "it", "department", "admin", "auditor", "stranger"])
@pytest.mark.parametrize("write", [written.meeting, written.findings, written.action])
def test_only_group_heads_write_the_review(who, write):
    incident = written.reviewing()
    workflow.open_review(incident.pk)
    with pytest.raises(NotAllowed):
        write(incident, by=make.person(who))
    review = Review.objects.get()
    assert (review.version, review.meeting_at, review.root_cause) == (1, None, "")
    assert not ActionItem.objects.exists()
    assert events(incident) == ["review.open"]


@pytest.mark.parametrize("who", ["leader", "fault_head", "logistics"])
def test_heads_and_deputies_of_each_group_may_write(who):
    incident = written.reviewing()
    written.findings(incident, by=make.person(who))
    assert Review.objects.get().root_cause == "design"


def test_a_form_opened_before_somebody_else_wrote_overwrites_nothing():
    incident = written.reviewing()
    seen = workflow.open_review(incident.pk).version
    written.findings(incident, version=seen, root_cause_text="第一个人写的")
    with pytest.raises(Conflict):
        written.findings(incident, version=seen, root_cause_text="第二个人写的")
    assert Review.objects.get().root_cause_text == "第一个人写的"


def test_the_meeting_is_not_before_the_fault():
    incident = written.reviewing()
    with pytest.raises(Incomplete) as refused:
        written.meeting(incident, meeting_at=timezone.now() - datetime.timedelta(days=1))
    assert "meeting_at" in refused.value.fields
    assert not Review.objects.exists()


def test_the_chair_is_among_those_present():
    incident = written.reviewing()
    review = written.meeting(incident, attendees=[make.person("it")])
    assert set(review.attendees.all()) == {make.person("it"), make.person("leader")}


def test_an_action_is_due_neither_in_the_past_nor_at_the_end_of_all_years():
    incident = written.reviewing()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for day in (yesterday, datetime.date.max):
        with pytest.raises(Incomplete) as refused:
            written.action(incident, due_on=day)
        assert "due_on" in refused.value.fields


def test_the_owner_works_in_the_owning_department():
    with pytest.raises(Incomplete) as refused:
        written.action(written.reviewing(), person=make.person("cs"))
    assert "person" in refused.value.fields


def test_a_removed_action_stays_in_the_journal():
    incident = written.reviewing()
    action = written.action(incident)
    workflow.remove_action(incident.pk, by=make.person("fault_head"), action=action.pk)
    assert not ActionItem.objects.exists()
    entry = Entry.objects.get(event="review.remove_action")
    assert entry.facts["measure"] == action.measure


def test_none_needed_and_an_action_exclude_each_other():
    incident = written.reviewing()
    head = make.person("fault_head")
    workflow.decline_actions(incident.pk, by=head, reason="供应商已更换整机")
    assert Review.objects.get().no_action_reason
    written.action(incident)
    assert Review.objects.get().no_action_reason == ""
    with pytest.raises(Conflict):
        workflow.decline_actions(incident.pk, by=head, reason="不需要")
