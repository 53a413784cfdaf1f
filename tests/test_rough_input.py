"""Pages keep their manners whatever is sent: a refusal or the page again, never a fault of ours."""

import pytest

from incidents.models import Check
from notices.models import Posting
from tests import make
from tests.notices import making

ROUGH = ["²", "9" * 5000, "a\0b", "-1", "0001-01-01T00:00", "9999-12-31T23:59"]


@pytest.fixture
def as_person(client, db):
    def sign_in(who: str):
        client.force_login(make.person(who))
        return client

    return sign_in


@pytest.mark.parametrize("value", ROUGH)
@pytest.mark.parametrize(
    "address",
    [
        "/report/?relapse_of={}",
        "/report/lookalikes/?services={}&relapse_of={}",
        "/dashboard/?q={}&level={}&department={}",
        "/dashboard/ended/?before={}",
        "/reviews/?q={}&page={}",
        "/supplies/?q={}&category={}&place={}&page={}",
        "/supplies/loans/?q={}&page={}",
        "/paper/?department={}",
    ],
)
def test_links_with_nonsense_show_the_page(as_person, address, value):
    answer = as_person("it").get(address.replace("{}", value.replace("\0", "%00")))
    assert answer.status_code == 200


def test_a_link_of_a_message_with_a_strange_number_is_no_link(client, db):
    assert client.get("/a/²-x/").status_code == 404


def test_words_that_no_database_stores_find_nothing_and_are_kept_without(as_person):
    assert as_person("admin").get("/departments/?q=a%00b&kind=a%00b").status_code == 200
    notice = making.published()
    place = make.place()
    client = as_person("cs")
    answer = client.post(f"/notices/{notice.pk}/sign/{place.pk}/hang/", {"word": "1 号\0窗口"})
    assert answer.status_code == 302
    assert Posting.objects.get(notice=notice).up_word == "1 号窗口"


@pytest.mark.parametrize("value", ROUGH)
def test_hidden_fields_with_nonsense_fail_no_page(as_person, value):
    client = as_person("cs")
    client.post("/report/", {"seen": "打不开", "location": "门诊", "join": value})
    assert client.post("/alerts/seen/", {"newest": value}).status_code == 302
    incident = make.incident("restoring")
    as_person("it").post(f"/incidents/{incident.pk}/sign/", {"version": value})


@pytest.mark.parametrize("value", ROUGH)
def test_impossible_times_are_refused_at_their_field(as_person, value):
    notice = making.drafted()
    client = as_person("cs")
    said = making.typed(next_update_at=value, since=value, expected_from=value, expected_to=value)
    preview = client.post(f"/incidents/{notice.incident_id}/notices/preview/", said)
    assert preview.status_code == 200
    answer = client.post(f"/notices/{notice.pk}/edit/", said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["next_update_at"]


def test_a_character_that_no_database_stores_is_left_out_of_remarks(as_person):
    incident = make.incident("repairing")
    check = Check.objects.filter(incident=incident).first()
    client = as_person("it")
    address = f"/incidents/{incident.pk}/checks/{check.pk}/"
    beyond = {"result": "done", "number": "1e9999999"}
    assert client.post(address, beyond).status_code == 422
    assert client.post(address, {"result": "failed", "remark": "日志\0已满"}).status_code == 302
    check.refresh_from_db()
    assert check.remark == "日志已满"
    order = incident.orders.get()
    client = as_person("department")
    client.post(f"/orders/{order.pk}/finish/", {"said": "20 个\0窗口已开"})
    order.refresh_from_db()
    assert order.outcome == "20 个窗口已开"
