"""Training through the API: the same verbs, and whose completions are seen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from drills.training.models import Completion, TrainingSession
from tests import make
from tests.drills.training import teaching

pytestmark = pytest.mark.django_db


def client_of(who):
    client = APIClient()
    client.force_authenticate(make.person(who))
    return client


def test_a_session_is_arranged_noted_and_held():
    made, head = teaching.course(), client_of("department")
    said = {
        "course": made.pk,
        "starts_at": teaching.hours(0.5).isoformat(),
        "ends_at": teaching.hours(1.5).isoformat(),
        "place": "会议室",
        "trainer": make.person("it").pk,
    }
    answer = head.post("/api/training-sessions/", said)
    assert answer.status_code == 201
    row = teaching.begun(TrainingSession.objects.get(pk=answer.data["id"]))
    url = f"/api/training-sessions/{row.pk}"
    people = {"people": [make.person("cs").pk], "version": row.version}
    assert head.post(f"{url}/invite/", people).status_code == 200
    assert head.post(f"{url}/invite/", people).status_code in (409, 422)
    noted = {"person": make.person("cs").pk, "reason": "没带手机"}
    assert client_of("cs2").post(f"{url}/note_attendance/", noted).status_code == 403
    assert client_of("it").post(f"{url}/note_attendance/", noted).status_code == 200
    held = client_of("it").post(f"{url}/hold/", {})
    assert held.data["state"] == "held"
    assert Completion.objects.get().person == make.person("cs")


def test_a_session_moved_keeps_its_limit_unless_another_is_said():
    row, head = teaching.session(capacity=12), client_of("department")
    said = {"starts_at": teaching.hours(2).isoformat(), "ends_at": teaching.hours(3).isoformat()}
    url, said = f"/api/training-sessions/{row.pk}/move/", said | {"place": "阅览室"}
    assert head.post(url, said).status_code == 200
    assert TrainingSession.objects.get(pk=row.pk).capacity == 12
    assert head.post(url, said | {"capacity": None}).status_code == 200
    assert TrainingSession.objects.get(pk=row.pk).capacity is None


def test_completions_are_seen_by_whom_they_concern():
    made = teaching.course()
    teaching.held(made, make.person("cs"), make.person("chuangkou"))

    def seen(who):
        rows = client_of(who).get("/api/training-completions/", {"holding": "true"}).data
        return {row["person"]["name"] for row in rows["results"]}

    cs, window = make.person("cs").name, make.person("chuangkou").name
    assert seen("admin") == seen("leader") == {cs, window}
    assert seen("cs") == {cs}
    assert seen("department") == {window}
    assert seen("it") == set()
    pk = Completion.objects.get(person=make.person("cs")).pk
    assert client_of("it").get(f"/api/training-completions/{pk}/").status_code == 404


def test_a_file_and_questions_are_put_into_a_course_and_the_quiz_is_handed_in():
    made, admin, cs = teaching.course(), client_of("admin"), client_of("cs")
    file = SimpleUploadedFile("reading.txt", "先报障。".encode())
    said = {"course": made.pk, "file": file, "note": "课前看"}
    added = admin.post("/api/training-materials/", said, format="multipart")
    assert added.status_code == 201
    url = f"/api/training-materials/{added.data['id']}/"
    assert b"".join(cs.get(f"{url}content/").streaming_content) == "先报障。".encode()
    assert cs.post(f"{url}remove/", {}).status_code == 403

    said = {"course": made.pk, "text": "先做什么？", "options": ["重启", "报障"], "right": [1]}
    question = admin.post("/api/training-questions/", said).data
    said |= {"text": "系统停了，先做什么？"}
    again = admin.post(f"/api/training-questions/{question['id']}/rewrite/", said)
    assert again.data["text"] == "系统停了，先做什么？"
    for who in ("cs", "leader", "auditor"):
        assert client_of(who).get("/api/training-questions/").status_code == 403
    wrong = admin.post("/api/training-questions/", said | {"right": [5]})
    assert wrong.status_code == 422

    quiz = cs.get(f"/api/training-courses/{made.pk}/quiz/").data
    assert quiz["tries_left"] == made.tries
    assert "right" not in quiz["questions"][0]
    assert quiz["questions"][0]["several"] is False
    here = f"/api/training-courses/{made.pk}/submit_quiz/"
    bare = cs.post(here, {"quiz_version": quiz["quiz_version"], "answers": {}})
    assert bare.status_code == 422
    answers = {str(question["id"]): [1]}
    stale = cs.post(here, {"quiz_version": quiz["quiz_version"] - 1, "answers": answers})
    assert stale.status_code == 409
    slip = {"quiz_version": quiz["quiz_version"], "answers": {str(question["id"]): [0]}}
    (told,) = cs.post(here, slip).data["answers"]
    assert (told["ok"], told["right"]) == (False, [])
    assert [
        each["right"] for each in admin.get("/api/training-attempts/").data["results"][0]["answers"]
    ] == [[1]]
    done = cs.post(here, {"quiz_version": quiz["quiz_version"], "answers": answers})
    assert (done.data["score"], done.data["passed"]) == (1, True)

    # One's own, and those of whom one oversees.
    tries = "/api/training-attempts/"
    assert cs.get(tries).data["results"] == client_of("leader").get(tries).data["results"]
    assert client_of("cs2").get(tries).data["results"] == []
    assert client_of("it").get(f"{tries}{done.data['id']}/").status_code == 404

    assert admin.post(f"/api/training-questions/{question['id']}/drop/", {}).status_code == 200
    assert admin.post(f"{url}remove/", {}).status_code == 200
    assert cs.get(url).status_code == 404
    assert admin.get(url).data["removed_at"] is not None
