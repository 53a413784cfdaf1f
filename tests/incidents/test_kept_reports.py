"""A report that a device kept without network says truly when it was filed; the clocks start on
receipt."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import workflow
from incidents.filing import Filing
from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def kept(minutes: float, *, ahead: float = 0) -> Filing:
    """Filed so many minutes ago, by a device whose clock is so many minutes ahead."""
    device_now = timezone.now() + ahead * MINUTE
    return Filing(device_now - minutes * MINUTE, device_now)


def close_to(moment, other) -> bool:
    return abs(moment - other) < timedelta(seconds=5)


def test_clocks_start_on_receipt_and_the_true_time_stands_beside_it():
    incident = make.report(filing=kept(25))
    assert close_to(incident.reported_at, timezone.now())
    assert close_to(incident.filed_at, timezone.now() - 25 * MINUTE)
    clock = Deadline.objects.get(incident=incident, kind="acknowledge")
    assert clock.armed_at == incident.reported_at
    # Patients have been waiting since it was filed, not since we heard of it.
    assert incident.began_at == incident.filed_at


def test_the_journal_says_both_times():
    incident = make.report(filing=kept(25, ahead=7))
    entry = Entry.objects.of(incident.stream).get(event="incident.report")
    assert entry.facts["device_ahead"] == incident.device_ahead
    assert {"filed_at", "device_time", "kept"} <= set(entry.facts)
    assert close_to(entry.at, timezone.now())


def test_a_clock_that_is_off_is_reckoned_out_and_said():
    fast = make.report(filing=kept(10, ahead=7))
    assert close_to(fast.filed_at, timezone.now() - 10 * MINUTE)
    assert abs(fast.device_ahead - 7 * 60) <= 2
    assert "快 7 分钟" in fast.kept_words
    slow = make.report(filing=kept(10, ahead=-120))
    assert close_to(slow.filed_at, timezone.now() - 10 * MINUTE)
    assert "慢 120 分钟" in slow.kept_words
    right = make.report(filing=kept(10))
    assert "钟" not in right.kept_words
    assert make.report().kept_words == ""


def test_a_clock_that_was_set_back_meanwhile_makes_no_report_of_the_future():
    incident = make.report(filing=kept(-30))
    assert incident.filed_at == incident.reported_at


def test_after_three_days_a_person_has_to_look_again():
    with pytest.raises(Incomplete) as refusal:
        make.report(filing=kept(72 * 60 + 1))
    assert "filed_at" in refusal.value.fields
    assert not Incident.objects.exists()
    assert make.report(filing=kept(72 * 60 - 1)).filed_at


def test_what_had_been_taken_is_not_refused_for_its_age():
    mark = uuid.uuid4()
    first = make.report(client_uuid=mark, filing=kept(5))
    again, is_new = workflow.report(
        by=make.person("cs"), seen="x", location="y", client_uuid=mark, filing=kept(80 * 60)
    )
    assert (again.pk, is_new) == (first.pk, False)
    with pytest.raises(Conflict):
        workflow.report(
            by=make.person("it"), seen="x", location="y", client_uuid=mark, filing=kept(5)
        )


def test_one_that_is_added_to_another_says_it_too():
    incident = make.report()
    added = workflow.add_report(
        incident.pk, by=make.person("cs2"), seen="也不行", filing=kept(12, ahead=3)
    )
    assert close_to(added.filed_at, timezone.now() - 12 * MINUTE)
    entry = Entry.objects.of(incident.stream).get(event="incident.add_report")
    assert "kept" in entry.facts


def test_the_api_takes_both_moments_and_shows_them(client):
    client.force_login(make.person("cs"))
    said = kept(25, ahead=7)
    body = {
        "seen": "断网了",
        "location": "门诊",
        "client_uuid": str(uuid.uuid4()),
        "filed_at": said.filed_at.isoformat(),
        "sent_at": said.sent_at.isoformat(),
    }
    first = client.post("/api/incidents/", body, content_type="application/json")
    again = client.post("/api/incidents/", body, content_type="application/json")
    assert (first.status_code, again.status_code) == (201, 200)
    whole = client.get(first["Location"]).json()
    assert whole["filed_at"] < whole["reported_at"]
    assert abs(whole["device_ahead"] - 420) <= 2
    alone = body | {"client_uuid": str(uuid.uuid4())}
    del alone["sent_at"]
    answer = client.post("/api/incidents/", alone, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["sent_at"])


def test_the_incident_its_timeline_and_the_reporters_own_page_say_so(client):
    incident = make.report(filing=kept(25))
    client.force_login(make.person("cs"))
    for page in (
        incident.get_absolute_url(),
        f"{incident.get_absolute_url()}received/",
        f"{incident.get_absolute_url()}timeline/",
        "/reports/",
    ):
        assert "断网时在设备上填写于" in client.get(page).content.decode(), page
