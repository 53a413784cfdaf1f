import uuid

from incidents.models import Incident
from tests import make

SEEN = {"seen": "挂号界面一直转圈", "location": "门诊楼一层"}


def test_a_report_is_made_once_by_its_key(api):
    client = api("cs")
    first = client.post("/api/incidents/", SEEN, HTTP_IDEMPOTENCY_KEY="phone-17")
    again = client.post("/api/incidents/", SEEN, HTTP_IDEMPOTENCY_KEY="phone-17")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first["Location"] == f"/api/incidents/{first.json()['id']}/"
    assert Incident.objects.count() == 1


def test_the_same_key_of_two_people_makes_two_reports(api):
    ours = api("cs").post("/api/incidents/", SEEN, HTTP_IDEMPOTENCY_KEY="1")
    theirs = api("cs2").post("/api/incidents/", SEEN, HTTP_IDEMPOTENCY_KEY="1")
    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["id"] != theirs.json()["id"]


def test_a_client_uuid_does_the_same_and_somebody_elses_is_refused(api):
    body = SEEN | {"client_uuid": str(uuid.uuid4())}
    assert api("cs").post("/api/incidents/", body).status_code == 201
    assert api("cs").post("/api/incidents/", body).status_code == 200
    assert api("it").post("/api/incidents/", body).status_code == 409


def test_a_report_names_services_departments_and_how_many_wait(api):
    body = {
        "seen": "自助机全部网络超时",
        "services": [make.service("挂号").pk, make.service("缴费").pk, make.service("挂号").pk],
        "department": make.department().pk,
        "waiting": 120,
    }
    answer = api("cs").post("/api/incidents/", body)
    assert answer.status_code == 201
    incident = Incident.objects.get()
    assert {service.name for service in incident.services.all()} == {"挂号", "缴费"}
    assert (incident.waiting, incident.department.name) == (120, "门诊收费处")
    assert answer.json()["title"] == "门诊收费处挂号、缴费故障"


def test_what_is_missing_is_said_at_its_field(api):
    client = api("cs")
    nowhere = client.post("/api/incidents/", {"seen": "打不开"})
    assert nowhere.status_code == 422
    assert list(nowhere.json()["errors"]) == ["services"]
    silent = client.post("/api/incidents/", {"location": "门诊"})
    assert silent.status_code == 400
    assert list(silent.json()["errors"]) == ["seen"]
    unknown = client.post("/api/incidents/", SEEN | {"services": [10**12], "department": 10**12})
    assert set(unknown.json()["errors"]) == {"services", "department"}
    assert Incident.objects.count() == 0


def test_an_auditor_reports_nothing(api):
    assert api("auditor").post("/api/incidents/", SEEN).status_code == 403
