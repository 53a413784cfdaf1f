"""Estimate calibration: what patients were promised, against what came true (rows P12, P17)."""

import math
import random
import statistics
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from incidents.models import Incident
from notices.models import Notice
from reviews.figures import counting, keeping, whole
from tests import make
from tests.notices import making
from tests.reviews.test_figures import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew():
    whole.forget()
    yield
    whole.forget()


def promised(
    fault_type: str = "software", *, least: int = 20, most: int = 60, took: float | None = 40
) -> Incident:
    """An incident whose patients were promised so many minutes, which took so many minutes."""
    incident = make.incident("repairing", fault_type=fault_type)
    began = incident.reported_at
    notice = making.published(
        incident,
        expected_from=began + timedelta(minutes=least),
        expected_to=began + timedelta(minutes=most),
    )
    # A later promise, made with the end in sight, is no forecast.
    making.updated(
        notice,
        expected_from=began + timedelta(minutes=600),
        expected_to=began + timedelta(minutes=700),
    )
    if took is not None:
        restored = began + timedelta(minutes=took)
        Incident.objects.filter(pk=incident.pk).update(restored_at=restored)
    keeping.measure_anew([incident.pk])
    return incident


def of(fault_type: str):
    return next(line for line in counting.promises(everything()) if line.fault_type == fault_type)


def test_promises_are_held_against_what_came_true_by_fault_type():
    for took in (10, 20, 60, 75):
        promised(took=took)
    promised("network", took=30)
    promised("hardware", took=None)
    line = of("software")
    assert (line.count, line.true, line.sooner, line.later) == (4, 2, 1, 1)
    assert (of("network").count, of("network").true) == (1, 1)
    assert {one.fault_type for one in counting.promises(everything())} == {"software", "network"}
    assert counting.promises(everything(fault_type="network")) == [of("network")]


def test_the_medians_are_those_of_a_plain_recomputation():
    chance = random.Random(7)  # noqa: S311
    for _turn in range(9):
        least = chance.randrange(5, 50)
        promised(least=least, most=least + chance.randrange(5, 60), took=chance.uniform(1, 200))
    told = []
    for incident in Incident.objects.all():
        first = Notice.objects.filter(incident=incident).order_by("published_at").first()
        moments = (first.expected_from, first.expected_to, incident.restored_at)
        told.append([seconds(moment - incident.reported_at) for moment in moments])
    line = of("software")
    assert line.promised == statistics.median_low(to for _from, to, _end in told)
    assert line.took == statistics.median_low(end for _from, _to, end in told)
    assert line.late == statistics.median_low(end - to for _from, to, end in told)
    assert line.later == sum(end > to for _from, to, end in told)
    assert line.sooner == sum(end < least for least, _to, end in told)
    assert line.true == 9 - line.later - line.sooner


def seconds(length: timedelta) -> int:
    return math.floor(length.total_seconds())


def test_page_file_and_api_say_the_same(client):
    client.force_login(make.person("leader"))
    promised(took=75)
    whole.forget()
    page = client.get("/figures/?period=all").text
    assert "告诉患者的预计恢复时间准不准" in page
    assert "晚 15 分" in page
    book = load_workbook(BytesIO(client.get("/figures/?period=all&format=xlsx").content))
    heads, line = book["预计恢复与实际"].iter_rows(values_only=True)
    told = dict(zip(heads, line, strict=True))
    assert (told["预计中位数（秒）"], told["实际中位数（秒）"]) == (3600, 4500)
    (said,) = client.get("/api/figures/").json()["promises"]
    assert (said["promised"], said["took"], said["late"]) == (3600, 4500, 900)


def test_a_drill_is_no_forecast():
    promised()
    drill = make.report(is_drill=True)
    keeping.measure_anew([drill.pk])
    assert sum(line.count for line in counting.promises(everything())) == 1


def test_a_file_of_too_many_lines_says_so(client, monkeypatch):
    from reviews.figures import exporting

    monkeypatch.setattr(exporting, "LINES_MOST", 1)
    client.force_login(make.person("leader"))
    for _turn in range(2):
        promised()
    assert "最新的 1 起" in client.get("/figures/?period=all").text
    text = client.get("/figures/?period=all&format=csv").content.decode().strip()
    assert len(text.splitlines()) == 2
