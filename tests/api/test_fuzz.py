"""Whatever a client sends, no answer is a 500, and each is one that the schema tells of."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests import make

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
CALLERS = ("cs", "it", "leader", "fault_head", "department", "auditor")


@pytest.fixture(autouse=True)
def _one_connection(db):
    """The WSGI application would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _token(who: str) -> str:
    _, token = AuthToken.objects.create(make.person(who))
    return f"Token {token}"


def _send_anything(examples: int) -> int:
    """Send generated requests to every operation; give the number of operations."""
    tokens = [_token(who) for who in CALLERS]
    # Rows of one number in several states, so that verbs get past «no such row».
    known = [
        make.incident(state).pk
        for state in ("reported", "confirmed", "repairing", "restoring", "cleaning", "reviewing")
    ]
    # A plan goes by its number: one in force, one under review, one to be written.
    numbers = [1, make.plan("review").number, make.plan("draft").number]
    schema = schemathesis.openapi.from_wsgi(
        "/api/schema/", application, headers={"Authorization": tokens[0]}
    )
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(),
            key=st.none() | st.sampled_from(known),
            token=st.sampled_from(tokens),
        )
        def send(case, key, token):
            if key is not None and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = key
                if case.path.startswith("/api/plans/"):
                    case.path_parameters["id"] = numbers[key % len(numbers)]
            case.headers["Authorization"] = token
            response = case.call()
            case.validate_response(response, checks=CHECKS)

        send()
    return len(operations)


def test_a_little_of_anything():
    assert _send_anything(examples=4) > 50


@pytest.mark.slow
def test_much_of_anything():
    assert _send_anything(examples=60) > 50
