"""How the API pages through rows. A module of its own: settings name it before apps are loaded."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Cursor pages, newest first: stable while new rows come in."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200
