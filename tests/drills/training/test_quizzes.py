"""Materials, quizzes and certificates: what is kept, what is shown, what strangers learn."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from drills.training import certificates, workflow
from drills.training.models import Attempt, Completion, Material, Question
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make
from tests.drills.training import teaching

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def quizzed(*, questions=2, **facts):
    made = teaching.course()
    for _each in range(questions):
        teaching.ask(made)
    workflow.change_course(made.pk, by=make.person("admin"), needs_quiz=True, **facts)
    made.refresh_from_db()
    return made


def test_only_administrators_write_questions_and_the_last_one_stays():
    made = quizzed(questions=1)
    question = made.questions.get()
    for who in ("it", "leader", "department", "auditor"):
        by = make.person(who)
        with pytest.raises(NotAllowed):
            workflow.write_question(made.pk, by=by, text="x", options=["甲", "乙"], right=[0])
        with pytest.raises(NotAllowed):
            workflow.drop_question(question.pk, by=by)
        with pytest.raises(NotAllowed):
            workflow.add_material(made.pk, by=by, file=SimpleUploadedFile("a.pdf", PDF))
    admin = make.person("admin")
    with pytest.raises(Conflict, match="至少留一道"):
        workflow.drop_question(question.pk, by=admin)
    bare = teaching.course()
    with pytest.raises(Incomplete) as refusal:
        workflow.change_course(bare.pk, by=admin, needs_quiz=True)
    assert "needs_quiz" in refusal.value.fields
    for options, right in (
        (["甲"], [0]),
        (["甲", "甲"], [0]),
        (["甲", "乙"], []),
        (["甲", "乙"], [2]),
    ):
        with pytest.raises(Incomplete):
            workflow.write_question(made.pk, by=admin, text="x", options=options, right=right)
    assert Question.objects.count() == 1


def test_who_was_there_completes_the_course_with_the_quiz_passed():
    made, cs, cs2 = quizzed(), make.person("cs"), make.person("cs2")
    assert teaching.answer(made, cs2, 1).passed
    row = teaching.begun(teaching.session(made))
    for person in (cs, cs2):
        workflow.sign_in(row.pk, by=person)
    workflow.hold_session(row.pk, by=make.person("it"))
    assert [each.person for each in Completion.objects.all()] == [cs2]
    assert not teaching.answer(made, cs, 0).passed
    assert teaching.answer(made, cs, 1).passed
    assert Completion.objects.get(person=cs).session == row
    # Used once: another pass without another session completes nothing.
    teaching.answer(made, cs, 1)
    assert Completion.objects.filter(person=cs).count() == 1


def test_several_right_options_must_all_be_chosen():
    made = teaching.course()
    teaching.ask(made, 0, 2)
    cs = make.person("cs")
    assert not teaching.answer(made, cs, 0).passed
    assert not teaching.answer(made, cs, 0, 1, 2).passed
    assert teaching.answer(made, cs, 2, 0).passed


def test_tries_end_and_begin_anew_with_another_session():
    made, cs = quizzed(tries=2), make.person("cs")
    teaching.answer(made, cs, 0)
    teaching.answer(made, cs, 0)
    with pytest.raises(Conflict, match="2 次都用完"):
        teaching.answer(made, cs, 1)
    assert Attempt.objects.count() == 2
    workflow.sign_in(teaching.session(made).pk, by=cs)
    assert teaching.answer(made, cs, 1).passed


def test_an_answer_that_is_missing_loses_nothing(client):
    made = quizzed()
    first, second = made.questions.in_use()
    client.force_login(make.person("cs"))
    url = reverse("training:quiz", args=[made.pk])
    page = client.get(url).content.decode()
    assert first.text in page
    assert "data-keep" in page
    said = {"quiz_version": made.quiz_version, f"q{first.pk}": "1"}
    answer = client.post(url, said)
    assert answer.status_code == 422
    assert "这道题还没有答" in answer.content.decode()
    assert "checked" in answer.content.decode()
    assert not Attempt.objects.exists()
    answer = client.post(url, said | {f"q{second.pk}": "0"}, follow=True)
    text = answer.content.decode()
    assert "答对 1 / 2" in text
    assert "没有通过" in text
    assert "再考一次（还有 2 次）" in text


def test_questions_that_changed_meanwhile_are_shown_again(client):
    made = quizzed(questions=1)
    question = made.questions.get()
    client.force_login(make.person("cs"))
    said = {"quiz_version": made.quiz_version, f"q{question.pk}": "1"}
    teaching.ask(made)
    answer = client.post(reverse("training:quiz", args=[made.pk]), said)
    assert answer.status_code == 409
    assert "题目改过了" in answer.content.decode()
    assert "checked" in answer.content.decode()
    assert not Attempt.objects.exists()


def test_handed_in_twice_counts_once():
    made, cs, mark = quizzed(), make.person("cs"), uuid.uuid4()
    answers = {each.pk: [0] for each in made.questions.in_use()}
    said = {"by": cs, "quiz_version": made.quiz_version, "answers": answers, "client_uuid": mark}
    assert workflow.submit_quiz(made.pk, **said) == workflow.submit_quiz(made.pk, **said)


def test_answers_stay_as_they_were_and_are_not_for_colleagues(client):
    made, cs = quizzed(questions=1), make.person("cs")
    row = teaching.answer(made, cs, 1)
    question = made.questions.get()
    workflow.write_question(
        made.pk,
        by=make.person("admin"),
        question=question.pk,
        text="新问题",
        options=["子", "丑"],
        right=[0],
    )
    row.refresh_from_db()
    assert row.answers[0]["text"] == question.text
    for who, status in (("cs", 200), ("leader", 200), ("cs2", 403), ("it", 403)):
        client.force_login(make.person(who))
        assert client.get(row.get_absolute_url()).status_code == status, who


def test_what_was_right_stays_a_secret_while_the_same_questions_may_come_again(client):
    made, cs = teaching.course(), make.person("cs")
    question = teaching.ask(made, explanation="先报告")
    workflow.change_course(made.pk, by=make.person("admin"), needs_quiz=True, tries=2)
    row = teaching.answer(made, cs, 0)
    url = row.get_absolute_url()

    def tells(who):
        client.force_login(make.person(who))
        page = client.get(url).content.decode()
        assert question.text in page
        assert "答错" in page
        return "✓" in page, question.explanation in page

    assert tells("cs") == tells("leader") == (False, False)
    assert tells("admin") == tells("auditor") == (True, True)
    teaching.answer(made, cs, 0)
    assert tells("cs") == (True, True)
    workflow.sign_in(teaching.session(made).pk, by=cs)
    assert tells("cs") == (False, False)
    url = teaching.answer(made, cs, 1).get_absolute_url()
    assert "✓" in client.get(url).content.decode()


def test_the_administrator_writes_a_question_with_stars(client):
    made = teaching.course()
    client.force_login(make.person("admin"))
    url = reverse("training:new_question", args=[made.pk])
    answer = client.post(url, {"text": "先做什么？", "options": "重启\n报告"})
    assert answer.status_code == 422
    assert "先做什么" in answer.content.decode()
    client.post(url, {"text": "先做什么？", "options": "重启\n* 报告\n＊ 看有多少人在等"})
    question = made.questions.get()
    assert (question.options, question.right) == (["重启", "报告", "看有多少人在等"], [1, 2])
    assert "报告" in client.get(reverse("training:contents", args=[made.pk])).content.decode()


def test_materials_are_downloads_only_and_once(client):
    made = teaching.course()
    client.force_login(make.person("admin"))
    url = reverse("training:contents", args=[made.pk])

    def upload(name, content):
        return client.post(url, {"file": SimpleUploadedFile(name, content), "note": "第一讲"})

    assert upload("手册.pdf", PDF).status_code == 302
    assert upload("手册.pdf", PDF).status_code == 409
    assert upload("x.html", b"<script>alert(1)</script>").status_code == 422
    row = Material.objects.get()
    client.force_login(make.person("cs"))
    address = reverse("training:material", args=[made.pk, row.pk])
    assert address in client.get(made.get_absolute_url()).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    workflow.remove_material(row.pk, by=make.person("admin"))
    assert client.get(address).status_code == 404


def certified(**facts):
    made = teaching.course(**facts)
    teaching.held(made, make.person("cs"))
    return Completion.objects.get(course=made)


def test_a_certificate_is_the_same_file_each_time_and_not_for_colleagues(client):
    row = certified(name="手工挂号 𠮷")
    url = reverse("training:certificate", args=[row.pk])
    client.force_login(make.person("cs"))
    first = client.get(url)
    assert first["Content-Disposition"] == f'attachment; filename="{row.number}.pdf"'
    assert first.content.startswith(b"%PDF")
    assert client.get(url).content == first.content
    client.force_login(make.person("cs2"))
    assert client.get(url).status_code == 403
    workflow.revoke(row.pk, by=make.person("admin"), reason="签错人")
    client.force_login(make.person("cs"))
    assert client.get(url).status_code == 404


def test_its_code_proves_it_to_strangers_without_telling_who_it_is(client):
    row = certified()
    url = reverse("training:verify", args=[row.token])
    page = client.get(url).content.decode()
    name = row.person.name
    assert "证书有效" in page
    assert row.number in page
    assert certificates.masked(name) in page
    assert name not in page
    assert str(row.person.department) not in page
    Completion.objects.filter(pk=row.pk).update(
        valid_until=timezone.localdate() - datetime.timedelta(days=1)
    )
    assert "证书已过期" in client.get(url).content.decode()
    workflow.revoke(row.pk, by=make.person("admin"), reason="签错人")
    page = client.get(url).content.decode()
    assert "证书已撤销" in page
    assert "签错人" not in page
    unknown = client.get(reverse("training:verify", args=["x" * 24]))
    assert unknown.status_code == 404
    assert row.course.name not in unknown.content.decode()
