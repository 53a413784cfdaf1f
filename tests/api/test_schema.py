import inspect

import pytest
from openapi_spec_validator import validate

from incidents import workflow
from tests import make

# Called by other apps' verbs or by beat, never from outside.
NOT_AN_ADDRESS = {
    *("close", "climb", "conclude_notices", "follow_progress", "notify", "report", "take_over"),
    "arm_regulatory",
    *("note_running_out", "note_shortage"),
    # Of notices, and of files, which are no JSON: tests/incidents/test_evidence.py.
    *("await_ratification", "retract_notice", "settle_ratification", "attach"),
    "pay_for",
}
# A press of one's own: nothing is asked, and no version is compared.
ASKS_NOTHING = {"check_reentry", "confirm_all_clear", "resume_drill", "resume_all_drills"}
OF_ALL = ("pause", "resume", "end")
# Two moments of a device, which become the one argument `filing`.
FILING = {"filed_at", "sent_at"}
OTHERWISE_NAMED = {
    **{f"{verb}_all_drills": f"/api/incidents/{verb}_all_drills/" for verb in OF_ALL},
    "confirm_manual_on": "/api/manual-modes/{id}/confirm_on/",
    "confirm_manual_off": "/api/manual-modes/{id}/confirm_off/",
    "register": "/api/batches/",
    "reserve": "/api/batches/reserve/",
    "open_batch": "/api/batches/{id}/open/",
    "retire": "/api/batches/{id}/retire/",
    **{
        verb: f"/api/batches/{{id}}/{verb}/"
        for verb in ("mark", "account", "reenter", "count_cash", "explain")
    },
    "confirm_all_clear": "/api/all-clear-receipts/{id}/confirm/",
    "close_batch": "/api/batches/{id}/close/",
    "check_reentry": "/api/reentries/{id}/check/",
    "return_reentry": "/api/reentries/{id}/return/",
    "take_check": "/api/checks/{id}/take/",
    "assign_check": "/api/checks/{id}/assign/",
    "decide_check": "/api/checks/{id}/decide/",
    "read_back_order": "/api/orders/{id}/read_back/",
    "finish_order": "/api/orders/{id}/finish/",
    "refuse_order": "/api/orders/{id}/refuse/",
    "note_regulatory": "/api/clocks/{id}/note/",
    "waive_regulatory": "/api/clocks/{id}/waive/",
}


@pytest.fixture
def schema(api):
    answer = api("it").get("/api/schema/")
    assert answer.status_code == 200
    return answer.json()


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"] == "3.1.0"
    validate(schema)


def test_every_verb_of_the_incident_has_an_address(schema):
    for verb in set(workflow.__all__) - NOT_AN_ADDRESS:
        address = OTHERWISE_NAMED.get(verb, f"/api/incidents/{{id}}/{verb}/")
        assert "post" in schema["paths"][address], verb


def test_what_a_verb_takes_is_documented_as_it_is(schema):
    """The body in the description is the verb's own arguments, not the shape of its answer."""
    for verb in set(workflow.__all__) - NOT_AN_ADDRESS:
        address = OTHERWISE_NAMED.get(verb, f"/api/incidents/{{id}}/{verb}/")
        operation = schema["paths"][address]["post"]
        if verb in ASKS_NOTHING:
            assert "requestBody" not in operation, verb
            continue
        content = operation["requestBody"]["content"]["application/json"]
        name = content["schema"]["$ref"].rpartition("/")[2]
        body = schema["components"]["schemas"][name]
        takes = inspect.signature(getattr(workflow, verb)).parameters
        assert set(body["properties"]) - FILING <= set(takes), verb
        assert operation.get("summary") or operation["description"], verb
    confirm = schema["components"]["schemas"]["ConfirmRequest"]
    assert {"fault_type", "level", "convene", "reason", "affected"} <= set(confirm["required"])


def test_errors_are_documented_as_problems(schema):
    responses = schema["paths"]["/api/incidents/{id}/confirm/"]["post"]["responses"]
    for status in ("400", "401", "403", "404", "409", "422"):
        content = responses[status]["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "429" in schema["paths"]["/api/tokens/"]["post"]["responses"]


@pytest.mark.django_db
def test_the_page_of_the_description_needs_no_inline_script_and_no_stranger(client):
    assert client.get("/api/docs/").status_code == 302
    client.force_login(make.person("it"))
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert page.content.count(b"<script") == page.content.count(b"<script defer src=")
