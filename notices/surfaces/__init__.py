"""What patients are told, worded for each place where they meet it, from one set of facts.

Pure functions: no database, no request. The facts are what `notices.public.said` gives (plain data,
as it also lies in the copy on disk) or a `Told`.

    surface = surfaces.of(said, "hotline", language="zh")
    surface.heading, surface.lines, surface.text, surface.measure

Each surface is one file of this package and registers itself. What a fact says is worded once, in
`sentences`; a surface arranges it.
"""

from notices.surfaces import (  # noqa: F401, I001  (they register themselves, in the order of the tabs)
    page,
    screen,
    sign,
    hotline,
    guide,
    broadcast,
    sms,
    wechat,
    english,
    large,
)
from notices.surfaces.registry import KINDS, Kind, every, of
from notices.surfaces.surface import Line, Surface
from notices.surfaces.told import Told

__all__ = ["KINDS", "Kind", "Line", "Surface", "Told", "every", "of"]
