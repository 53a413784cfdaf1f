import io
import re

import httpx
import pytest
import yaml
from django.core.management import CommandError, call_command

from drills.scenario import (
    DEMO_CAST,
    FOLDER,
    BadScenario,
    Cast,
    cause_of,
    load,
    measure_of,
)
from ops import demo

SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def play(scenario, **options):
    out = io.StringIO()
    call_command("play", scenario, speed=0, stdout=out, **options)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_runs_from_report_to_archive(site, scenario):
    told = play(scenario, base_url=site.url)
    steps = load(scenario).steps
    assert "✗" not in told
    assert len(re.findall(r"^\d\d:\d\d:\d\d \+", told, re.MULTILINE)) == len(steps)
    assert "已提交并接收" in told.splitlines()[-3]
    assert "已归档" in told.splitlines()[-3]
    assert "写明来自评估的整改项" in told.splitlines()[-2]


@pytest.mark.slow
def test_a_scenario_runs_as_a_drill_against_the_product(site):
    """All of them: test_rehearsal.py."""
    told = play("registration-hall-outage", base_url=site.url, drill=True)
    assert "✗" not in told
    assert "已归档" in told
    assert "写明来自演练发现" in told.splitlines()[-2]
    assert "【演练】" not in httpx.get(f"{site.url}status.json").text


@pytest.mark.slow
def test_a_surprise_ends_the_play_with_an_error(site, tmp_path):
    data = yaml.safe_load((FOLDER / "registration-hall-outage.yaml").read_text())
    confirm = next(step for step in data["steps"] if step["does"] == "confirm")
    confirm["who"] = "logistics"
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text(yaml.safe_dump(data, allow_unicode=True))
    with pytest.raises(CommandError, match="403"):
        play(str(scenario), base_url=site.url)


def test_a_server_that_is_not_there_is_said_in_words():
    with pytest.raises(CommandError, match="没有回应"):
        play(SCENARIOS[0], base_url="http://127.0.0.1:9")


def test_the_cast_of_the_demo_are_people_of_the_demo():
    hospital = yaml.safe_load(demo._HOSPITAL.read_text(encoding="utf-8"))
    cast = Cast.read(DEMO_CAST)
    assert cast.accounts <= set(hospital["people"])
    assert set(cast.departments) <= set(hospital["departments"])
    assert cast.password == demo.PASSWORD


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_everybody_in_a_scenario_has_an_account(scenario):
    cast = Cast.read(DEMO_CAST)
    for step in load(scenario).steps:
        assert cast.account(step)


def test_what_is_written_by_hand_is_understood():
    assert measure_of("医保接口熔断(信息技术部,30天)") == ("医保接口熔断", "信息技术部", 30)
    assert cause_of("系统设计缺陷") == "design"
    assert cause_of("外部因素与操作失误") == "external"
    with pytest.raises(BadScenario):
        measure_of("医保接口熔断")
    with pytest.raises(BadScenario, match="registration-hall-outage"):
        load("no-such-scenario")
