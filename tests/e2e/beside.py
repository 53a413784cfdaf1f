"""A process beside the running product that evaluates lines with `tests.make`, one after another.

    python -m ops.inside python -m tests.e2e.beside

Reads one line as JSON, answers with one line that begins with `MARK`: what the line gave, or what
went wrong. Loading the product takes seconds; this way it is loaded once, not for each line.
"""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

MARK = "beside: "


class Beside:
    """The same, seen from the tests. `surroundings` is the environment of the running product."""

    def __init__(self, surroundings: dict[str, str]):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ops.inside", sys.executable, "-m", "tests.e2e.beside"],
            cwd=Path(__file__).resolve().parents[2],
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, line: str) -> Any:
        """What the line gives, by way of JSON."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        # Whatever the product logs meanwhile is not the answer.
        for said in self._process.stdout:
            if said.startswith(MARK):
                answer = json.loads(said.removeprefix(MARK))
                assert "wrong" not in answer, answer["wrong"]
                return answer["gives"]
        raise AssertionError("the process beside the product has ended")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def answer_lines() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.db import close_old_connections

    from tests import make

    for line in sys.stdin:
        close_old_connections()
        try:
            answer = {"gives": eval(json.loads(line), {"make": make})}  # noqa: S307  (our own tests')
            said = json.dumps(answer)
        except Exception:
            said = json.dumps({"wrong": traceback.format_exc()})
        print(f"\n{MARK}{said}", flush=True)


if __name__ == "__main__":
    answer_lines()
