"""Tokens of the API: knox keeps only their digest, they expire, their owner can end them."""

import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from journal import rows
from journal.refusals import Refusal
from teams.models import Person

# The person behind a token, by its digest.
_WHOSE = (
    f"SELECT token.expiry, {rows.columns(Person, 'person')} FROM knox_authtoken token "  # noqa: S608
    "JOIN teams_person person ON person.id = token.user_id WHERE token.digest = %s"
)


class WrongPassword(Refusal):
    """Name and password do not belong together."""

    status = 401
    code = "wrong_password"


class TooManyAttempts(Refusal):
    """The name (or the address) is locked for a while, on the pages as well."""

    status = 429
    code = "too_many_attempts"


class FirstPassword(Refusal):
    """The password was handed over; the person has yet to choose one, on the pages."""

    status = 403
    code = "password_change_required"


class PersonToken(TokenAuthentication):
    """`Authorization: Token …`, found by its digest in one query.

    knox's own class reads all tokens of the person and tidies them away, in every request.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[Person, AuthToken]:
        try:
            digest = hash_token(token.decode("ascii"))
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("令牌无效。")) from None
        with connection.cursor() as cursor:
            cursor.execute(_WHOSE, [digest])
            found = cursor.fetchone()
        if found is None:
            raise AuthenticationFailed(_("令牌无效。"))
        expiry, *values = found
        if expiry is not None and expiry < timezone.now():
            raise AuthenticationFailed(_("令牌已过期，请重新登录。"))
        person = rows.built(Person, values)
        if not person.is_active:
            raise AuthenticationFailed(_("这个账号已停用。"))
        return person, AuthToken(digest=digest, user=person, expiry=expiry)


class PersonTokenScheme(OpenApiAuthenticationExtension):
    target_class = PersonToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` followed by the token from `POST /api/tokens/`.",
        }


def issue(request: HttpRequest, username: str, password: str) -> tuple[Person, str, Any]:
    """Sign in for a token; gives the person, the token (never shown again) and its end.

    Shares its lockout with the sign-in page. Tokens of this person that have expired are removed.
    Raises WrongPassword, TooManyAttempts or FirstPassword.
    """
    try:
        person = get_adapter(request).authenticate(request, username=username, password=password)
    except ValidationError as error:
        raise TooManyAttempts(" ".join(error.messages)) from None
    # allauth hands over accounts that were closed as well: its pages tell them so.
    if person is None or not person.is_active:
        raise WrongPassword(_("用户名或密码不对。"))
    if person.must_change_password:
        raise FirstPassword(_("请先登录网页，把初始密码换成自己的。"))
    AuthToken.objects.filter(user=person, expiry__lt=timezone.now()).delete()
    token, secret = AuthToken.objects.create(person)
    expiry: datetime.datetime = token.expiry
    return person, secret, expiry


def end(token: AuthToken) -> None:
    """The token no longer opens anything."""
    token.delete()


def end_all(person: Person) -> None:
    """No token of this person opens anything any more."""
    AuthToken.objects.filter(user=person).delete()
