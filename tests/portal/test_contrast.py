"""Every text colour can be read on every ground, in the light and in the dark theme."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "planportal/portal/frontend/src/tokens.css"
TEXT = ("ink", "ink-soft", "accent", "accent-deep", "green", "yellow", "red", "grey", "blue", "orange")
ENOUGH_FOR_TEXT = 4.5
ENOUGH_FOR_EDGES = 3.0


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme; the dark ones stand twice, for the system's choice and for the reader's."""
    blocks = re.findall(r"(:root\S*) \{([^}]*)\}", TOKENS.read_text(encoding="utf-8"))
    colours = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body)) for _, body in blocks]
    light, dark_by_system, dark_by_choice = [found for found in colours if found]
    return {"light": light, "dark by system": dark_by_system, "dark by choice": dark_by_choice}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: 1 for equal colours, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by choice"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("text", TEXT)
def test_text_can_be_read(theme: str, ground: str, text: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= ENOUGH_FOR_TEXT


@pytest.mark.parametrize("theme", ["light", "dark by system"])
def test_words_on_buttons_and_edges_of_fields(theme: str) -> None:
    colours = themes()[theme]
    assert contrast(colours["on-accent"], colours["accent"]) >= ENOUGH_FOR_TEXT
    assert contrast(colours["accent-deep"], colours["accent-wash"]) >= ENOUGH_FOR_TEXT
    assert contrast(colours["ink-soft"], colours["accent-wash"]) >= ENOUGH_FOR_TEXT
    assert contrast(colours["edge"], colours["paper"]) >= ENOUGH_FOR_EDGES


def test_both_ways_to_the_dark_theme_are_the_same() -> None:
    found = themes()
    assert found["dark by system"] == found["dark by choice"]
