"""What every API of the product shares: a verb as an address, rows by key, and the journal."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from journal import rows
from journal.models import Entry
from journal.moments import FAR, within_memory
from journal.telling import label_of, sentence_of

INTEGER = 2_147_483_647
BIG_INTEGER = 9_223_372_036_854_775_807


def verb(
    function: Callable[..., Any],
    shape: type[serializers.Serializer],
    *,
    answer: type[serializers.Serializer],
    name: str = "",
    address: str = "",
    takes_files: bool = False,
) -> Any:
    """`POST …/{id}/{address}/`: a verb of a `workflow`, for a ViewSet with `answered(pk, done)`.

    Takes the verb, the shape of its body (whose fields are the verb's own arguments), the shape of
    the answer, and the method's name and address where they are not the verb's own name.
    `takes_files`: the body may be `multipart/form-data` as well. The verb decides everything else.
    """
    parsers = (JSONParser, MultiPartParser) if takes_files else (JSONParser,)

    def act(self: Any, request: Request, pk: int) -> Response:
        given = shape(data=request.data)
        given.is_valid(raise_exception=True)
        done = function(pk, by=request.user, **given.validated_data)
        shown = answer(self.answered(pk, done), context=self.get_serializer_context())
        return Response(shown.data)

    act.__name__ = name or function.__name__
    act.__doc__ = function.__doc__
    offered = action(
        detail=True, methods=["post"], url_path=address or act.__name__, parser_classes=parsers
    )(act)
    # Above the action, which would wipe out what was documented below it.
    return extend_schema(
        request=shape,
        responses={200: answer},
        summary=(function.__doc__ or act.__name__).split("\n\n")[0].replace("\n", " "),
        description="\n".join((function.__doc__ or "").split("\n\n")[1:]) or None,
        filters=False,
    )(offered)


@extend_schema_field(serializers.IntegerField(min_value=1))
class RowField(serializers.IntegerField):
    """A row named by its key. Gives the row itself."""

    default_error_messages = {"unknown": _("没有编号为 {row} 的{what}。")}

    def __init__(self, queryset: QuerySet[Any], **options: Any) -> None:
        self.queryset = queryset
        super().__init__(min_value=1, max_value=BIG_INTEGER, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        key = super().run_validation(data)
        if not isinstance(key, int):
            return key
        found = rows.among(self.queryset, [key])
        if not found:
            self.fail("unknown", row=key, what=self.queryset.model._meta.verbose_name)
        return found[0]


@extend_schema_field(serializers.ListField(child=serializers.IntegerField(min_value=1)))
class RowsField(serializers.ListField):
    """Rows named by their keys, in one query. Gives the rows, each once."""

    child = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)
    default_error_messages = {"unknown": _("没有编号为 {row} 的{what}。")}

    def __init__(self, queryset: QuerySet[Any], **options: Any) -> None:
        self.queryset = queryset
        super().__init__(max_length=200, **options)

    def run_validation(self, data: Any = serializers.empty) -> list[Model]:
        keys = super().run_validation(data)
        if not keys:
            return []
        found = {row.pk: row for row in rows.among(self.queryset, keys)}
        for key in keys:
            if key not in found:
                self.fail("unknown", row=key, what=self.queryset.model._meta.verbose_name)
        return list(found.values())


class MomentField(serializers.DateTimeField):
    """A moment within living memory: others cannot be told in every zone."""

    default_validators = [within_memory]

    def to_internal_value(self, value: Any) -> datetime.datetime:
        try:
            return super().to_internal_value(value)
        except OverflowError as error:
            # The first and the last day of all years are in some zones outside of them.
            raise serializers.ValidationError(FAR, code="far") from error


class _FilterMoment(IsoDateTimeField):
    def to_python(self, value: Any) -> datetime.datetime | None:
        moment = super().to_python(value)
        if moment is None:
            return None
        within_memory(moment)
        # PostgreSQL takes no zone that is sixteen hours from UTC or farther.
        return moment.astimezone(datetime.UTC)


class MomentFilter(IsoDateTimeFilter):
    """Rows before or after a moment within living memory."""

    field_class = _FilterMoment


class Fixed(serializers.Serializer):
    """A shape whose fields are put together once a process; DRF does it anew for each body.

    What looks at the request (`self.context`) sets `looks_at_request`, and is as DRF has it.
    """

    looks_at_request = False

    @property
    def fields(self) -> Any:
        if self.looks_at_request:
            return super().fields
        cls = type(self)
        if "_fixed" not in cls.__dict__:
            cls._fixed = super().fields  # type: ignore[attr-defined]
        return cls._fixed  # type: ignore[attr-defined]


class Seen(Fixed):
    """The version that the caller saw; when the row has moved on since, the answer is 409."""

    version = serializers.IntegerField(
        min_value=1, max_value=INTEGER, required=False, allow_null=True
    )


class EntryShape(serializers.ModelSerializer[Entry]):
    """One fact of the journal, with its words and its place in the hash chain."""

    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a name of the contract, not the attribute of Field
    sentence = serializers.SerializerMethodField()
    facts = serializers.DictField()

    class Meta:
        model = Entry
        fields = [
            *("seq", "event", "label", "sentence", "actor", "actor_name", "at", "facts"),
            *("previous_hash", "hash"),
        ]

    def get_label(self, entry: Entry) -> str:
        return label_of(entry.event)

    def get_sentence(self, entry: Entry) -> str:
        return sentence_of(entry.event, entry.facts)
