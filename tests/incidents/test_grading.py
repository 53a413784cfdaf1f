"""The grading worksheet: answers propose, a person decides, and both are on record (row P9)."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow
from incidents.grading import Worksheet
from incidents.models import Grading, Incident
from journal.models import Entry
from journal.refusals import Incomplete
from plans.models import GradingQuestion
from reviews.models import Review
from reviews.report import compose
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def answers(incident: Incident, *yes: int) -> dict[int, bool]:
    """Every question answered, with yes those at these positions."""
    questions = GradingQuestion.objects.filter(plan=incident.plan)
    return {question.position: question.position in yes for question in questions}


def confirmation(incident: Incident, **more) -> dict:
    said = {
        "version": incident.version,
        "fault_type": "software",
        "level": "2",
        "convene": "yes",
        "reason": "预计超过 15 分钟",
        "affected": [make.department().pk],
    } | more
    return {name: value for name, value in said.items() if value is not None}


def posted(given: dict[int, bool]) -> dict[str, str]:
    return {f"answer_{key}": "yes" if yes else "no" for key, yes in given.items()}


def address(incident: Incident, verb: str = "confirm") -> str:
    return reverse("incidents:verb", args=[incident.pk, verb])


def proposal(incident: Incident, verb: str = "confirm", **said) -> str:
    url = reverse("incidents:proposal", args=[incident.pk, verb])
    return signed_in("it").get(url, said, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(
    ("given", "proposed"),
    [({}, None), ({6: True}, 3), ({4: True, 6: True}, 2), ({1: False}, None), ({99: True}, None)],
)
def test_the_gravest_yes_is_proposed(given, proposed):
    assert Worksheet(make.report(), given).proposed == proposed


def test_when_everything_is_answered_with_no_the_mildest_grade_is_proposed():
    incident = make.report()
    assert Worksheet(incident, answers(incident)).proposed == 4


def test_answers_proposal_and_decision_are_kept_and_told():
    incident = make.report()
    make.confirmed(incident=incident, level=2, answers=answers(incident, 4, 6))
    kept = Grading.objects.get(incident=incident)
    assert (kept.verb, kept.proposed, kept.decided, kept.plan) == ("confirm", 2, 2, incident.plan)
    assert [answer["level"] for answer in kept.yes] == [2, 3]
    facts = Entry.objects.of(incident.stream).get(event="incident.confirm").facts
    assert facts["proposed"] == "Ⅱ"
    assert len(facts["answers"]) == len(kept.answers) == 6


def test_another_grade_than_proposed_needs_a_reason_and_a_refusal_leaves_nothing_behind():
    incident = make.report()
    with pytest.raises(Incomplete) as refused:
        make.confirmed(incident=incident, level=3, answers={4: True})
    assert "difference" in refused.value.fields
    assert Incident.objects.get(pk=incident.pk).state == "reported"
    assert not Grading.objects.exists()
    make.confirmed(incident=incident, level=3, answers={4: True}, difference="两台自助机还能用")
    assert Grading.objects.get().difference == "两台自助机还能用"


def test_who_knows_the_grade_skips_the_worksheet_and_the_record_says_so():
    incident = make.confirmed()
    assert Grading.objects.get().is_skipped
    entry = Entry.objects.of(incident.stream).get(event="incident.confirm")
    assert "直接定级" in entry.facts["worksheet"]


def test_a_plan_without_questions_asks_none():
    make.plan(grading=[])
    incident = make.report()
    assert "worksheet__sheet" not in signed_in("it").get(address(incident)).text
    make.confirmed(incident=incident)
    assert not Grading.objects.exists()


def test_the_page_asks_the_questions_of_the_pinned_version():
    incident = make.report()
    make.plan(grading=[{"question": "新版才有的问题？", "level_if_yes": 1}])
    page = signed_in("it").get(address(incident)).text
    assert "新版才有的问题？" not in page
    assert page.count("worksheet__row") == 6


def test_the_proposal_comes_while_the_worksheet_is_filled_in():
    incident = make.report()
    shown = proposal(incident, answer_4="yes")
    assert "建议Ⅱ级" in shown
    assert 'value="2" id="id_level_1" checked' in shown
    # The choice goes along with the next proposal, but not against a person's own choice.
    shown = proposal(incident, answer_4="yes", answer_1="yes", level="2", proposed="2")
    assert 'value="1" id="id_level_0" checked' in shown
    assert "为什么不按建议" not in shown
    shown = proposal(incident, answer_4="yes", level="3", proposed="2", difference="我的理由")
    assert 'value="3" id="id_level_2" checked' in shown
    assert "我的理由" in shown
    assert not Grading.objects.exists()


def test_without_javascript_the_proposal_comes_with_a_button_and_nothing_is_lost():
    incident = make.report()
    said = confirmation(incident, level=None, reason="我写的理由", **posted({4: True}))
    answer = signed_in("it").post(address(incident), said | {"propose": "1"})
    assert answer.status_code == 200
    assert "建议Ⅱ级" in answer.text
    assert "我写的理由" in answer.text
    assert "form-errors" not in answer.text
    assert Incident.objects.get(pk=incident.pk).state == "reported"


def test_a_submit_without_a_grade_brings_the_proposal_to_be_looked_at():
    incident = make.report()
    client = signed_in("it")
    answer = client.post(address(incident), confirmation(incident, level=None, **posted({6: True})))
    assert answer.status_code == 422
    assert 'value="3" id="id_level_2" checked' in answer.text
    answer = client.post(address(incident), confirmation(incident, level="3", **posted({6: True})))
    assert answer.status_code == 302
    assert Grading.objects.get().decided == 3


def test_the_page_asks_why_at_the_field_where_a_person_decides_otherwise():
    incident = make.report()
    client = signed_in("it")
    said = confirmation(incident, level="4", **posted({4: True}))
    answer = client.post(address(incident), said)
    assert answer.status_code == 422
    assert "difference" in answer.context["form"].errors
    assert client.post(address(incident), said | {"difference": "只有一台"}).status_code == 302


def test_a_regrade_has_the_worksheet_too():
    incident = make.confirmed()
    shown = proposal(incident, verb="regrade", answer_1="yes", level="2", proposed="2")
    assert 'value="1" id="id_level_0" checked' in shown
    said = {"level": "1", "convene": "yes", "reason": "全院停用", **posted({1: True})}
    answer = signed_in("it").post(address(incident, "regrade"), said)
    assert answer.status_code == 302
    assert list(Grading.objects.values_list("verb", "decided")) == [("confirm", 2), ("regrade", 1)]


def test_only_verbs_that_grade_have_a_proposal():
    incident = make.report()
    url = reverse("incidents:proposal", args=[incident.pk, "dismiss"])
    assert signed_in("it").get(url).status_code == 404


def test_how_the_grade_was_found_stands_on_page_api_and_report():
    incident = make.report()
    workflow.confirm(
        incident.pk,
        by=make.person("it"),
        fault_type="software",
        level=3,
        convene=False,
        reason="轻",
        affected=[make.department()],
        answers={4: True},
        difference="两台自助机还能用",
    )
    client = signed_in("cs")
    assert "两台自助机还能用" in client.get(reverse("incidents:guide", args=[incident.pk])).text
    (told,) = client.get(f"/api/incidents/{incident.pk}/").json()["gradings"]
    assert (told["proposed"], told["decided"], told["difference"]) == (2, 3, "两台自助机还能用")
    review = Review.objects.create(incident=incident, opened_at=make.later())
    content = compose(review)
    assert content["gradings"][0]["proposed"] == "Ⅱ"


def test_the_api_takes_answers_and_refuses_a_grade_without_a_reason():
    incident = make.report()
    said = {
        "fault_type": "software",
        "level": 4,
        "convene": False,
        "reason": "轻",
        "affected": [make.department().pk],
        "answers": [{"question": 4, "yes": True}],
    }
    client, url = signed_in("it"), f"/api/incidents/{incident.pk}/confirm/"
    refused = client.post(url, said, content_type="application/json")
    assert refused.status_code == 422
    said["difference"] = "只有一台"
    assert client.post(url, said, content_type="application/json").status_code == 200
