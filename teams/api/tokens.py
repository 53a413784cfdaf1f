"""The API's door to signing in: tokens."""

from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journal.refusals import Conflict
from teams import tokens
from teams.api.organisation import PersonShape


class SignIn(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class TokenShape(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once. Send it as `Authorization: Token …`.")
    expires_at = serializers.DateTimeField()
    person = PersonShape()


class Tokens(APIView):
    """The caller's own tokens."""

    def get_permissions(self):
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    def get_authenticators(self):
        # A stale token in the header must not stop anybody from getting a new one.
        if self.request is not None and self.request.method == "POST":
            return []
        return super().get_authenticators()

    @extend_schema(operation_id="tokens_create", request=SignIn, responses={201: TokenShape})
    def post(self, request: Request) -> Response:
        """Sign in for a token. Too many wrong passwords lock the name, here and on the pages."""
        given = SignIn(data=request.data)
        given.is_valid(raise_exception=True)
        person, token, expires_at = tokens.issue(request._request, **given.validated_data)
        shown = TokenShape({"token": token, "expires_at": expires_at, "person": person})
        return Response(shown.data, status=201)

    @extend_schema(operation_id="tokens_destroy", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the token that this request came with."""
        if not isinstance(request.auth, AuthToken):
            raise Conflict("This request came without a token.")
        tokens.end(request.auth)
        return Response(status=204)
