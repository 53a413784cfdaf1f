"""Two at once, with real threads and real transactions: one wins, the other learns it kindly."""

import threading

import pytest
from django.db import connection

from journal.models import Entry
from journal.refusals import Conflict
from notices import workflow
from notices.models import Notice
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs):
    """Run callables in threads that start together; give what each gave or raised."""
    start = threading.Barrier(len(verbs))
    outcome = [None] * len(verbs)

    def run(place, verb):
        try:
            start.wait()
            outcome[place] = verb()
        except Exception as error:
            outcome[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def test_two_first_drafts_at_once_make_one():
    incident = make.incident("repairing")
    people = [make.person("cs"), make.person("cs2")]
    facts = making.facts()
    outcome = at_once(
        *[lambda by=by: workflow.draft(incident.pk, by=by, facts=facts) for by in people]
    )
    assert sorted(type(result).__name__ for result in outcome) == ["Conflict", "Notice"]
    assert Notice.objects.count() == 1


def test_one_notice_is_published_once_by_four_who_press_at_once():
    notice = making.approved()
    people = [make.person("cs"), make.person("cs2")] * 2
    outcome = at_once(
        *[lambda by=by: workflow.publish(notice.pk, by=by, version=2) for by in people]
    )
    assert sum(isinstance(result, Notice) for result in outcome) == 1
    assert sum(isinstance(result, Conflict) for result in outcome) == 3
    assert Entry.objects.filter(event="notice.publish").count() == 1
    assert Entry.objects.filter(event="incident.notify").count() == 1


def test_a_published_update_and_an_end_at_once_leave_at_most_one_public_notice():
    first = making.published()
    second = workflow.update(first.pk, by=make.person("cs"), facts=making.facts())
    workflow.approve(second.pk, by=make.person("leader"))
    cs, cs2 = make.person("cs"), make.person("cs2")
    version = Notice.objects.get(pk=first.pk).version
    outcome = at_once(
        lambda: workflow.publish(second.pk, by=cs, version=2),
        lambda: workflow.end(first.pk, by=cs2, version=version, text="已恢复正常"),
    )
    # The end may come before the update, which then is a new notice, or is told that it was late.
    assert isinstance(outcome[0], Notice)
    assert isinstance(outcome[1], Notice | Conflict)
    assert list(Notice.objects.published()) == [second]
    first.refresh_from_db()
    assert first.state in ("ended", "updated")


def test_an_edit_and_an_approval_at_once_never_approve_unread_words():
    notice = making.drafted()
    cs, cs2 = make.person("cs"), make.person("leader")
    facts = making.facts(advice="新的话")
    outcome = at_once(
        lambda: workflow.edit(notice.pk, by=cs, version=1, facts=facts),
        lambda: workflow.approve(notice.pk, by=cs2, version=1),
    )
    assert sum(isinstance(result, Conflict) for result in outcome) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.advice == "新的话") in [("draft", True), ("approved", False)]
