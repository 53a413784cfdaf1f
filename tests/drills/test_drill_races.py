"""An inject is given once, whoever gives it at the same moment."""

import pytest

from drills import workflow
from drills.models import Inject
from incidents.models import Report
from journal.models import Entry
from journal.refusals import Conflict
from tests import make
from tests.drills.practising import drill, started
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_controllers_and_the_clock_give_an_inject_once():
    made = started()
    inject = made.injects.filter(act="open").first()
    Inject.objects.filter(pk=inject.pk).update(due_at=made.started_at)
    leader, deputy = make.person("leader"), make.person("fault_head")
    said = at_once(
        lambda: workflow.give_inject(inject.pk, by=leader),
        lambda: workflow.give_inject(inject.pk, by=deputy),
        workflow.give_due,
        workflow.give_due,
    )
    given = [word for word in said[:2] if not isinstance(word, Conflict)]
    assert len(given) + sum(said[2:]) == 1
    assert Entry.objects.filter(event="drill.inject", facts__inject=inject.pk).count() == 1
    assert made.links.count() == 2
    assert not Report.objects.exists()


def test_of_two_starts_one_wins():
    made = drill()
    leader = make.person("leader")
    said = at_once(*[lambda: workflow.start_drill(made.pk, by=leader)] * 2)
    assert sum(isinstance(word, Conflict) for word in said) == 1
    assert made.links.count() == 1
