import pytest

from tests import make


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda c: c.get("/api/nothing/here/"), 404),
        (lambda c: c.put("/api/incidents/", {}), 405),
        (lambda c: c.post("/api/incidents/", "{", content_type="application/json"), 400),
        (lambda c: c.post("/api/incidents/", "[1]", content_type="application/json"), 400),
        (lambda c: c.post("/api/incidents/", "a=1", content_type="text/plain"), 415),
        (lambda c: c.post("/api/incidents/", b"\xff", content_type="application/json"), 400),
        (
            lambda c: c.post("/api/incidents/", "[" * 100_000, content_type="application/json"),
            400,
        ),
        (
            lambda c: c.post(
                "/api/incidents/", '"' + "长" * 1_000_000 + '"', content_type="application/json"
            ),
            400,
        ),
        (lambda c: c.post("/api/incidents/", {"seen": "\x00", "location": "x"}), 400),
        (
            lambda c: c.post(
                "/api/incidents/",
                '{"seen": "\\ud800", "location": "x"}',
                content_type="application/json",
            ),
            400,
        ),
        (
            lambda c: c.post(
                "/api/incidents/",
                '{"seen": "x", "department": 1e999, "services": [1e999]}',
                content_type="application/json",
            ),
            400,
        ),
        (lambda c: c.get("/api/incidents/?q=%00"), 400),
        (lambda c: c.get(f"/api/incidents/?department={10**40}"), 200),
        (lambda c: c.get(f"/api/incidents/{10**40}/journal/"), 404),
        (lambda c: c.get("/api/incidents/?since=0001-01-01T00:00:00%2B14:00"), 400),
        (lambda c: c.get("/api/incidents/?since=2026-05-01T16:36:32-17:52"), 200),
        (
            lambda c: c.post(
                f"/api/incidents/{make.incident().pk}/confirm/",
                '{"fault_type": "\\ud800"}',
                content_type="application/json",
            ),
            400,
        ),
    ],
)
def test_whatever_is_sent_the_answer_has_the_one_shape(api, send, status):
    make.hospital()
    answer = send(api("cs"))
    assert answer.status_code == status, answer.content
    if status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == status
        assert body["type"] == f"urn:yingji:problem:{body['title']}"
        assert body["detail"]


def test_a_session_without_its_csrf_token_changes_nothing(api):
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make.person("cs"))
    answer = client.post("/api/incidents/", {"seen": "打不开", "location": "门诊"})
    assert answer.status_code == 403
    assert answer.json()["title"]
