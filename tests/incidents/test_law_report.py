"""The regulator's form: filled in by the incident, gaps named, never sent by the product."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import workflow
from incidents.law import paper
from incidents.law.fields import filled
from incidents.models import Incident, LawReport
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.documents import to_docx, to_pdf
from tests import make
from tests.plans.documents.reading import Pdf, word_text
from tests.reviews import rich

pytestmark = pytest.mark.django_db


@pytest.fixture
def attacked():
    return make.confirmed(fault_type="attack", level=1, records_exposed=2_000_000)


def values(incident, stage="first"):
    return {one.field.key: one.value for one in filled(incident, stage)[0]}


def missing(incident, stage="first"):
    return {one.field.key for one in filled(incident, stage)[0] if one.is_missing}


def test_it_fills_itself_from_the_incident_and_names_what_is_missing(attacked):
    found = values(attacked)
    assert "挂号、缴费" in found["system"]
    assert "网络攻击事件" in found["category"]
    assert found["national"].startswith("较大")
    assert "门诊导诊台" in found["effect"]
    assert {"contact", "harm", "clues", "next", "cause"} <= missing(attacked)
    assert "ransom" not in missing(attacked)
    assert "liability" not in values(attacked)
    assert {"liability", "lessons", "rectification"} <= missing(attacked, "final")


def test_the_summary_takes_cause_lessons_and_measures_from_the_review():
    incident = rich.reviewing()
    found = values(incident, "final")
    assert "连接池上限按平日流量设置" in found["cause"]
    assert found["lessons"] == "通知发布偏慢"
    assert "连接池加告警与自动扩容" in found["rectification"]
    assert "挂号记录1200条" in found["personal"]
    assert "保卫科铁柜" in found["scene"]
    assert "服务恢复" in found["measures"]
    text = "".join(_of(incident, "final", to_docx, word_text).split())
    assert "网络安全事件报告表" in text
    assert "（总结报告）" in text


def _of(incident, stage, draw, read):
    fields, _row = filled(incident, stage)
    return read(draw(paper.document_of(incident, stage, fields, at=timezone.now())))


def test_what_people_write_stands_in_the_form_and_in_the_journal(attacked):
    by = make.person("it")
    row = workflow.write_law_report(
        attacked.pk, by=by, version=0, stage="first", words={"contact": "张三 8000", "x": "y"}
    )
    assert row.words == {"contact": "张三 8000"}
    assert "contact" not in missing(attacked)
    entry = Entry.objects.of(attacked.stream).get(event="law_report.write")
    assert entry.facts["words"] == {"联系人和电话": "张三 8000"}
    # The same once more changes nothing; an older form is refused; a field may be emptied.
    workflow.write_law_report(
        attacked.pk, by=by, version=1, stage="first", words={"contact": "张三 8000"}
    )
    with pytest.raises(Conflict):
        workflow.write_law_report(attacked.pk, by=by, version=0, stage="first", words={})
    workflow.write_law_report(attacked.pk, by=by, version=1, stage="first", words={})
    assert "contact" in missing(attacked)
    assert Entry.objects.filter(event="law_report.write").count() == 2


def test_who_may_not_writes_nothing(attacked):
    for who in ("cs", "department", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            workflow.write_law_report(
                attacked.pk, by=make.person(who), stage="first", words={"contact": "x"}
            )
    with pytest.raises(Incomplete):
        workflow.write_law_report(
            attacked.pk, by=make.person("it"), stage="first", words={"contact": "长" * 5000}
        )
    assert not LawReport.objects.exists()


def test_the_page_the_files_and_a_conflict(attacked, client):
    client.force_login(make.person("leader"))
    address = reverse("incidents:law_report", args=[attacked.pk, "first"])
    page = client.get(address).text
    assert "联系人和电话" in page
    assert "【待填】" in page
    said = {"version": "0", "contact": "<b>张三</b>"}
    assert client.post(address, said).status_code == 302
    page = client.get(address).text
    assert "&lt;b&gt;张三" in page
    assert "<b>张三" not in page
    stale = client.post(address, {"version": "0", "contact": "李四"})
    assert stale.status_code == 409
    assert "李四" in stale.text
    assert client.post(address, {"contact": "长" * 5000}).status_code == 422
    for kind in ("pdf", "docx"):
        file = reverse("incidents:law_file", args=[attacked.pk, "first", kind])
        assert client.get(file).status_code == 200
    assert client.get(reverse("incidents:law", args=[attacked.pk])).text.count("/law/") >= 3
    assert client.get(reverse("incidents:law_report", args=[attacked.pk, "x"])).status_code == 404


def test_nobody_is_asked_for_a_fault_that_no_law_concerns(client):
    incident = make.confirmed()
    client.force_login(make.person("leader"))
    address = reverse("incidents:law_report", args=[incident.pk, "first"])
    assert client.get(address).status_code == 404
    with pytest.raises(Conflict):
        workflow.write_law_report(incident.pk, by=make.person("it"), stage="first", words={})


def test_the_form_stays_where_a_count_comes_out_as_nothing(client):
    incident = make.confirmed()
    by = make.person("it")
    workflow.count_exposed(incident.pk, by=by, kind="预约登记", count=200)
    workflow.write_law_report(incident.pk, by=by, stage="first", words={"contact": "张三 8000"})
    workflow.count_exposed(incident.pk, by=by, kind="预约登记", count=0, note="复核：没有外泄")
    client.force_login(make.person("leader"))
    address = reverse("incidents:law_report", args=[incident.pk, "first"])
    assert "张三 8000" in client.get(address).text


def test_a_drills_form_says_so_on_every_page():
    drill = make.confirmed(incident=make.report(is_drill=True), fault_type="attack")
    drill = Incident.objects.get(pk=drill.pk)
    pdf = _of(drill, "first", to_pdf, Pdf)
    assert all(text.startswith("【演练】") for text in pdf.texts)


def test_the_form_over_the_api(attacked, client):
    client.force_login(make.person("it"))
    address = reverse("api:incident-write-law-report", args=[attacked.pk])
    said = {"stage": "first", "words": {"contact": "张三 8000"}}
    answer = client.post(address, said, content_type="application/json")
    assert answer.status_code == 200, answer.text
    (row,) = client.get(f"/api/law-reports/?incident={attacked.pk}").json()["results"]
    assert (row["stage"], row["words"]) == ("first", {"contact": "张三 8000"})
    assert client.post(address, {"stage": "x"}, content_type="application/json").status_code == 400
