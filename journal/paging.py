"""How the API pages through rows. A module of its own: settings name it before apps load."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

# Keys and sequence numbers are positive integers of 64 bits.
_DIGITS = 18


class NewestFirst(CursorPagination):
    """Cursor pages, newest first: stable while new rows come in."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor of the request. Raises NotFound for one that was not made by us."""
        cursor = super().decode_cursor(request)
        position = str(cursor.position) if cursor and cursor.position is not None else None
        # Goes into a comparison with an integer column as it is.
        if position is not None and not (position.isdecimal() and len(position) <= _DIGITS):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class OldestFirst(NewestFirst):
    """Cursor pages in the order of the journal."""

    ordering = "seq"
