"""Training through the API: the same verbs, and whose completions are seen."""

import pytest
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
