"""What is stored is in the language of the house, whatever the language of whoever acts."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from incidents import gates, workflow
from incidents.models import Deadline
from journal.models import Entry
from journal.recording import record
from reviews.models import Participant
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db
# Facts that hold a word of ours, by event.
WORDS = {
    "incident.confirm": "fault",
    "check.decide": "outcome",
    "backup.add": "shown",
    "restoration.sign": "for",
    "incident.waive": "label",
    "review.record_findings": "cause",
    "review.add_action": "kind",
}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_lazy_words_of_a_fact_are_told_in_the_language_of_the_house():
    with translation.override("en"):
        entry = record("test:1", "test.happened", by=None, facts={"w": [gettext_lazy("整改项")]})
    assert entry.facts == {"w": ["整改项"]}


def test_somebody_who_works_in_english_leaves_no_english_in_the_record():
    make.hospital()
    with translation.override("en"):
        incident = make.incident("cleaning")
        point = next(one.key for one in gates.conditions(gates.CLEANUP, incident) if one.open)
        workflow.waive(incident.pk, by=make.person("it"), point=point, reason="已电话核实")
        reviewed = written.reviewing()
        written.complete(reviewed)
    holders = set(Deadline.objects.values_list("holder", flat=True))
    assert holders
    assert all(map(is_chinese, holders))
    for event, name in WORDS.items():
        told = [entry.facts[name] for entry in Entry.objects.filter(event=event)]
        assert told, event
        assert all(map(is_chinese, told)), (event, told)
    noted = Participant.objects.exclude(noted_reason="").values_list("noted_reason", flat=True)
    assert set(noted) == {"会后登记"}
