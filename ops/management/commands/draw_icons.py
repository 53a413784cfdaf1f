"""`manage.py draw_icons`: the app's icons as PNG, drawn from static/img/app*.svg."""

from typing import Any

import typst
from django.conf import settings
from django.core.management.base import BaseCommand

# Name of the picture: its drawing, and how wide it is in pixels.
ICONS = {
    "app-192.png": ("app.svg", 192),
    "app-512.png": ("app.svg", 512),
    "app-maskable-512.png": ("app-maskable.svg", 512),
    "app-180.png": ("app-maskable.svg", 180),
}


class Command(BaseCommand):
    help = "Draws the app's icons anew; for who changed their SVG. The pictures are committed."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "img"
        for name, (drawing, pixels) in ICONS.items():
            sheet = (
                f"#set page(width: {pixels}pt, height: {pixels}pt, margin: 0pt, fill: none)\n"
                '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
            )
            svg = (folder / drawing).read_text(encoding="utf-8")
            made = typst.compile(sheet.encode(), format="png", ppi=72, sys_inputs={"svg": svg})
            (folder / name).write_bytes(bytes(made[0] if isinstance(made, list) else made))
            self.stdout.write(name)
