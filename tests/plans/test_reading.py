"""Who has read the version in force (row P20), and what a change of the plan rests on (P18)."""

import pytest

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import findings, workflow
from plans.models import Change, ReadConfirmation
from plans.selectors import readers
from tests import make

pytestmark = pytest.mark.django_db


def test_everyone_concerned_confirms_once():
    make.hospital()
    first = workflow.confirm_read(1, by=make.person("cs"))
    assert workflow.confirm_read(1, by=make.person("cs")) == first
    assert ReadConfirmation.objects.count() == 1
    assert Entry.objects.filter(event="plan.confirm_read").count() == 1


def test_an_auditor_confirms_nothing():
    make.hospital()
    with pytest.raises(NotAllowed):
        workflow.confirm_read(1, by=make.person("auditor"))
    assert make.person("auditor") not in readers()


def test_only_the_version_in_force_is_confirmed():
    plan = make.plan("approved")
    with pytest.raises(Conflict):
        workflow.confirm_read(plan.number, by=make.person("cs"))
    workflow.publish(plan.number, by=make.person("admin"))
    with pytest.raises(Conflict):
        workflow.confirm_read(1, by=make.person("cs"))


def test_a_new_version_is_read_anew():
    make.hospital()
    workflow.confirm_read(1, by=make.person("cs"))
    plan = make.plan("published")
    assert not plan.read_confirmations.exists()


def test_the_reminder_names_those_who_have_not_read():
    make.hospital()
    workflow.confirm_read(1, by=make.person("cs"))
    reminded = workflow.remind_readers(1, by=make.person("admin"))
    people = Entry.objects.get(event="plan.remind").facts["people"]
    assert reminded == len(people) == readers().count() - 1
    assert make.person("cs").pk not in people
    assert make.person("auditor").pk not in people


def test_a_reminder_sent_twice_from_one_page_goes_out_once():
    make.hospital()
    workflow.remind_readers(1, by=make.person("admin"), version=2)
    with pytest.raises(Conflict):
        workflow.remind_readers(1, by=make.person("admin"), version=2)


def test_where_everybody_has_read_nobody_is_reminded():
    make.hospital()
    for person in readers():
        workflow.confirm_read(1, by=person)
    with pytest.raises(Conflict):
        workflow.remind_readers(1, by=make.person("admin"))


@pytest.mark.parametrize("who", ["cs", "leader", "auditor"])
def test_only_administrators_remind(who):
    make.hospital()
    with pytest.raises(NotAllowed):
        workflow.remind_readers(1, by=make.person(who))


@pytest.fixture
def finding(monkeypatch):
    found = findings.Finding("action:7", "首次通知晚了 12 分钟", "/reviews/1/")
    monkeypatch.setattr(findings, "_sources", [lambda: [found]])
    return found


def test_a_change_is_linked_to_the_finding_behind_it(finding):
    draft = make.plan("draft")
    change = workflow.link_change(
        draft.number,
        by=make.person("admin"),
        note="首次通知改为 15 分钟",
        clause="grades/2",
        about="Ⅱ级",
        finding_key="action:7",
    )
    assert change.source == finding.words
    assert Entry.objects.of(draft.stream).last().facts["source"] == finding.words
    with pytest.raises(Conflict):
        workflow.link_change(
            draft.number,
            by=make.person("admin"),
            note="再来一次",
            clause="grades/2",
            finding_key="action:7",
        )
    assert Change.objects.count() == 1


def test_a_finding_that_nobody_knows_is_refused(finding):
    draft = make.plan("draft")
    with pytest.raises(Incomplete) as refused:
        workflow.link_change(
            draft.number, by=make.person("admin"), note="乙", finding_key="action:8"
        )
    assert "finding" in refused.value.fields


def test_a_change_without_a_source_is_refused():
    draft = make.plan("draft")
    with pytest.raises(Incomplete) as refused:
        workflow.link_change(draft.number, by=make.person("admin"), note="乙")
    assert "source" in refused.value.fields


def test_a_reason_is_taken_back_from_a_draft_only():
    draft = make.plan("draft")
    change = workflow.link_change(
        draft.number, by=make.person("admin"), note="乙", source="十月演练"
    )
    workflow.submit(draft.number, by=make.person("admin"))
    with pytest.raises(Conflict):
        workflow.unlink_change(change.pk, by=make.person("admin"))
    workflow.withdraw(draft.number, by=make.person("admin"), reason="改")
    workflow.unlink_change(change.pk, by=make.person("admin"))
    with pytest.raises(Conflict):
        workflow.unlink_change(change.pk, by=make.person("admin"))
