"""The written report on paper: whole, in both forms of file, the same bytes from the same data."""

import copy
import hashlib
import io
import zipfile
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import translation

from plans.documents import to_docx, to_pdf
from reviews import workflow
from reviews.models import Review
from reviews.paper import document_of
from reviews.report import compose, hash_of
from tests import make
from tests.plans.documents.reading import Pdf, word, word_text
from tests.reviews import rich, written

pytestmark = pytest.mark.django_db


def squeezed(text):
    return "".join(text.split())


def drafted():
    """The content of a draft in which something of everything happened."""
    rich.reviewing()
    return compose(Review.objects.select_related("incident").get())


def test_everything_that_happened_is_on_paper_in_both_files():
    content = drafted()
    document = document_of(content)
    pdf, docx = squeezed(Pdf(to_pdf(document)).text), squeezed(word_text(to_docx(document)))
    said = [
        *("启用手工挂号，安排两名工作人员引导", "外联线路由服务商管理", "窗口和自助机暂时不能挂号"),
        *("手写收据", "SF-0001", "纸面1212.50元", "一张收据金额写错，已更正"),
        *("备用交换机", "归还1", "夜间抢修用餐", "应急备用金共支出380.00元"),
        *("挂号记录", "1200", "按接口日志数", "保卫科铁柜", "app.log"),
        *("连接池上限按平日流量设置，高峰耗尽", "监控没有连接数告警", "手工窗口十分钟内开放"),
        *("决定每月核对限流清单。", "代记到会", "会后登记"),
        *("上线清单不含限流", "网关日志", "电话两次没有人接", "较差"),
        *("连接池加告警与自动扩容", "网络服务商王工", "hisdb.bak", "预计全停超过30分钟"),
        content["files"][0]["sha256"],
    ]
    assert [words for words in said if squeezed(words) not in pdf] == []
    assert [words for words in said if squeezed(words) not in docx] == []


def test_who_was_called_and_never_answered_is_named():
    content = drafted()
    silent = {one["person"] for call in content["calls"] for one in call["silent"]}
    assert silent
    text = squeezed(Pdf(to_pdf(document_of(content))).text)
    assert "没有答复的呼叫" in text
    assert all(squeezed(name) in text for name in silent)


def test_the_docx_has_the_structure_of_an_official_document():
    file = word(to_docx(document_of(drafted())))
    page = file.sections[-1]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (37, 28)
    first = [line.text for line in file.paragraphs if line.style.name == "Heading 1"]
    assert first == [
        *("一、故障经过", "二、影响范围", "三、响应用时", "四、处置情况"),
        *("五、原因分析", "六、处置评价", "七、整改措施"),
    ]
    annexes = [line.text for line in file.paragraphs if line.style.name == "Annex Title"]
    assert annexes == ["处置经过", "人员呼叫", "证据交接", "凭证文件"]
    assert len(file.inline_shapes) == 1
    captions = [line.text for line in file.paragraphs if line.style.name == "Caption"]
    assert any(line.startswith("图1　") for line in captions)
    assert file.paragraphs[0].text == "（编号在提交时生成）"
    assert file.paragraphs[1].text.startswith("【草稿】")


def test_the_same_data_are_the_same_bytes():
    submission = written.submitted()
    for draw in (to_pdf, to_docx):
        once = draw(document_of(submission.content))
        with translation.override("en"):
            again = draw(document_of(copy.deepcopy(submission.content)))
        assert hashlib.sha256(once).digest() == hashlib.sha256(again).digest()
    members = zipfile.ZipFile(io.BytesIO(once)).infolist()
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}


def test_a_draft_says_so_on_every_page_and_a_submitted_report_does_not():
    content = drafted()
    assert all(text.startswith("【草稿】") for text in Pdf(to_pdf(document_of(content))).texts)
    incident = Review.objects.get().incident
    submission = workflow.submit(incident.pk, by=make.person("fault_head"))
    pdf = Pdf(to_pdf(document_of(submission.content)))
    assert "【草稿】" not in pdf.text
    assert submission.content["number"] in squeezed(pdf.text)
    assert submission.hash in squeezed(pdf.text)


def test_what_a_drill_made_is_headed_as_such():
    content = drafted() | {"is_drill": True}
    document = document_of(content)
    pdf = Pdf(to_pdf(document))
    assert all(text.startswith("【演练】") for text in pdf.texts)
    assert word(to_docx(document)).paragraphs[1].text.startswith("【演练】")


def test_a_report_of_the_older_form_is_still_laid_out():
    content = drafted()
    newer = ("zone", "is_drill", "lanes", "calls", "manual", "forms", "supplies")
    for key in (*newer, "whys", "evaluations", "exposed", "custody", "law", "files"):
        del content[key]
    for part in (content["orders"], content["measures"]):
        for row in part:
            del row["late_by"]
    del content["notices"]["list"]
    content["form"] = 1
    text = squeezed(Pdf(to_pdf(document_of(content))).text)
    assert "七、整改措施" in text
    assert "图1" not in text


def test_the_least_that_a_review_knows_makes_a_report():
    incident = written.reviewing()
    workflow.open_review(incident.pk)
    content = compose(Review.objects.select_related("incident").get())
    text = squeezed(Pdf(to_pdf(document_of(content))).text)
    assert "（评估会议尚未记录）" in text
    assert "（尚未填写）" in text


def test_what_a_person_typed_is_printed_as_it_stands():
    incident = written.complete()
    written.findings(incident, root_cause_text="# 标题 *重* <b>x</b> #let a = 1 $x$")
    content = compose(Review.objects.select_related("incident").get())
    document = document_of(content)
    for text in (Pdf(to_pdf(document)).text, word_text(to_docx(document))):
        assert squeezed("# 标题 *重* <b>x</b> #let a = 1 $x$") in squeezed(text)


def test_the_hash_is_of_the_content_alone():
    content = drafted()
    assert hash_of(content) == hash_of(copy.deepcopy(content))
    assert hash_of(content) != hash_of(content | {"title": "另一个"})


def test_the_queries_of_a_report_are_fixed(django_assert_max_num_queries):
    rich.reviewing()
    review = Review.objects.select_related("incident").get()
    with django_assert_max_num_queries(60) as few:
        compose(review)
    incident = review.incident
    for number in range(3):
        written.action(incident, measure=f"措施{number}")
    review = Review.objects.select_related("incident").get()
    with django_assert_max_num_queries(len(few)):
        compose(review)


@pytest.mark.parametrize(("kind", "begin"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")])
def test_a_file_is_saved_under_the_reports_number(client, kind, begin):
    incident = written.submitted().review.incident
    client.force_login(make.person("auditor"))
    answer = client.get(reverse("reviews:report_file", args=[incident.pk, kind]))
    assert answer.status_code == 200
    name = quote(f"{Review.objects.get().report_number}.{kind}")
    assert name in answer["Content-Disposition"]
    assert b"".join(answer).startswith(begin)


def test_there_is_no_file_of_another_kind_or_before_the_review(client):
    client.force_login(make.person("leader"))
    incident = make.incident("repairing")
    assert client.get(reverse("reviews:report_file", args=[incident.pk, "pdf"])).status_code == 404
    incident = written.submitted().review.incident
    assert client.get(reverse("reviews:report_file", args=[incident.pk, "exe"])).status_code == 404


def test_the_whole_road_of_the_report_over_its_pages(client):
    """Draft, submitted, returned with a remark, submitted again, received: each file stays."""
    incident = written.complete()

    def as_(who):
        client.force_login(make.person(who))
        return client

    def file(*where, who="auditor"):
        name = "reviews:submitted_file" if len(where) > 1 else "reviews:report_file"
        return as_(who).get(reverse(name, args=[incident.pk, *where])).content

    def act(verb, who, **said):
        return as_(who).post(reverse("reviews:verb", args=[incident.pk, verb]), said)

    assert all(text.startswith("【草稿】") for text in Pdf(file("pdf")).texts)
    assert act("submit", "fault_head").status_code == 302
    first = file("pdf")
    assert first == file(1, "pdf", who="cs")
    assert act("return_report", "leader", remark="原因写具体些").status_code == 302
    assert Pdf(file("pdf")).texts[0].startswith("【草稿】")
    assert file(1, "pdf") == first
    written.findings(incident, root_cause_text="连接池上限 50，高峰需要 300")
    assert act("submit", "fault_head").status_code == 302
    second = file("docx")
    assert "连接池上限 50" in word_text(second)
    assert act("receive", "leader", remark="同意").status_code == 302
    assert file("docx") == second == file(2, "docx")
    assert file(1, "pdf") == first
    page = as_("auditor").get(reverse("reviews:detail", args=[incident.pk])).text
    for submission in Review.objects.get().submissions.all():
        assert all(one.sha256 in page for one in submission.files.all())
    shown = as_("leader").get(reverse("reviews:report", args=[incident.pk])).text
    assert "同意" in shown
    assert "内容与日志中的校验值一致" in shown
