"""Every text colour can be read on every ground, in both themes, and no eye takes one lamp for another."""

import itertools
import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "planportal/portal/frontend/src/tokens.css"
TEXT = ("ink", "ink-soft", "accent", "accent-deep", "green", "yellow", "red", "grey", "blue", "orange")
ENOUGH_FOR_TEXT = 4.5
ENOUGH_FOR_EDGES = 3.0
# A marked word among others; its hue tells it too, and it is bold.
SEEN_AT_ALL = 1.2
LAMPS = ("green", "yellow", "red", "grey")
# A difference of 2 is just seen with colours side by side (CIE 1976).
ENOUGH_FOR_LAMPS = 12.0
# What reaches an eye without one kind of cone, in linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme; the dark ones stand twice, for the system's choice and for the reader's."""
    blocks = re.findall(r"(:root\S*) \{([^}]*)\}", TOKENS.read_text(encoding="utf-8"))
    colours = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body)) for _, body in blocks]
    light, dark_by_system, dark_by_choice = [found for found in colours if found]
    return {"light": light, "dark by system": dark_by_system, "dark by choice": dark_by_choice}


def linear(colour: str) -> list[float]:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: 1 for equal colours, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """CIELAB of a colour as an eye sees it, under D65."""
    red, green, blue = (
        min(1.0, max(0.0, sum(part * light for part, light in zip(row, linear(colour), strict=True))))
        for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


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
    for text in ("ink", "ink-soft", "accent", "accent-deep"):
        assert contrast(colours[text], colours["mark"]) >= ENOUGH_FOR_TEXT
    assert contrast(colours["mark"], colours["paper"]) >= SEEN_AT_ALL
    assert contrast(colours["edge"], colours["paper"]) >= ENOUGH_FOR_EDGES


def test_both_ways_to_the_dark_theme_are_the_same() -> None:
    found = themes()
    assert found["dark by system"] == found["dark by choice"]


@pytest.mark.parametrize("theme", ["light", "dark by system"])
@pytest.mark.parametrize("eye", EYES)
def test_no_eye_takes_one_lamp_for_another(theme: str, eye: str) -> None:
    """Shape and word tell the status; the colour helps everybody."""
    seen = {lamp: lab(themes()[theme][lamp], eye) for lamp in LAMPS}
    nearest = min(math.dist(seen[one], seen[other]) for one, other in itertools.combinations(LAMPS, 2))
    assert nearest >= ENOUGH_FOR_LAMPS
