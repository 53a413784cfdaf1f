"""Where signing in leads to after a form was sent too late."""

import pytest

pytestmark = pytest.mark.django_db
LATE = "/incidents/1/sign/"


@pytest.mark.parametrize(
    ("referer", "back_to"),
    [
        ("http://testserver/incidents/1/?tab=2", "/incidents/1/%3Ftab%3D2"),
        ("https://elsewhere.example/incidents/1/", LATE),
        ("//elsewhere.example/", LATE),
        ("", LATE),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_own_page(client, referer, back_to):
    answer = client.post(LATE, headers={"referer": referer})
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={back_to}"


def test_a_page_asked_for_leads_to_itself_and_signing_out_to_nowhere(client):
    answer = client.get("/dashboard/", headers={"referer": "http://testserver/report/"})
    assert answer["Location"] == "/accounts/login/?next=/dashboard/"
    answer = client.post("/accounts/logout/", headers={"referer": "http://testserver/report/"})
    assert "next" not in answer["Location"]
