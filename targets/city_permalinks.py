"""Permanent links to the page of a prefecture: the address of its figures as they were shown, and what became of them.

In the same form as the links of the other pages (targets.permalinks); the digest is of the figures that the page's
download has.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from planportal.web.writing import written_figure
from targets.areas import AreaFigures
from targets.city_pages import CityPage, CityRow, csv_rows, read_city_page
from targets.city_rankings import rank_words
from targets.permalinks import (
    ALL_KNOWN,
    Cited,
    Permalink,
    Superseded,
    asked_state,
    day_to_cite,
    digest,
    link_query,
)
from targets.wording import with_unit


def read_city_permalink(given: Mapping[str, str], areas: AreaFigures, page: CityPage) -> Permalink:
    """The link to what a prefecture's page shows, and what became of the state that its own address cites.

    `areas` are the figures that the page was made of; no query of its own. No link is given to the `reported` view
    and to a day that is still to come. Raises Invalid for a state that is malformed or does not go with the question.
    """
    asked = asked_state(given, areas.question)
    cited = _cited(asked, areas, page) if asked else None
    return Permalink(query=_query(areas, page), cited=cited)


def state_of(page: CityPage) -> str:
    """The digest of all figures of a prefecture, as its download has them."""
    return digest({"city": page.city.code, "figures": list(csv_rows(page))})


def _query(areas: AreaFigures, page: CityPage) -> str:
    question = areas.question
    day = day_to_cite(question)
    if day is None:
        return ""
    # A figure may be dated later than today: what counts on the day itself is what the link will show.
    is_frozen = question.known_by is not None or not areas.has_later_than(day)
    frozen = page if is_frozen else read_city_page(areas.as_known_by(day), page.city)
    return link_query(question, day, state_of(frozen), {})


def _cited(state: str, areas: AreaFigures, page: CityPage) -> Cited:
    today = read_city_page(areas.as_known_by(ALL_KNOWN), page.city)
    return Cited(
        is_same=state_of(page) == state,
        superseded=tuple(_superseded(page, today)),
        checked=_("核对的是本市（地）各年的数值、同口径全省数、占比和位次。"),
    )


def _superseded(page: CityPage, today: CityPage) -> Iterator[Superseded]:
    then, now = _by_target(page), _by_target(today)
    for before, after in zip(page.rows, today.rows, strict=True):
        code = before.target.code
        if then.get(code) != now.get(code):
            yield Superseded(before.target, *_in_words(before, after))


def _by_target(page: CityPage) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in csv_rows(page):
        found.setdefault(line["target"], []).append(line)
    return found


def _in_words(before: CityRow, after: CityRow) -> tuple[str, str]:
    words = (_told(before), _told(after))
    return words if words[0] != words[1] else (words[0], _("最新数据相同，其他年份、全省数或占比有变"))


def _told(row: CityRow) -> str:
    if row.latest is None:
        return _("没有数据")
    figure, target = row.latest.figure, row.target
    value = with_unit(written_figure(figure.value, target.decimals), target.unit)
    return _("%(year)s 年为 %(value)s，居%(rank)s") % {
        "year": figure.year,
        "value": value,
        "rank": rank_words(row.latest),
    }
