"""What `make faults` measured, written between two lines of docs/reliability.md.

    python -m tests.faults.figures COMMAND …

runs the command (pytest on this folder) and writes what its tests told. Tests call `note`, which
only prints unless FAULT_FIGURES names a file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"


def note(number: int, fault: str, size: str, **measured: object) -> None:
    """One row: its place in the table, what was done, how much of it, what came of it."""
    file = os.environ.get("FAULT_FIGURES")
    said = ", ".join(f"{name.replace('_', ' ')} {_short(it)}" for name, it in measured.items())
    print(f"{fault} | {size} | {said}")
    if file:
        with Path(file).open("a", encoding="utf-8") as rows:
            rows.write(json.dumps([number, fault, size, said]) + "\n")


def _short(value: object) -> str:
    return f"{value:.1f} s" if isinstance(value, float) else str(value)


def table(rows: list[list]) -> str:
    lines = ["| Fault | Size | Measured |", "|---|---|---|"]
    lines += [f"| {fault} | {size} | {said} |" for _n, fault, size, said in sorted(rows)]
    return "\n".join(lines)


def write(file: Path, seconds: float) -> None:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    text = PAGE.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    said = (
        f"One run of {seconds / 60:.1f} minutes on {os.cpu_count()} cores, everything on one "
        "machine. In all rows: nothing lost,\nno effect in the database twice, repeats marked and "
        "under their key, the journal whole.\n"
    )
    new = f"{before}{BEGIN}\n{said}\n{table(rows)}\n{END}{after}"
    PAGE.write_text(new, encoding="utf-8")
    print(f"{len(rows)} rows written to {PAGE.name}")


def main() -> int:
    """Give pytest's exit status; the page is written only when nothing was wrong."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.jsonl"
        file.touch()
        environment = os.environ | {"FAULT_FIGURES": str(file)}
        status = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
        if status == 0:
            write(file, time.monotonic() - began)
    return status


if __name__ == "__main__":
    sys.exit(main())
