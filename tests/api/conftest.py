import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests import make


@pytest.fixture
def api(db):
    """`api("it")` is a client with a token of that person; `api()` is nobody's."""

    def client(who: str | None = None) -> APIClient:
        made = APIClient()
        if who is not None:
            _, token = AuthToken.objects.create(make.person(who))
            made.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return made

    return client
