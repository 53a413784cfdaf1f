import pytest

from incidents.models import Incident
from tests import make


def post(client, incident, verb, body=None):
    return client.post(f"/api/incidents/{incident.pk}/{verb}/", body or {})


def confirmation(**changes):
    return {
        "fault_type": "software",
        "level": 2,
        "convene": True,
        "reason": "全院中断",
        "affected": [make.department().pk],
    } | changes


def test_a_fault_runs_from_report_to_review_through_the_api(api):
    cs, it, leader, department = api("cs"), api("it"), api("leader"), api("department")
    incident = make.report()
    assert post(it, incident, "acknowledge").json()["acknowledged_at"]
    assert post(it, incident, "confirm", confirmation()).json()["state"] == "confirmed"
    order = {"department": make.department().pk, "text": "启用手工挂号", "minutes": 10}
    assert post(leader, incident, "command", {"orders": [order]}).json()["state"] == "commanded"
    repair = {"lead": make.person("it").pk}
    assert post(it, incident, "repair", repair).json()["state"] == "repairing"
    assert post(it, incident, "restore").status_code == 422
    assert post(cs, incident, "waive_notice", {"reason": "只影响内部"}).status_code == 200
    assert post(it, incident, "restore").json()["state"] == "restoring"

    seen = it.get(f"/api/incidents/{incident.pk}/").json()
    for check in seen["checks"]:
        decider = department if check["decider"] == "department" else it
        decided = {"result": "done", "remark": "试办成功"}
        answer = decider.post(f"/api/checks/{check['id']}/decide/", decided)
        assert answer.json()["result"] == "done"
    backup = {"name": "his.bak", "size_bytes": 18_432_000_000, "sha256": "ab" * 32}
    assert post(it, incident, "add_backup", backup).status_code == 200
    assert post(it, incident, "sign").json()["state"] == "restoring"
    assert post(department, incident, "sign").json()["state"] == "cleaning"

    assert post(it, incident, "cleanup", {"summary": "连接池过低"}).status_code == 422
    (order,) = department.get("/api/orders/", {"mine": "true"}).json()["results"]
    assert department.post(f"/api/orders/{order['id']}/read_back/").json()["state"] == "read_back"
    done = department.post(f"/api/orders/{order['id']}/finish/", {"proof": "20 个窗口已开"})
    assert done.json()["state"] == "done"
    said = post(api("leader"), incident, "all_clear", {"words": "已恢复"})
    assert said.json()["state"] == "cleaning"
    conditions = it.get(f"/api/incidents/{incident.pk}/conditions/cleanup/").json()
    assert all(condition["met"] for condition in conditions)
    cleaned = post(it, incident, "cleanup", {"summary": "连接池过低"})
    assert cleaned.json()["state"] == "reviewing"

    journal = it.get(f"/api/incidents/{incident.pk}/journal/?page_size=200").json()["results"]
    assert [entry["seq"] for entry in journal] == list(range(1, len(journal) + 1))
    assert journal[0]["event"] == "incident.report"
    assert journal[-1]["event"] == "incident.cleanup"


def test_who_saw_an_older_version_is_refused_and_nothing_is_written(api):
    incident = make.report()
    version = incident.version
    make.confirmed(incident=incident)
    late = post(api("it"), incident, "dismiss", {"reason": "误报", "version": version})
    assert late.status_code == 409
    assert late.headers["Content-Type"] == "application/problem+json"
    assert Incident.objects.get(pk=incident.pk).state == "confirmed"


@pytest.mark.parametrize("who", ["cs", "leader", "department", "logistics", "admin", "auditor"])
def test_only_it_confirms(api, who):
    incident = make.report()
    assert post(api(who), incident, "confirm", confirmation()).status_code == 403


def test_an_order_has_one_addressee(api):
    incident = make.confirmed()
    for to in ({}, {"department": make.department().pk, "group": make.group().pk}):
        body = {"orders": [{"text": "启用手工挂号", "minutes": 10} | to]}
        assert post(api("leader"), incident, "command", body).status_code == 400
    group = {"orders": [{"text": "到场", "minutes": 10, "group": make.group("logistics").pk}]}
    assert post(api("leader"), incident, "command", group).status_code == 200


def test_an_order_that_cannot_be_carried_out_says_why(api):
    incident = make.incident("commanded")
    order = incident.orders.get()
    address = f"/api/orders/{order.pk}/refuse/"
    assert api("logistics").post(address, {"reason": "没有人手"}).status_code == 403
    assert api("department").post(address, {"reason": "没有人手"}).json()["outcome"] == "没有人手"


def test_one_more_report_joins_and_another_incident_merges(api):
    incident, same = make.report(), make.report(location="二层")
    more = post(api("cs2"), incident, "add_report", {"seen": "自助机也不行", "waiting": 30})
    assert more.json()["id"] == incident.pk
    merged = post(api("it"), same, "merge", {"into": incident.pk})
    assert (merged.json()["state"], merged.json()["merged_into"]) == ("merged", incident.pk)
    seen = api("it").get(f"/api/incidents/{incident.pk}/").json()
    assert seen["reports"][0]["seen"] == "自助机也不行"
    assert seen["merged"][0]["id"] == same.pk


def test_a_verb_on_nothing_is_not_found(api):
    for address in ("/api/incidents/999999/acknowledge/", f"/api/orders/{10**30}/read_back/"):
        assert api("it").post(address).status_code == 404
