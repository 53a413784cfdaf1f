"""The plan over the API: read, compare, prove, and every verb of its road."""

import pytest

from plans import content, workflow, yaml_form
from plans.models import Comment, PlanVersion, ReadConfirmation
from plans.names import Directory
from tests import make

pytestmark = pytest.mark.django_db


def test_versions_are_listed_newest_first_and_by_status(api):
    make.plan("draft")
    caller = api("cs")
    rows = caller.get("/api/plans/").json()["results"]
    assert [row["number"] for row in rows] == [2, 1]
    rows = caller.get("/api/plans/", {"status": "published"}).json()["results"]
    assert [row["number"] for row in rows] == [1]
    assert caller.get("/api/plans/", {"status": "nonsense"}).status_code == 400


def test_a_version_is_read_as_one_whole_document(api):
    make.hospital()
    told = api("auditor").get("/api/plans/1/").json()
    plan = PlanVersion.objects.in_force()
    assert told["content"] == content.read(plan)
    assert (told["status"], told["verbs"]) == ("published", [])
    assert "remind" in api("admin").get("/api/plans/1/").json()["verbs"]
    assert api("cs").get("/api/plans/99/").status_code == 404


def test_the_yaml_is_the_version_itself(api):
    make.hospital()
    caller = api("cs")
    for accepted in ("*/*", "application/yaml", "application/json"):
        answer = caller.get("/api/plans/1/yaml/", headers={"Accept": accepted})
        assert answer["Content-Type"].startswith("application/yaml")
        value = yaml_form.load(answer.content.decode(), Directory(active=False))
        assert value == content.read(PlanVersion.objects.in_force())
    missing = caller.get("/api/plans/99/yaml/", headers={"Accept": "application/yaml"})
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"


def test_the_difference_names_every_value_before_and_after(api):
    rows = content.read_part(make.plan(), "grades")
    make.plan("draft", grades=[row | {"restore": 17} for row in rows], grading=[])
    found = api("cs").get("/api/plans/3/difference/2/").json()
    first = found[0]
    assert (first["part"], first["kind"]) == ("grades", "changed")
    (change,) = first["changes"]
    assert (change["field"], change["before"], change["after"]) == ("restore", 120, 17)
    assert {one["kind"] for one in found if one["part"] == "grading"} == {"removed"}
    assert api("cs").get("/api/plans/3/difference/99/").status_code == 404
    assert api("cs").get("/api/plans/3/difference/3/").json() == []


def test_the_whole_road_of_a_change(api):
    make.hospital()
    admin, leader = api("admin"), api("leader")
    draft = admin.post("/api/plans/1/draft/", {"reason": "缩短恢复时限"}).json()
    number = draft["number"]
    url = f"/api/plans/{number}/"
    rows = content.read_part(PlanVersion.objects.get(number=number), "grades")
    rows[0]["restore"] = 100
    written = admin.post(f"{url}rewrite/", {"part": "grades", "value": rows, "version": 1})
    assert written.status_code == 200
    assert written.json()["version"] == 2
    stale = admin.post(f"{url}rewrite/", {"part": "title", "value": "x", "version": 1})
    assert stale.status_code == 409
    assert admin.post(f"{url}submit/").json()["status"] == "review"
    assert api("cs").post(f"{url}comment/", {"text": "太紧", "clause": "grades"}).status_code == 200
    said = Comment.objects.get()
    assert said.about == "级别与时限"
    assert leader.post(f"{url}sign/").status_code == 422
    answer = admin.post(
        f"/api/plan-comments/{said.pk}/resolve/", {"is_adopted": False, "answer": "够用"}
    )
    assert answer.json()["is_adopted"] is False
    assert leader.post(f"{url}sign/", {"remark": "同意"}).json()["status"] == "review"
    assert api("fault_head").post(f"{url}sign/").json()["status"] == "approved"
    assert len(admin.get(url).json()["signatures"]) == 2
    published = admin.post(f"{url}publish/")
    assert published.json()["status"] == "published", published.json()
    assert api("cs").post(f"{url}confirm_read/").status_code == 200
    assert ReadConfirmation.objects.get().plan.number == number
    readers = admin.get(f"{url}readers/").json()
    assert sum(row["read_at"] is not None for row in readers) == 1
    assert admin.post(f"{url}remind/").status_code == 200
    back = admin.post("/api/plans/1/roll_back/", {"reason": "太紧", "in_force": number})
    assert (back.json()["number"], back.json()["status"]) == (number + 1, "published")
    again = admin.post("/api/plans/1/roll_back/", {"reason": "太紧", "in_force": number})
    assert again.status_code == 409


def test_a_draft_comes_from_yaml_or_with_every_fault_named(api):
    make.hospital()
    admin = api("admin")
    text = yaml_form.dump(content.read(PlanVersion.objects.in_force()))
    made = admin.post("/api/plans/", {"text": text})
    assert made.status_code == 201
    assert made["Location"].endswith(f"/api/plans/{made.json()['number']}/")
    refused = admin.post("/api/plans/", {"text": "title: x\nsections: []\n"})
    assert refused.status_code == 422
    assert refused.json()["errors"]
    assert api("leader").post("/api/plans/", {"text": text}).status_code == 403


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("draft", {}),
        ("rewrite", {"part": "title", "value": "x"}),
        ("explain", {"reason": "x"}),
        ("submit", {}),
        ("sign", {}),
        ("withdraw", {"reason": "x"}),
        ("publish", {}),
        ("roll_back", {"reason": "x"}),
        ("discard", {"reason": "x"}),
        ("remind", {}),
        ("waive_coverage", {"reason": "x", "gaps": 0}),
    ],
)
def test_permissions_are_those_of_the_pages(api, verb, said):
    make.plan("draft")
    for who in ("cs", "it", "auditor"):
        answer = api(who).post(f"/api/plans/2/{verb}/", said)
        assert answer.status_code == 403, (who, answer.json())
    assert PlanVersion.objects.get(number=2).status == "draft"


def test_the_auditor_reads_and_changes_nothing(api):
    make.hospital()
    auditor = api("auditor")
    assert auditor.post("/api/plans/1/confirm_read/").status_code == 403
    workflow.submit(make.plan("draft").number, by=make.person("admin"))
    assert auditor.post("/api/plans/2/comment/", {"text": "x"}).status_code == 403


def test_coverage_tells_its_gaps(api):
    make.hospital()
    told = api("cs").get("/api/plans/1/coverage/", {"days": 1}).json()
    assert told["holds"] is (told["gaps"] == [])
    for gap in told["gaps"]:
        assert gap["begins"] < gap["ends"]
        assert gap["sentence"]
    for wrong in ("0", "400", "x"):
        assert api("cs").get("/api/plans/1/coverage/", {"days": wrong}).status_code == 400


def test_a_list_asks_as_many_queries_for_many_as_for_few(api, django_assert_num_queries):
    make.hospital()
    caller = api("cs")
    with django_assert_num_queries(2):
        caller.get("/api/plans/")
    for _version in range(3):
        make.plan("draft")
    with django_assert_num_queries(2):
        caller.get("/api/plans/")
