"""After a backup was put back: what the page asks of people, and who may say that it is done."""

import pytest
from django.urls import reverse

from incidents.models import Deadline
from journal.models import Entry, Incarnation
from journal.refusals import Conflict, NotAllowed
from journal.relay import relay
from notices import workflow
from notices.models import Alert, Climb
from ops import restored
from ops.tasks import take_stock
from tests import make
from tests.notices.climbing import climb_of, in_product, ladder, reported, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    """Reported and called about before the backup; the backup has just been put back."""
    make.hospital()
    ladder(to(in_product(make.new_person("it")), 0), to(in_product(make.new_person("it")), 3))
    made = reported(location="门诊楼一层")
    Deadline.objects.filter(incident=made, kind="acknowledge").update(due_at=made.reported_at)
    Incarnation.objects.create(identity="where the backup was made")
    return made


def test_nothing_is_done_before_stock_was_taken(incident):
    before = Entry.objects.count()
    assert (workflow.climb(), relay()) == (0, 0)
    assert Entry.objects.count() == before
    assert take_stock() is True
    assert take_stock() is False


def test_what_was_put_aside_is_told_in_the_incidents_journal(incident):
    take_stock()
    climb = climb_of(incident)
    assert climb.state == Climb.State.PAUSED
    assert not Alert.objects.filter(incident=incident, next_at__isnull=False).exists()
    facts = Entry.objects.get(stream=incident.stream, event=restored.UNSAID).facts
    assert (facts["calls"], facts["clocks"]) == (1, ["确认收到"])
    assert not Entry.objects.filter(event="deadline.pass").exists()
    relay()
    called = Alert.objects.filter(entry__event=restored.RESTORED, calls=True)
    assert make.person("it").pk in called.values_list("person", flat=True)
    assert make.person("auditor").pk not in called.values_list("person", flat=True)


def test_the_page_asks_to_compare_until_somebody_has(client, incident):
    url = reverse("reachable")
    client.force_login(make.person("it"))
    assert "逐一核对" not in client.get(url).content.decode()
    take_stock()
    page = client.get(url).content.decode()
    assert "逐一核对" in page
    assert incident.title in page
    done = client.post(reverse("restored_checked"), follow=True).content.decode()
    assert "逐一核对" not in done
    assert "核对过了" in done
    again = client.post(reverse("restored_checked"), follow=True).content.decode()
    assert "已经有人核对过了" in again
    assert Entry.objects.filter(event=restored.CHECKED).count() == 1


def test_who_only_reads_sees_it_and_may_not_end_it(client, incident):
    take_stock()
    client.force_login(make.person("auditor"))
    page = client.get(reverse("reachable")).content.decode()
    assert "逐一核对" in page
    assert "都核对过了" not in page
    for who in ("auditor", "cs", "leader"):
        with pytest.raises(NotAllowed):
            restored.check(by=make.person(who))
    restored.check(by=make.person("admin"))
    with pytest.raises(Conflict):
        restored.check(by=make.person("it"))
