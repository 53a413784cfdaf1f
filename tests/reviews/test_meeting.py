"""The review meeting: called, moved, cancelled, answered, signed, minuted (plan, row P15)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from reviews import demands, workflow
from reviews.models import Participant, Review
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


def soon(**delta):
    return timezone.now().replace(second=0, microsecond=0) + datetime.timedelta(**delta)


def call(incident, **facts):
    facts = {
        "by": make.person("fault_head"),
        "meeting_at": soon(days=1),
        "place": "三楼会议室",
        "chair": make.person("leader"),
        "people": [make.person("it"), make.person("cs")],
    } | facts
    return workflow.call_meeting(incident.pk, **facts)


def begin(incident):
    """The hour has come."""
    Review.objects.filter(incident=incident).update(meeting_at=soon(minutes=-5))


def told():
    """Who was told what since the last time, by username."""
    Alert.objects.all().delete()
    while relay():
        pass
    return {
        alert.person.username: alert.text
        for alert in Alert.objects.filter(entry__event__endswith="_meeting").select_related(
            "person"
        )
    }


def answers():
    return dict(Participant.objects.values_list("person__username", "answer"))


def missing(incident):
    review = Review.objects.get(incident=incident)
    return [one.key for one in demands.missing_for_submission(review, timezone.now())]


def test_everybody_invited_is_told_and_the_chair_is_invited_too():
    incident = written.reviewing()
    call(incident)
    assert answers() == {"yuanzhang": "", "zhiban": "", "kefu": ""}
    said = told()
    assert set(said) == {"yuanzhang", "zhiban", "kefu"}
    assert "三楼会议室" in said["zhiban"]
    assert "meeting" in missing(incident)


def test_moving_it_asks_anew_and_tells_who_need_not_come_any_more():
    incident = written.reviewing()
    call(incident)
    workflow.answer_meeting(incident.pk, by=make.person("it"), coming=True)
    told()
    call(incident, place="五楼会议室", people=[make.person("it"), make.person("department")])
    assert answers() == {"yuanzhang": "", "zhiban": "", "shoufei": ""}
    said = told()
    assert set(said) == {"yuanzhang", "zhiban", "shoufei", "kefu"}
    assert "改到" in said["zhiban"]
    assert "不用参加" in said["kefu"]
    assert "请参加" in said["shoufei"]


def test_another_guest_does_not_trouble_those_who_know():
    incident = written.reviewing()
    at = soon(days=1)
    call(incident, meeting_at=at)
    workflow.answer_meeting(incident.pk, by=make.person("it"), coming=False, words="在夜班")
    told()
    people = [make.person(who) for who in ("it", "cs", "department")]
    call(incident, meeting_at=at, people=people)
    assert set(told()) == {"shoufei"}
    assert answers()["zhiban"] == "declined"


def test_a_cancelled_meeting_is_none_until_it_is_called_anew():
    incident = written.reviewing()
    call(incident)
    told()
    head = make.person("fault_head")
    with pytest.raises(Incomplete):
        workflow.cancel_meeting(incident.pk, by=head, reason=" ")
    workflow.cancel_meeting(incident.pk, by=head, reason="院长出差")
    said = told()
    assert set(said) == {"yuanzhang", "zhiban", "kefu"}
    assert "院长出差" in said["kefu"]
    begin(incident)
    assert "meeting" in missing(incident)
    for act in (
        lambda: workflow.cancel_meeting(incident.pk, by=head, reason="再一次"),
        lambda: workflow.answer_meeting(incident.pk, by=make.person("it"), coming=True),
        lambda: workflow.sign_attendance(incident.pk, by=make.person("it")),
    ):
        with pytest.raises(Conflict):
            act()
    call(incident)
    assert set(told()) == {"yuanzhang", "zhiban", "kefu"}


def test_a_meeting_that_somebody_has_signed_for_is_not_cancelled_before_it_begins():
    """Else it could be neither held nor called again."""
    incident = written.reviewing()
    call(incident)
    Review.objects.filter(incident=incident).update(meeting_at=soon(minutes=10))
    workflow.sign_attendance(incident.pk, by=make.person("it"))
    with pytest.raises(Conflict):
        workflow.cancel_meeting(incident.pk, by=make.person("fault_head"), reason="x")
    assert Review.objects.get(incident=incident).meeting_cancelled_at is None


@pytest.mark.parametrize("who", ["cs", "it", "department", "admin", "auditor"])
def test_only_heads_call_and_cancel(who):
    incident = written.reviewing()
    with pytest.raises(NotAllowed):
        call(incident, by=make.person(who))
    assert not Participant.objects.exists()
    call(incident)
    with pytest.raises(NotAllowed):
        workflow.cancel_meeting(incident.pk, by=make.person(who), reason="x")
    assert Review.objects.get().meeting_cancelled_at is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"meeting_at": soon(hours=-1)}, "meeting_at"),
        ({"meeting_at": soon(days=400)}, "meeting_at"),
        ({"place": "  "}, "place"),
        ({"lasts": 5}, "lasts"),
        ({"people": []}, "people"),
    ],
)
def test_a_wrong_call_leaves_nothing_behind(facts, field):
    incident = written.reviewing()
    workflow.open_review(incident.pk)
    with pytest.raises(Incomplete) as refused:
        call(incident, **facts)
    assert field in refused.value.fields
    review = Review.objects.get()
    assert (review.meeting_at, review.version) == (None, 1)
    assert not Participant.objects.exists()
    assert not Entry.objects.filter(event="review.call_meeting").exists()


def test_only_who_is_invited_answers():
    incident = written.reviewing()
    call(incident)
    with pytest.raises(NotAllowed):
        workflow.answer_meeting(incident.pk, by=make.person("department"), coming=True)
    begin(incident)
    with pytest.raises(Conflict):
        workflow.answer_meeting(incident.pk, by=make.person("it"), coming=True)
    assert answers()["zhiban"] == ""


def test_people_sign_themselves_once_and_not_before_its_time():
    incident = written.reviewing()
    call(incident)
    it = make.person("it")
    with pytest.raises(Conflict):
        workflow.sign_attendance(incident.pk, by=it)
    begin(incident)
    first = workflow.sign_attendance(incident.pk, by=it).signed_at
    assert workflow.sign_attendance(incident.pk, by=it).signed_at == first
    assert Entry.objects.filter(event="review.sign_attendance").count() == 1
    # Not invited, but concerned.
    workflow.sign_attendance(incident.pk, by=make.person("department"))
    with pytest.raises(NotAllowed):
        workflow.sign_attendance(incident.pk, by=make.person("auditor"))
    assert set(Review.objects.get().attendees.all()) == {it, make.person("department")}
    assert not {"meeting", "attendees"} & {*missing(incident)}


def test_who_cannot_sign_is_noted_by_the_chair_with_a_reason():
    incident = written.reviewing()
    chair = make.person("cs")
    call(incident, chair=chair, people=[make.person("it")])
    begin(incident)
    it, facts = make.person("it"), {"reason": "没带手机"}
    with pytest.raises(NotAllowed):
        workflow.note_attendance(incident.pk, by=it, person=it, **facts)
    with pytest.raises(Incomplete):
        workflow.note_attendance(incident.pk, by=chair, person=it, reason=" ")
    row = workflow.note_attendance(incident.pk, by=chair, person=it, **facts)
    assert (row.noted_by, row.noted_reason) == (chair, "没带手机")
    with pytest.raises(Conflict):
        workflow.note_attendance(incident.pk, by=chair, person=it, **facts)
    # One's own word stands before the note.
    row = workflow.sign_attendance(incident.pk, by=it)
    assert (row.noted_by, row.noted_reason) == (None, "")


def test_a_later_record_takes_nobodys_signature_away():
    incident = written.reviewing()
    call(incident)
    begin(incident)
    workflow.sign_attendance(incident.pk, by=make.person("it"))
    written.meeting(incident, attendees=[make.person("cs")])
    review = Review.objects.get()
    assert make.person("it") in review.attendees.all()
    assert Participant.objects.get(person=make.person("cs")).noted_by == make.person("fault_head")
    with pytest.raises(Conflict):
        call(incident)


def test_minutes_are_written_by_the_chair_on_what_they_saw():
    incident = written.reviewing()
    call(incident, chair=make.person("cs"), people=[make.person("it")])
    facts = {"by": make.person("cs"), "minutes": "确认根因，定三项整改"}
    with pytest.raises(Conflict):
        workflow.write_minutes(incident.pk, **facts)
    begin(incident)
    seen = Review.objects.get().version
    workflow.write_minutes(incident.pk, version=seen, **facts)
    with pytest.raises(Conflict):
        workflow.write_minutes(incident.pk, version=seen, **facts)
    with pytest.raises(NotAllowed):
        workflow.write_minutes(incident.pk, by=make.person("it"), minutes="x")
    assert Review.objects.get().minutes == "确认根因，定三项整改"


def test_after_the_submission_nothing_of_the_meeting_changes():
    incident = written.submitted().review.incident
    head = make.person("fault_head")
    for act in (
        lambda: call(incident),
        lambda: workflow.cancel_meeting(incident.pk, by=head, reason="x"),
        lambda: workflow.sign_attendance(incident.pk, by=make.person("department")),
        lambda: workflow.write_minutes(incident.pk, by=head, minutes="x"),
    ):
        with pytest.raises(Conflict):
            act()


def test_the_calendar_file_follows_moves_and_the_cancellation(client):
    incident = written.reviewing()
    url = reverse("reviews:meeting_calendar", args=[incident.pk])
    client.force_login(make.person("it"))
    assert client.get(url).status_code == 404

    def event():
        return next(iter(Calendar.from_ical(client.get(url).content).walk("VEVENT")))

    call(incident)
    first = event()
    assert first["STATUS"] == "CONFIRMED"
    call(incident, meeting_at=soon(days=2))
    second = event()
    assert (second["UID"], second["SEQUENCE"]) == (first["UID"], first["SEQUENCE"] + 1)
    assert second.decoded("DTSTART") == soon(days=2)
    workflow.cancel_meeting(incident.pk, by=make.person("leader"), reason="改期")
    last = event()
    assert (last["STATUS"], last["SEQUENCE"]) == ("CANCELLED", second["SEQUENCE"] + 1)


def test_the_whole_meeting_through_the_pages(client):
    incident = written.reviewing()
    page = reverse("reviews:detail", args=[incident.pk])

    def say(who, verb, **said):
        client.force_login(make.person(who))
        return client.post(reverse("reviews:verb", args=[incident.pk, verb]), said)

    def shown(who):
        client.force_login(make.person(who))
        return client.get(page).content.decode()

    call_url = reverse("reviews:verb", args=[incident.pk, "call_meeting"])
    assert call_url in shown("fault_head")
    assert call_url not in shown("it")
    asked = {
        "meeting_at": f"{timezone.localtime(soon(days=1)):%Y-%m-%dT%H:%M}",
        "lasts": 60,
        "place": "三楼会议室",
        "chair": make.person("leader").pk,
        "people": [make.person("it").pk],
    }
    wrong = say("fault_head", "call_meeting", **asked | {"place": ""})
    assert wrong.status_code == 422
    assert "请写明会议地点" in wrong.content.decode()
    assert say("cs", "call_meeting", **asked).status_code == 403
    assert say("fault_head", "call_meeting", **asked).status_code == 302
    assert "您被邀请参加" in shown("it")
    assert "您被邀请参加" not in shown("cs")
    assert say("it", "answer_meeting").status_code == 422
    assert say("it", "answer_meeting", coming="yes", words="晚到").status_code == 302
    assert "晚到" in shown("leader")
    assert say("it", "sign_attendance").status_code == 409
    begin(incident)
    assert "我到了，签到" in shown("it")
    assert say("it", "sign_attendance").status_code == 302
    said = {"person": make.person("cs").pk, "reason": "没带手机"}
    assert say("leader", "note_attendance", **said).status_code == 302
    assert say("leader", "write_minutes", minutes="定三项整改").status_code == 302
    seen = shown("auditor")
    for words in ("没带手机", "定三项整改", "到场 2 人"):
        assert words in seen
    assert "我到了，签到" not in seen


def test_what_a_drills_review_sends_is_marked():
    incident = make.incident("reviewing", is_drill=True)
    call(incident)
    assert all(text.startswith("【演练】") for text in told().values())
    item = written.action(incident)
    Review.objects.filter(incident=incident).update(meeting_at=soon(minutes=-5))
    written.meeting(incident)
    written.findings(incident)
    workflow.submit(incident.pk, by=make.person("fault_head"))
    workflow.receive(incident.pk, by=make.person("leader"))
    while relay():
        pass
    given = Alert.objects.filter(entry__event="review.give_action")
    assert given
    assert all(alert.text.startswith("【演练】") for alert in given)
    assert item.get_absolute_url() == given[0].url
