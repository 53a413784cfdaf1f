"""Who passes the quiz at the moment in which the session ends has completed the course."""

import threading

import pytest
from django.db import connection, transaction

from drills.training import workflow
from drills.training.models import Completion
from tests import make
from tests.drills.training import teaching

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quiz_passed_while_the_session_ends_is_not_lost():
    made, cs = teaching.course(), make.person("cs")
    teaching.ask(made)
    workflow.change_course(made.pk, by=make.person("admin"), needs_quiz=True)
    row, trainer = teaching.begun(teaching.session(made)), make.person("it")
    workflow.sign_in(row.pk, by=cs)

    def hold():
        workflow.hold_session(row.pk, by=trainer)
        connection.close()

    other = threading.Thread(target=hold)
    with transaction.atomic():
        assert teaching.answer(made, cs, 1).passed
        other.start()
        # It must wait for us; were it not to, it would be through by now.
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=60)
    assert Completion.objects.get().person == cs
