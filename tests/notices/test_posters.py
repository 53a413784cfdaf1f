"""A poster's code opens the report page with its place filled in; what nobody knows is ignored."""

import datetime
import re
from urllib.parse import urlencode, urlsplit

import pypdfium2
import pytest
import segno

from incidents.models import Incident
from journal.refusals import Incomplete
from notices import posters
from notices.models import Place
from tests import make

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 25)
SITE = "https://yingji.example.org"


@pytest.fixture
def place() -> Place:
    make.hospital()
    return Place.objects.create(
        name="门诊收费大厅",
        slug="charging",
        building="门诊楼",
        floor="一层",
        department=make.department("门诊收费处"),
    )


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]


def test_windows_are_listed_as_people_list_them():
    assert posters.devices_in("1-3 号窗口、自助机") == [
        "1 号窗口",
        "2 号窗口",
        "3 号窗口",
        "自助机",
    ]
    assert posters.devices_in(" 收费 A ，收费 A;;\n护士站") == ["收费 A", "护士站"]
    assert posters.devices_in("") == []
    # No range: as it stands.
    assert posters.devices_in("8-3 号") == ["8-3 号"]
    with pytest.raises(Incomplete):
        posters.devices_in("长" * 41)


def test_each_window_has_a_sheet_of_its_own(place):
    made = posters.posters_of([place], {place.pk: "1-2 号窗口"})
    pages = text_of(posters.pdf(made, size="a5", site=SITE, on=DAY))
    assert len(pages) == 2
    assert "门诊收费大厅" in pages[0]
    assert "1号窗口" in pages[0]
    assert "2号窗口" in pages[1]
    assert "内线8119" in pages[1]


def test_the_code_leads_to_the_form_with_the_place_filled_in(client, place):
    made = posters.Poster(place, "3 号窗口 A&B")
    address = made.address(SITE)
    assert segno.make(address).version < 10
    where = urlsplit(address)
    client.force_login(make.person("it"))
    page = client.get(f"{where.path}?{where.query}").content.decode()
    assert 'value="门诊楼 一层 门诊收费大厅 3 号窗口 A&amp;B"' in page
    assert f'<option value="{place.department_id}" selected>' in page
    assert "位置已按二维码填好" in page


def test_what_nobody_knows_is_ignored(client, place):
    client.force_login(make.person("cs"))
    for asked in (
        {"place": "nowhere", "device": "3 号"},
        {"device": "3 号"},
        {"place": "x" * 5000},
        {"place": "\x00"},
    ):
        answer = client.get(f"/report/?{urlencode(asked)}")
        assert answer.status_code == 200
        assert "位置已按二维码填好" not in answer.content.decode()
    Place.objects.update(is_active=False)
    assert "门诊收费大厅" not in client.get("/report/?place=charging").content.decode()
    long = client.get("/report/?" + urlencode({"place": "charging", "device": "长" * 500}))
    assert long.status_code == 200
    assert not Incident.objects.exists()


def test_the_page_prints_what_is_ticked_or_everything(client, place):
    other = Place.objects.create(name="体检大厅", slug="check-up")
    client.force_login(make.person("admin"))
    assert "门诊收费大厅" in client.get("/posters/").content.decode()
    ticked = client.get(
        "/posters/posters.pdf", {"place": place.pk, f"devices-{place.pk}": "1-3 号"}
    )
    assert ticked["Content-Type"] == "application/pdf"
    assert len(text_of(ticked.content)) == 3
    every = client.get("/posters/posters.pdf", {"all": "1", "size": "a5"})
    assert len(text_of(every.content)) == Place.objects.active().count()
    assert other.name in "".join(text_of(every.content))


def test_what_cannot_be_printed_is_said_and_nothing_typed_is_lost(client, place):
    client.force_login(make.person("admin"))
    nothing = client.get("/posters/posters.pdf", {f"devices-{place.pk}": "1-3 号"})
    assert nothing.status_code == 422
    page = nothing.content.decode()
    assert "请至少选一个地点。" in page
    assert 'value="1-3 号"' in page
    many = client.get(
        "/posters/posters.pdf", {"place": place.pk, f"devices-{place.pk}": "1-150 号、200-300 台"}
    )
    assert many.status_code == 422
    assert "一次最多打印 200 张" in many.content.decode()
    strange = client.get("/posters/posters.pdf", {"place": "x", "size": "a0"})
    assert strange.status_code == 422


def test_the_list_costs_the_same_for_any_number_of_places(
    client, place, django_assert_max_num_queries
):
    client.force_login(make.person("admin"))
    for number in range(30):
        Place.objects.create(name=f"地点{number}", slug=f"place-{number}")
    with django_assert_max_num_queries(6):
        client.get("/posters/")
