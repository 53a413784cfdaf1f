"""The sound: who has switched it on hears a new report without looking."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.visiting import Visitors

# Counts tones in place of playing them: a browser without a loudspeaker is as good.
COUNTED = """
window.tones = 0;
const made = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  window.tones += 1;
  return made.call(this);
};
"""


def test_a_new_report_is_heard_by_who_has_switched_the_sound_on(
    visitors: Visitors, make_there: Any
):
    page = visitors.person("zhiban").go("/dashboard/")
    page.add_init_script(COUNTED)
    page.reload()
    page.locator("[data-alarm-switch]").click()
    expect(page.locator("html")).to_have_attribute("data-alarm", "on")
    before = page.evaluate("window.tones")
    pk = make_there("make.report(location='响铃').pk")
    expect(page.locator(f"#open #incident-{pk}")).to_be_visible(timeout=15_000)
    page.wait_for_timeout(500)
    assert page.evaluate("window.tones") > before
