"""The report of a rehearsed fault: headed as such, and in nobody's series of numbers."""

import pytest

from incidents.models import Incident
from plans.documents import to_docx, to_pdf
from reviews.models import ReportSeries, Review
from reviews.paper import document_of
from tests import make
from tests.plans.documents.reading import Pdf, word
from tests.reviews import written

pytestmark = pytest.mark.django_db


def test_a_drills_report_is_marked_and_takes_no_number_of_the_year():
    drill = make.report(is_drill=True, drill_speed=12)
    for step in (make._confirm, make._command, make._repair, make._restore, make._pass):
        step(drill, {})
    make._cleanup(drill, {})
    submission = written.submitted(Incident.objects.get(pk=drill.pk))
    review = Review.objects.get()
    assert review.report_number == f"演练评估{review.incident.number}"
    assert not ReportSeries.objects.exists()
    document = document_of(submission.content)
    pdf = Pdf(to_pdf(document))
    assert all(text.startswith("【演练】") for text in pdf.texts)
    assert "【演练】【演练】" not in pdf.text
    title = word(to_docx(document)).paragraphs[1].text
    assert title.startswith("【演练】")
    assert title.count("【演练】") == 1
    assert {file.name[:4] for file in submission.files.all()} == {"【演练】"}
    # Numbers of what really happened go on without a gap.
    real = written.submitted()
    assert real.content["number"].endswith("〕1号")
