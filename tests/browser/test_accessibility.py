"""Every tab passes axe's rules of WCAG 2.1 A and AA, light and dark; German-length words and phones do not break it."""

from pathlib import Path

import axe_core_python
import pytest

pytestmark = pytest.mark.browser

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TABS = ("Compare", "Look inside", "Stress", "Visibility", "Trade-offs", "Failures", "Several", "Papers")
RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},  # no other rule looks at colours
}
GRADIOS_COPY = "plotly.js-style-global"  # the id of a style that Gradio copies into each plot; nobody refers to it
BUS = "Pedestrians and a bus"


# What the other tabs hold is out of the page meanwhile: axe would go through all of it, and find it hidden.
RUN = """async rules => {
  const hidden = [...document.querySelectorAll("[role=tabpanel]")].filter(panel => !panel.checkVisibility());
  const held = hidden.map(panel => {
    const fragment = document.createDocumentFragment();
    fragment.append(...panel.childNodes);
    return fragment;
  });
  const found = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  hidden.forEach((panel, place) => panel.append(held[place]));
  return found.violations;
}"""


def violations(page, scheme):
    """What axe finds in the page as it is, a line each."""
    found = page.evaluate(RUN, RULES[scheme])
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
        if GRADIOS_COPY not in node["failureSummary"]
    ]


# Gradio shows an empty place, whose label axe forbids, until what draws figures has been loaded.
DRAWN = "() => ![...document.querySelectorAll('.empty[aria-label]')].some(one => one.checkVisibility())"


@pytest.mark.parametrize("scheme", RULES)
def test_axe_finds_nothing(visit, scheme):
    visitor = visit(dark=scheme == "dark")
    visitor.page.evaluate(AXE)
    visitor.pick_sample(BUS)
    visitor.page.locator(".pv-people button").first.click()
    problems = {}
    for tab in TABS:
        visitor.page.get_by_role("tab", name=tab).click()
        visitor.settle()
        visitor.page.wait_for_function(DRAWN)
        if found := violations(visitor.page, scheme):
            problems[tab] = found
    assert problems == {}, "\n".join(line for tab, lines in problems.items() for line in (tab, *lines))


def test_no_tab_needs_sideways_scrolling_on_a_phone(visit, artefacts):
    visitor = visit("phone", has_touch=True)
    visitor.pick_sample(BUS)
    for tab in TABS:
        button = visitor.page.get_by_role("tab", name=tab)
        if not button.is_visible():  # Gradio folds tabs that have no room into a menu
            visitor.page.locator(".overflow-menu button").first.click()
            button = visitor.page.locator(".overflow-dropdown button", has_text=tab)
        button.click()
        visitor.settle()
        assert visitor.page.evaluate("() => document.documentElement.scrollWidth") == 390, tab
        visitor.screenshot(artefacts / f"phone-{tab.lower().replace(' ', '-')}.png", full_page=True)
