"""The plan on paper: whole, with its versions and signatures, in both forms of file."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from plans import content, workflow
from plans.annexes import ANNEXES
from plans.documents import to_docx, to_pdf
from plans.models import PlanVersion
from plans.paper import document_of
from plans.wording import part_title
from plans.wording import step as step_words
from tests import make
from tests.plans.documents.reading import Pdf, word, word_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    make.hospital()
    return PlanVersion.objects.in_force()


def pdf_of(plan: PlanVersion) -> Pdf:
    return Pdf(to_pdf(document_of(plan)))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_everything_that_the_version_says_is_on_paper(plan):
    value = content.read(plan)
    text = squeezed(pdf_of(plan).text)
    said = [section["title"] for section in value["sections"]]
    said += [grade["meaning"] for grade in value["grades"]]
    said += [question["question"] for question in value["grading"]]
    said += [step_words(item)[0] for items in value["checklists"].values() for item in items]
    said += [
        words for card in value["service_cards"] for words in (card["service"], *card["forms"])
    ]
    said += [template["advice"] for template in value["notice_templates"]]
    said += [item["item"] for items in value["supplies"].values() for item in items]
    said += [clock["source"] for clock in value["clocks"]]
    assert [words for words in said if squeezed(words) not in text] == []


def test_every_annex_has_its_title_and_the_text_names_it(plan):
    document = document_of(plan)
    assert [annex.title for annex in document.annexes] == [part_title(part) for part in ANNEXES]


def test_clauses_keep_their_place_and_number(plan):
    lines = word(to_docx(document_of(plan))).paragraphs
    found = [line.text for line in lines if line.style.name in ("Heading 1", "Heading 2")]
    start = found.index("三、组织与职责")
    assert found[start + 1 : start + 3] == ["（一）应急处理领导小组", "（二）故障应急小组"]


def test_nobodys_stars_of_markdown_are_left(plan):
    assert "**" not in pdf_of(plan).text


def test_a_version_that_is_not_in_force_says_so_on_every_page():
    draft = make.plan("draft")
    assert all(text.startswith("【草稿】") for text in pdf_of(draft).texts)
    make.plan("published")
    old = PlanVersion.objects.get(number=1)
    assert all(text.startswith("【已被替换】") for text in pdf_of(old).texts)
    in_force = pdf_of(PlanVersion.objects.in_force())
    assert not any("【" in text[:3] for text in in_force.texts)


def test_the_record_tells_versions_their_reasons_and_who_approved():
    draft = make.plan("draft")
    workflow.link_change(
        draft.number,
        by=make.person("admin"),
        clause="sections/8.1",
        source="评估报告1号",
        note="手工模式提前到15分钟",
    )
    for step in (make._submit, make._sign, make._publish):
        step(draft.number)
    newest = PlanVersion.objects.in_force()
    record = pdf_of(newest).texts[1]
    for said in (
        *(
            "第2版",
            "第1版",
            "首次发布",
            "按评估发现修订",
            "手工模式提前到15分钟",
            "依据：评估报告1号",
        ),
        *("魏工", "钱院长", "孙主任", "领导小组组长", f"{timezone.localdate():%Y-%m-%d}"),
    ):
        assert squeezed(said) in squeezed(record), said


def test_a_signature_that_was_taken_back_is_not_printed():
    plan = make.plan("approved")
    workflow.withdraw(plan.number, by=make.person("admin"), reason="还要改")
    plan = PlanVersion.objects.get(pk=plan.pk)
    assert [line.name for line in document_of(plan).signatures] == ["", ""]


def test_discarded_versions_are_not_in_the_record_of_later_ones():
    given_up = make.plan("draft")
    workflow.discard(given_up.number, by=make.person("admin"), reason="不改了")
    newest = make.plan("published")
    numbers = [row[0] for row in document_of(newest).versions.rows]
    assert numbers == ["第3版", "第1版"]


def test_the_document_is_chinese_for_every_reader(plan):
    with translation.override("en"):
        english = document_of(plan)
    assert english == document_of(plan)
    assert "Acknowledge" not in pdf_of(plan).text


def test_both_files_say_the_same(plan):
    document = document_of(plan)
    docx = squeezed(word_text(to_docx(document)))
    for section in content.read_part(plan, "sections"):
        for line in section["body"].split("\n\n"):
            assert squeezed(line).removeprefix("1.")[:20] in docx


def test_the_number_of_queries_is_fixed(plan, django_assert_num_queries):
    with django_assert_num_queries(14):
        document_of(plan)
    for _more in range(3):
        plan = make.plan("published")
    with django_assert_num_queries(14):
        document_of(plan)


@pytest.mark.parametrize(
    ("kind", "content_type", "begin"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK\x03\x04",
        ),
    ],
)
def test_a_file_is_saved_under_a_chinese_name(client, plan, kind, content_type, begin):
    client.force_login(make.person("cs"))
    answer = client.get(reverse(f"plans:{kind}", args=[1]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == content_type
    name = quote(f"客户服务系统故障应急预案（第1版）.{kind}")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert answer.content.startswith(begin)
    assert client.get(reverse(f"plans:{kind}", args=[1])).content == answer.content


def test_a_version_that_is_not_there_has_no_file(client, plan):
    client.force_login(make.person("cs"))
    assert client.get(reverse("plans:pdf", args=[99])).status_code == 404


def test_the_page_of_the_plan_links_to_its_files(client, plan):
    client.force_login(make.person("cs"))
    page = client.get(reverse("plans:current")).content.decode()
    assert reverse("plans:pdf", args=[1]) in page
    assert reverse("plans:docx", args=[1]) in page
