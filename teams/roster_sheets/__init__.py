"""A roster as a workbook: its final calendar and its rules, to be edited and taken in again.

`book` writes both sheets; `take` reads one of them; `rules_with` says what the roster's rules
would be with the rows that were read. Nothing here writes to the database.
"""

from teams.roster_sheets.columns import CALENDAR, RULES, TITLES
from teams.roster_sheets.reading import ROWS, Taken, take
from teams.roster_sheets.rules import FROM_SHEET, rules_with
from teams.roster_sheets.writing import book, template

__all__ = [
    "CALENDAR",
    "FROM_SHEET",
    "ROWS",
    "RULES",
    "TITLES",
    "Taken",
    "book",
    "rules_with",
    "take",
    "template",
]
