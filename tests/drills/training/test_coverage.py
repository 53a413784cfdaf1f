"""Who is covered and until when; what is told when it ends; the matrix and its file."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

import reviews.workflow
from drills.training import covering, matrix, workflow
from drills.training.models import Completion, TrainingSession
from drills.training.workflow.completing import add_months
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed, Refusal
from journal.relay import relay_all
from notices.models import Alert
from reviews import proofs
from teams.models import Person
from tests import make
from tests.drills.training import teaching
from tests.reviews import written

pytestmark = pytest.mark.django_db


def today(days=0):
    return timezone.localdate() + datetime.timedelta(days=days)


def ending(course, who, days):
    """This person completed the course, and it holds for so many days from today."""
    teaching.held(course, make.person(who))
    rows = Completion.objects.filter(course=course, person=make.person(who))
    rows.update(valid_until=today(days))
    return rows.latest("pk")


def standing(course, who):
    row = covering.row_of(make.person(who))
    return next(cell for cell in row.cells if cell.course == course)


def told(who):
    # The hospital's own beginnings wait as well, more than are taken at once.
    while relay_all():
        pass
    found = Alert.objects.filter(
        person=make.person(who), entry__event__startswith="training."
    ).order_by("pk")
    return [text for text in found.values_list("text", flat=True) if "培训" in text]


def test_who_must_have_a_course_by_role_department_group_or_everybody():
    cs, it, window = make.person("cs"), make.person("it"), make.person("department")
    by_role = teaching.course(roles=["it"])
    by_department = teaching.course(roles=[], departments=[window.department])
    by_group = teaching.course(roles=[], groups=[make.group("fault")])
    everybody = teaching.course(roles=[], for_everybody=True)
    nobody = teaching.course(roles=[])

    def needs(course):
        keys = set(covering.needing(course).values_list("pk", flat=True))
        found = {person for person in (cs, it, window, make.person("auditor")) if person.pk in keys}
        rows = covering.rows_of(list(found), covering.courses_in_use())
        assert all(cell.is_needed for row in rows for cell in row.cells if cell.course == course)
        return found

    assert needs(by_role) == {it}
    assert needs(by_department) == {window}
    assert needs(by_group) == {it}
    assert needs(everybody) == {cs, it, window}
    assert needs(nobody) == set()


def test_how_somebody_stands_follows_the_day():
    made = teaching.course()
    assert standing(made, "cs").standing == "missing"
    assert standing(made, "it").standing == "not_needed"
    row = ending(made, "cs", 31)
    for days, expected in ((31, "covered"), (30, "soon"), (0, "soon"), (-1, "ended")):
        Completion.objects.filter(pk=row.pk).update(valid_until=today(days))
        assert standing(made, "cs").standing == expected, days
    teaching.held(made, make.person("cs"))
    assert standing(made, "cs").standing == "covered"


def test_a_month_that_is_shorter_ends_on_its_last_day():
    day = datetime.date
    assert add_months(day(2026, 1, 31), 1) == day(2026, 2, 28)
    assert add_months(day(2026, 12, 15), 12) == day(2027, 12, 15)
    assert add_months(day(2027, 8, 31), 6) == day(2028, 2, 29)


def test_person_and_head_are_told_once_before_and_once_after_the_end():
    made = teaching.course(name="手工挂号", roles=[], for_everybody=True)
    row = ending(made, "chuangkou", 20)
    assert workflow.remind() == 1
    assert workflow.remind() == 0
    assert [f"「手工挂号」{today(20)} 到期" in text for text in told("chuangkou")] == [True]
    (head,) = told("department")
    assert make.person("chuangkou").name in head
    assert not told("jizhen")
    Completion.objects.filter(pk=row.pk).update(valid_until=today(-1))
    assert (workflow.remind(), workflow.remind()) == (1, 0)
    assert len(told("chuangkou")) == 2
    assert "已过期" in told("department")[-1]


def test_who_has_renewed_is_not_told_of_the_old_one():
    made = teaching.course()
    ending(made, "cs", 5)
    teaching.held(made, make.person("cs"))
    assert workflow.remind() == 0
    assert not told("cs")


def test_who_lacks_a_course_is_reminded_by_hand_once_a_day():
    made = teaching.course(roles=[], departments=[make.department("保卫科")])
    for who in ("cs", "it", "department", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.chase(made.pk, by=make.person(who))
    assert workflow.chase(made.pk, by=make.person("leader")) == 1
    with pytest.raises(Conflict, match="今天已经提醒"):
        workflow.chase(made.pk, by=make.person("admin"))
    assert len(told("stranger")) == 1


def test_trainings_before_are_entered_from_paper_and_count_from_their_day():
    made = teaching.course(valid_months=6)
    facts = {
        "course": made,
        "starts_at": teaching.hours(-24 * 40),
        "ends_at": teaching.hours(-24 * 40 + 2),
        "place": "示教室",
        "trainer": make.person("it"),
        "people": [make.person("cs"), make.person("auditor")],
        "reason": "纸质签到表",
    }
    for who in ("it", "department", "leader"):
        with pytest.raises(NotAllowed):
            workflow.enter_past(by=make.person(who), **facts)
    admin = make.person("admin")
    for wrong, field in (
        ({"reason": " "}, "reason"),
        ({"starts_at": teaching.hours(1), "ends_at": teaching.hours(2)}, "starts_at"),
        ({"people": []}, "people"),
    ):
        with pytest.raises(Incomplete) as refusal:
            workflow.enter_past(by=admin, **facts | wrong)
        assert field in refusal.value.fields
    assert not TrainingSession.objects.exists()
    workflow.enter_past(by=admin, **facts)
    row = Completion.objects.get()
    day = timezone.localdate(facts["starts_at"])
    assert (row.completed_on, row.valid_until) == (day, add_months(day, 6))


def test_the_page_of_past_trainings(client):
    made = teaching.course()
    client.force_login(make.person("admin"))
    url = reverse("training:enter_past")
    assert make.person("cs").name in client.get(url).content.decode()
    said = {
        "course": made.pk,
        "starts_at": "2026-03-02T14:00",
        "ends_at": "2026-03-02T15:00",
        "place": "示教室",
        "trainer": make.person("it").pk,
        "people": [make.person("cs").pk],
        "reason": "",
    }
    answer = client.post(url, said)
    assert answer.status_code == 422
    assert "示教室" in answer.content.decode()
    assert client.post(url, said | {"reason": "签到表"}).status_code == 302
    assert standing(made, "cs").standing == "covered" or Completion.objects.count() == 1


def test_a_completion_is_taken_back_with_a_reason_and_then_counts_no_more(client):
    made = teaching.course()
    teaching.held(made, make.person("cs"))
    row = Completion.objects.get()
    for who in ("it", "leader", "department"):
        with pytest.raises(NotAllowed):
            workflow.revoke(row.pk, by=make.person(who), reason="x")
    client.force_login(make.person("admin"))
    url = reverse("training:revoke", args=[row.pk])
    client.post(url, {"reason": ""})
    assert standing(made, "cs").standing == "covered"
    client.post(url, {"reason": "签错人"})
    assert standing(made, "cs").standing == "missing"
    with pytest.raises(Conflict):
        workflow.revoke(row.pk, by=make.person("admin"), reason="x")
    assert Entry.objects.get(event="training.revoke").facts["reason"] == "签错人"


def test_the_matrix_names_gaps_and_new_staff_and_filters(client):
    made = teaching.course(name="停机操作")
    teaching.held(made, make.person("cs"))
    client.force_login(make.person("leader"))
    # Entered when the product was set up: nobody is new.
    assert (
        'standing--soon small">新员工'
        not in client.get(reverse("training:coverage")).content.decode()
    )
    Person.objects.update(date_joined=timezone.now() - datetime.timedelta(days=200))
    Person.objects.filter(pk=make.person("cs2").pk).update(date_joined=timezone.now())
    url = reverse("training:coverage")
    cs, cs2 = make.person("cs").name, make.person("cs2").name

    def page(**asked):
        return client.get(url, asked).content.decode()

    whole = page()
    assert "还没有参加" in whole
    assert "有效至" in whole
    assert cs in whole
    assert "新员工" in whole
    gaps = page(gaps="1", course=made.pk)
    assert cs2 in gaps
    assert f">{cs}<" not in gaps
    new = page(new="1")
    assert cs2 in new
    assert f">{cs}<" not in new
    assert f">{cs2}<" not in page(department=make.department("急诊科").pk)
    assert cs2 in page(q=cs2)


def test_heads_see_their_own_department_and_others_nothing(client):
    teaching.course(roles=[], for_everybody=True)
    url = reverse("training:coverage")
    client.force_login(make.person("department"))
    other = make.person("cs")
    page = client.get(url, {"department": other.department_id}).content.decode()
    assert make.person("chuangkou").name in page
    assert f">{other.name}<" not in page
    person = reverse("training:person", args=[other.pk])
    assert client.get(person).status_code == 403
    mine = reverse("training:person", args=[make.person("chuangkou").pk])
    assert client.get(mine).status_code == 200
    client.force_login(make.person("it"))
    assert client.get(url).status_code == 403
    assert client.get(reverse("training:gaps")).content.decode().strip() == ""


def test_the_file_has_the_matrix_and_the_gaps(client):
    made = teaching.course(name="=停机操作")
    teaching.held(made, make.person("cs"))
    client.force_login(make.person("auditor"))
    answer = client.get(reverse("training:coverage"), {"format": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="training.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    first, second = book.worksheets[:2]
    rows = {row[0]: row for row in first.iter_rows(values_only=True)}
    cs, cs2 = make.person("cs").name, make.person("cs2").name
    assert any("有效至" in str(cell) for cell in rows[cs])
    assert any("还没有参加" in str(cell) for cell in rows[cs2])
    named = [row[0] for row in second.iter_rows(values_only=True)]
    assert cs2 in named
    assert cs not in named


def test_the_matrix_asks_the_database_the_same_whatever_its_size(django_assert_num_queries):
    teaching.held(teaching.course(groups=[make.group("fault")]), make.person("cs"))
    with django_assert_num_queries(8):
        matrix.matrix(matrix.Wanted())
    for _each in range(3):
        teaching.course()
        make.new_person("cs", department="急诊科")
    with django_assert_num_queries(8):
        assert matrix.matrix(matrix.Wanted()).gaps > 3


def test_where_leaders_and_administrators_look_stands_how_many_are_missing(client):
    teaching.course(roles=[], departments=[make.department("保卫科")])
    for who in ("leader", "admin", "auditor"):
        client.force_login(make.person(who))
        assert "还差 1 人次" in client.get(reverse("training:gaps")).content.decode()
    client.force_login(make.person("leader"))
    assert reverse("training:gaps") in client.get(reverse("incidents:commander")).content.decode()
    client.force_login(make.person("admin"))
    assert reverse("training:gaps") in client.get(reverse("teams:people")).content.decode()


def test_a_measure_of_training_closes_when_its_session_was_held():
    action = written.owed(kind="training", measure="全员学会手工挂号")
    head = make.person("fault_head")
    row = teaching.session(action=action)
    with pytest.raises(Refusal):
        reviews.workflow.finish_action(action.pk, by=head, proof="已培训")
    row = teaching.begun(row)
    workflow.sign_in(row.pk, by=make.person("cs"))
    assert proofs.trainings_of(action) == []
    workflow.hold_session(row.pk, by=make.person("it"))
    assert [proof.link for proof in proofs.trainings_of(action)] == [row.get_absolute_url()]
    done = reviews.workflow.finish_action(action.pk, by=head, proof="已培训")
    assert done.done_at is not None
