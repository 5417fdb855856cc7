"""How long lists are handed out."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """By cursor, so that what is written meanwhile moves nothing; `ordering` says what is new."""

    page_size = 50
