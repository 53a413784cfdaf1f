"""docs/plan-coverage.md names a page and a test for each demand; here it is held true."""

import ast
import re

import pytest
from django.conf import settings
from django.urls import get_resolver

TEXT = (settings.BASE_DIR / "docs" / "plan-coverage.md").read_text("utf-8")
ROWS = {
    row[0]: row[1:]
    for row in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TEXT.splitlines()
        if line.startswith("| P")
    )
}
DEMANDS = [f"P{number}" for number in range(1, 22)]


def names() -> set[str]:
    """Every address by its full name."""
    found = set()
    for prefix, (_pattern, resolver) in get_resolver().namespace_dict.items():
        found |= {f"{prefix}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


def test_each_demand_has_its_row():
    assert list(ROWS) == DEMANDS


@pytest.mark.parametrize("demand", DEMANDS)
def test_its_pages_exist(demand):
    named = set(re.findall(r"`([a-z]+:[a-z_]+)`", ROWS[demand][1]))
    assert named <= names()
    assert named or f"**{demand}**" in TEXT, "a demand without a page is told as not built"


@pytest.mark.parametrize("demand", DEMANDS)
def test_its_tests_exist(demand):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[demand][2])
    assert named
    for path, function in named:
        tree = ast.parse((settings.BASE_DIR / path).read_text("utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in functions, f"{path} has no {function}"
