"""Spreadsheets (XLSX): rows out of a file that somebody filled in, and files that open well.

A sheet is a list of `Column`s. `read` gives the rows that are good and every cell that is not,
named by row and column letter; `write` makes a file with the same columns. Neither knows what
the rows are for. Formulas are never worked out, and a file never takes more than its bounds.
"""

from teams.sheets.cells import (
    Column,
    choice,
    clock,
    day,
    decimal,
    in_every_language,
    text,
    whole,
    yes_no,
)
from teams.sheets.reading import BadCell, Limits, Reading, Row, read
from teams.sheets.writing import CONTENT_TYPE, Sheet, write

__all__ = [
    "CONTENT_TYPE",
    "BadCell",
    "Column",
    "Limits",
    "Reading",
    "Row",
    "Sheet",
    "choice",
    "clock",
    "day",
    "decimal",
    "in_every_language",
    "read",
    "text",
    "whole",
    "write",
    "yes_no",
]
