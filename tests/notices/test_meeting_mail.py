"""Who is invited to a review meeting gets it by mail too, with the appointment as a file."""

import datetime

import pytest
from icalendar import Calendar

from journal.relay import relay
from notices import workflow as notices
from notices.models import Alert, Delivery
from reviews import meetings, workflow
from reviews.models import Review
from tests import make
from tests.notices.mailing import arrived
from tests.notices.making_channels import call as call_somebody
from tests.reviews import written
from tests.reviews.test_meeting import call, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    made = written.reviewing()
    while relay():
        pass
    return made


def invite(incident, **facts):
    """Of these people 值班 alone has a mail address."""
    people = [make.person("it"), make.person("department")]
    return call(incident, **{"chair": make.person("cs"), "people": people} | facts)


def mailed(post):
    """The mails with a file that came, and the appointments in them."""
    mails = [(to, mail) for to, mail in arrived(post) if list(mail.iter_attachments())]
    assert all(to == ["zhiban@example.org"] for to, _mail in mails)
    found = []
    for _to, mail in mails:
        for file in mail.iter_attachments():
            assert file.get_content_type() == "text/calendar"
            assert file.get_filename().endswith(".ics")
            found += Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    return [mail for _to, mail in mails], found


def test_the_invitation_comes_with_the_appointment_and_calls_nobody(incident, post):
    invite(incident, meeting_at=soon(days=1), lasts=90)
    (mail,), (found,) = mailed(post)
    assert "请参加评估会" in mail["Subject"] + mail.get_body().get_content()
    review = Review.objects.get()
    assert found["dtstart"].dt == review.meeting_at
    assert found["dtend"].dt - found["dtstart"].dt == datetime.timedelta(minutes=90)
    assert str(found["location"]) == "三楼会议室"
    # The page's own file is the same appointment.
    (own,) = Calendar.from_ical(meetings.calendar_of(review, "")).walk("VEVENT")
    for name in ("uid", "sequence", "dtstart", "dtend", "summary", "location", "status"):
        assert own[name] == found[name]
    alerts = Alert.objects.filter(entry__event="review.call_meeting")
    assert alerts.count() == 3, "in the product everybody is told"
    assert not alerts.filter(calls=True).exists()
    assert not alerts.filter(next_at__isnull=False).exists()


def test_a_moved_and_a_cancelled_meeting_take_the_older_ones_place(incident, post):
    invite(incident)
    invite(incident, place="五楼会议室", meeting_at=soon(days=2))
    workflow.cancel_meeting(incident.pk, by=make.person("fault_head"), reason="院长出差")
    # What comes within seconds goes as one mail, with the file of each.
    _mails, found = mailed(post)
    assert len({str(one["uid"]) for one in found}) == 1
    assert sorted(int(one["sequence"]) for one in found) == [0, 1, 2]
    by_number = {int(one["sequence"]): one for one in found}
    assert str(by_number[1]["location"]) == "五楼会议室"
    assert str(by_number[2]["status"]) == "CANCELLED"


def test_who_need_not_come_any_more_gets_it_out_of_the_calendar(incident, post):
    invite(incident)
    invite(incident, people=[make.person("department")])
    (mail,), found = mailed(post)
    assert "不用参加" in mail["Subject"] + mail.get_body().get_content()
    assert {int(one["sequence"]): str(one["status"]) for one in found} == {
        0: "CONFIRMED",
        1: "CANCELLED",
    }


def test_without_a_mail_channel_the_product_tells_it_alone(incident):
    invite(incident)
    while relay():
        pass
    assert Alert.objects.filter(entry__event="review.call_meeting").count() == 3
    assert not Delivery.objects.exists()


def test_who_has_seen_it_in_the_product_gets_no_mail(incident, post):
    invite(incident)
    while relay():
        pass
    it = make.person("it")
    mine = Alert.objects.get(person=it, entry__event="review.call_meeting")
    notices.open_alert(mine.pk, by=it)
    assert mailed(post) == ([], [])
    assert Delivery.objects.get(alert=mine).state == "dropped"


def test_other_mails_carry_no_file(incident, post):
    call_somebody(make.person("it"), incident)
    assert arrived(post)
    assert mailed(post) == ([], [])
