"""Courses and sessions: who may arrange, move, invite, hold; what a refusal leaves behind."""

import uuid

import pytest
from django.urls import reverse
from icalendar import Calendar

from drills.training import workflow
from drills.training.models import Attendance, Completion, Course, Invitation, TrainingSession
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay_all
from notices.models import Alert
from tests import make
from tests.drills.training import teaching

pytestmark = pytest.mark.django_db


def told(who):
    # The hospital's own beginnings wait as well, more than are taken at once.
    while relay_all():
        pass
    found = Alert.objects.filter(person=make.person(who)).order_by("pk")
    return list(found.values_list("text", flat=True))


def test_only_administrators_keep_courses():
    made = teaching.course()
    for who in ("it", "leader", "department", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.add_course(by=make.person(who), name="别的")
        with pytest.raises(NotAllowed):
            workflow.change_course(made.pk, by=make.person(who), name="别的")
    assert not Course.objects.filter(name="别的").exists()


def test_a_course_says_who_must_have_it_and_tells_what_changed():
    made = teaching.course(departments=[make.department("急诊科")])
    admin = make.person("admin")
    workflow.change_course(made.pk, by=admin, version=1, roles=["it"], valid_months=6)
    entry = Entry.objects.filter(event="course.change").get()
    assert any("客服人员、急诊科 → 信息技术人员、急诊科" in each for each in entry.facts["changes"])
    with pytest.raises(Conflict):
        workflow.change_course(made.pk, by=admin, version=1, name="晚到")
    with pytest.raises(Incomplete):
        workflow.add_course(by=admin, name=made.name)


def test_the_form_of_a_course_keeps_what_was_typed(client):
    client.force_login(make.person("admin"))
    url = reverse("training:new_course")
    answer = client.post(url, {"name": "", "about": "手工挂号", "remind_days": "30"})
    assert answer.status_code == 422
    assert "请填写课程名称" in answer.content.decode()
    assert "手工挂号" in answer.content.decode()
    answer = client.post(
        url,
        {
            "name": "停机操作",
            "roles": ["cs", "it"],
            "departments": [make.department().pk],
            "valid_months": "12",
            "remind_days": "30",
            "pass_percent": "80",
            "tries": "3",
        },
    )
    made = Course.objects.get(name="停机操作")
    assert answer.status_code == 302
    change = reverse("training:change_course", args=[made.pk])
    quiz = {"pass_percent": "80", "tries": "3"}
    stale = {"name": "停机", "roles": ["cs"], "remind_days": "30", "version": "1"} | quiz
    assert client.post(change, stale).status_code == 302
    answer = client.post(change, stale | {"name": "停机二"})
    assert answer.status_code == 409
    assert "停机二" in answer.content.decode()
    assert Course.objects.get(pk=made.pk).name == "停机"


def test_heads_arrange_and_the_trainer_is_told():
    made = teaching.course()
    for who in ("cs", "it", "auditor"):
        with pytest.raises(NotAllowed):
            teaching.session(made, by=make.person(who))
    assert not TrainingSession.objects.exists()
    teaching.session(made)
    (text,) = told("it")
    assert made.name in text
    assert "会议室" in text


def test_a_session_sent_twice_is_arranged_once():
    mark, made = uuid.uuid4(), teaching.course()
    first = teaching.session(made, client_uuid=mark)
    assert teaching.session(made, client_uuid=mark).pk == first.pk
    with pytest.raises(Conflict):
        teaching.session(made, client_uuid=mark, by=make.person("admin"))


def test_times_that_cannot_be_meant_are_refused_at_their_field():
    made = teaching.course()
    for facts, field in (
        ({"starts_at": teaching.hours(-1)}, "starts_at"),
        ({"ends_at": teaching.hours(0.25)}, "ends_at"),
        ({"ends_at": teaching.hours(20)}, "ends_at"),
        ({"place": " "}, "place"),
        ({"trainer": make.person("auditor")}, "trainer"),
        ({"capacity": 0}, "capacity"),
    ):
        with pytest.raises(Incomplete) as refusal:
            teaching.session(made, **facts)
        assert field in refusal.value.fields
    assert not TrainingSession.objects.exists()


def test_the_invited_are_told_once_and_of_every_change():
    cs = make.person("cs")
    row = teaching.session(invited=[cs])
    workflow.answer_invitation(row.pk, by=cs, coming=True)
    moved = {"starts_at": teaching.hours(2), "ends_at": teaching.hours(3), "place": "二号会议室"}
    workflow.move_session(row.pk, by=make.person("it"), reason="投影坏了", **moved)
    assert Invitation.objects.get().answer == "none"
    workflow.cancel_session(row.pk, by=make.person("admin"), reason="讲师有急诊")
    texts = told("cs")
    assert len(texts) == 3
    assert "请参加培训" in texts[0]
    assert "二号会议室" in texts[1]
    assert "投影坏了" in texts[1]
    assert "讲师有急诊" in texts[2]


def test_only_who_runs_it_moves_invites_and_ends_it():
    row = teaching.session()
    moved = {"starts_at": teaching.hours(2), "ends_at": teaching.hours(3), "place": "x"}
    before = Entry.objects.count()
    for who in ("cs", "leader", "logistics", "auditor"):
        by = make.person(who)
        for act in (
            lambda by=by: workflow.move_session(row.pk, by=by, **moved),
            lambda by=by: workflow.invite(row.pk, by=by, people=[make.person("cs")]),
            lambda by=by: workflow.cancel_session(row.pk, by=by, reason="x"),
            lambda by=by: workflow.hold_session(row.pk, by=by),
            lambda by=by: workflow.note_attendance(
                row.pk, by=by, person=make.person("cs"), reason="x"
            ),
            lambda by=by: workflow.remove_attendance(
                row.pk, by=by, person=make.person("cs"), reason="x"
            ),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert Entry.objects.count() == before
    assert TrainingSession.objects.get().version == 1


def test_no_more_are_invited_than_there_is_room_and_a_place_given_back_is_free():
    cs, cs2 = make.person("cs"), make.person("cs2")
    row = teaching.session(capacity=1, invited=[cs])
    it = make.person("it")
    with pytest.raises(Conflict, match="只剩 0 个"):
        workflow.invite(row.pk, by=it, people=[cs2])
    with pytest.raises(Incomplete):
        workflow.answer_invitation(row.pk, by=cs, coming=False, reason=" ")
    workflow.answer_invitation(row.pk, by=cs, coming=False, reason="夜班")
    workflow.invite(row.pk, by=it, people=[cs2])
    with pytest.raises(Conflict, match="满了"):
        workflow.answer_invitation(row.pk, by=cs, coming=True)
    with pytest.raises(NotAllowed):
        workflow.answer_invitation(row.pk, by=make.person("leader"), coming=True)
    assert any("夜班" in text for text in told("it"))


def test_auditors_and_who_left_are_not_invited():
    row = teaching.session()
    with pytest.raises(Incomplete):
        workflow.invite(row.pk, by=make.person("it"), people=[make.person("auditor")])


def test_everybody_who_lacks_the_course_is_invited_at_one_press(client):
    made = teaching.course()
    teaching.held(made, make.person("cs"))
    row = teaching.session(made)
    client.force_login(make.person("it"))
    url = reverse("training:invite", args=[row.pk])
    page = client.get(url).content.decode()
    assert make.person("cs2").name in page
    assert make.person("cs").name not in page
    assert client.post(url, {"people": ["x", "9" * 30]}).status_code == 422
    assert client.post(url, {"everybody": "1"}).status_code == 302
    invited = {each.person.username for each in row.invitations.select_related("person")}
    assert "kefu2" in invited
    assert "kefu" not in invited


def test_a_held_session_makes_who_was_there_covered_until_the_day():
    made = teaching.course(valid_months=12)
    cs = make.person("cs")
    row = teaching.begun(teaching.session(made))
    it = make.person("it")
    with pytest.raises(Conflict, match="没有人签到"):
        workflow.hold_session(row.pk, by=it)
    workflow.sign_in(row.pk, by=cs)
    with pytest.raises(Conflict, match="已经有人签到"):
        workflow.cancel_session(row.pk, by=it, reason="x")
    workflow.note_attendance(row.pk, by=it, person=make.person("cs2"), reason="没带手机")
    workflow.hold_session(row.pk, by=it, remark="讲了补录")
    first, second = Completion.objects.order_by("serial")
    assert (first.person, second.serial) == (cs, first.serial + 1)
    assert first.number == f"PX-{first.year}-{first.serial:04d}"
    assert (first.valid_until.year, first.valid_until.month) == (
        first.completed_on.year + 1,
        first.completed_on.month,
    )
    for act in (
        lambda: workflow.sign_in(row.pk, by=make.person("leader")),
        lambda: workflow.hold_session(row.pk, by=it),
        lambda: workflow.cancel_session(row.pk, by=it, reason="x"),
        lambda: workflow.remove_attendance(row.pk, by=it, person=cs, reason="x"),
    ):
        with pytest.raises(Conflict):
            act()
    assert Completion.objects.count() == 2


def test_a_session_that_has_not_begun_is_not_held():
    row = teaching.session()
    workflow.sign_in(row.pk, by=make.person("cs"))
    with pytest.raises(Conflict, match="还没有到开始时间"):
        workflow.hold_session(row.pk, by=make.person("it"))
    assert not Completion.objects.exists()


def test_entries_by_hand_say_why_and_can_be_taken_out_again():
    row, it, cs = teaching.session(), make.person("it"), make.person("cs")
    with pytest.raises(Incomplete):
        workflow.note_attendance(row.pk, by=it, person=cs, reason="")
    workflow.note_attendance(row.pk, by=it, person=cs, reason="手机没电")
    with pytest.raises(Conflict, match="已经签到"):
        workflow.sign_in(row.pk, by=cs)
    workflow.remove_attendance(row.pk, by=it, person=cs, reason="登错人")
    assert not Attendance.objects.exists()
    workflow.sign_in(row.pk, by=cs)
    later = teaching.session(starts_at=teaching.hours(5), ends_at=teaching.hours(6))
    with pytest.raises(Conflict):
        workflow.note_attendance(later.pk, by=it, person=cs, reason="x")
    with pytest.raises(Conflict):
        workflow.sign_in(later.pk, by=cs)


def test_the_calendar_file_follows_the_session(client):
    row = teaching.session(invited=[make.person("cs")])
    client.force_login(make.person("cs"))
    url = reverse("training:calendar", args=[row.pk])

    def event():
        return Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]

    before = event()
    assert before["LOCATION"] == "会议室"
    moved = {"starts_at": teaching.hours(2), "ends_at": teaching.hours(3), "place": "二楼"}
    workflow.move_session(row.pk, by=make.person("it"), **moved)
    after = event()
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    workflow.cancel_session(row.pk, by=make.person("it"), reason="x")
    assert event()["STATUS"] == "CANCELLED"


def test_names_are_for_who_runs_or_oversees_it(client):
    row = teaching.session(invited=[make.person("cs2")])
    name = make.person("cs2").name
    url = reverse("training:session", args=[row.pk])
    for who, sees in (("it", True), ("leader", True), ("auditor", True), ("cs", False)):
        client.force_login(make.person(who))
        assert (name in client.get(url).content.decode()) == sees, who


def test_a_stale_page_is_told_what_changed_and_keeps_the_words(client):
    row = teaching.session()
    client.force_login(make.person("it"))
    url = reverse("training:move_session", args=[row.pk])
    said = {
        "version": row.version,
        "starts_at": "2027-01-05T09:00",
        "ends_at": "2027-01-05T10:00",
        "place": "新楼三层",
        "trainer": make.person("it").pk,
    }
    assert client.post(url, said).status_code == 302
    answer = client.post(url, said | {"place": "老楼"})
    assert answer.status_code == 409
    assert "老楼" in answer.content.decode()
    assert "新楼三层" in answer.content.decode()


@pytest.mark.parametrize("verb", ["note", "strike", "hold", "cancel"])
def test_a_refused_verb_shows_the_sentence_on_the_page(client, verb):
    row = teaching.session()
    client.force_login(make.person("it"))
    url = reverse("training:session_verb", args=[row.pk, verb])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"version": "99", "reason": "x"})
    assert answer.status_code in (409, 422)


def test_lists_ask_the_database_the_same_whatever_their_length(client, django_assert_num_queries):
    client.force_login(make.person("admin"))
    teaching.held(teaching.course(), make.person("cs"))
    teaching.session()
    url = reverse("training:sessions")
    client.get(url)
    with django_assert_num_queries(5):
        client.get(url)
    for _each in range(3):
        teaching.session()
    with django_assert_num_queries(5):
        client.get(url)
