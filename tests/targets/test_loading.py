"""Published figures from CSV: all rows or none, each error with its line and column, a second run without effect."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from planportal.plan.models import Plan
from targets.loading import BadRow, load
from targets.models import Figure, Target, in_force

HEADER = "target,year,city,value,unit,status,basis,published,source_title,source_publisher,source_address,note"
GOOD = "incubators,2018,,140,家,published,,2019-03-01,统计公报,省科技厅,,年末"
FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "published_figures.csv"


def rows(*lines: str) -> io.StringIO:
    return io.StringIO("\n".join([HEADER, *lines]) + "\n")


def test_the_published_figures_are_approved_with_source_standing_basis_and_date(
    target: Callable[[str], Target],
) -> None:
    figure = target("rd-intensity").figures.get(year=2019)
    assert (figure.value, figure.basis, figure.standing, figure.state) == (
        Decimal("1.08"),
        "rebased",
        "published",
        "approved",
    )
    assert figure.known_from == date(2020, 8, 27)
    assert figure.citation == "2019年全国科技经费投入统计公报（国家统计局/科技部/财政部）"


def test_a_bare_year_counts_as_its_last_day(target: Callable[[str], Target]) -> None:
    figure = target("technology-contract-value").figures.get(year=2020)
    assert (figure.source_published, figure.known_from) == ("2021", date(2021, 12, 31))


def test_a_second_run_changes_nothing(seeded: Plan) -> None:
    before = list(Figure.objects.values_list("pk", "version", "sequence"))
    with FIXTURE.open(encoding="utf-8") as file:
        assert load(seeded, file) == (0, 30)
    assert list(Figure.objects.values_list("pk", "version", "sequence")) == before


def test_a_new_row_is_loaded_beside_the_known_ones(seeded: Plan, target: Callable[[str], Target]) -> None:
    assert load(seeded, rows(GOOD)) == (1, 0)
    assert target("incubators").figures.get(year=2018).value == Decimal(140)


def test_a_later_publication_supersedes_the_earlier_one(seeded: Plan, target: Callable[[str], Target]) -> None:
    later = GOOD.replace("2019-03-01", "2020-03-01").replace(",140,", ",141,")
    load(seeded, rows(GOOD, later))
    first, second = target("incubators").figures.filter(year=2018).order_by("sequence")
    assert second.supersedes == first


def test_an_earlier_publication_that_is_loaded_late_supersedes_nothing(
    seeded: Plan, target: Callable[[str], Target]
) -> None:
    later = GOOD.replace("2019-03-01", "2020-03-01").replace(",140,", ",141,")
    load(seeded, rows(later))
    load(seeded, rows(GOOD))
    found = target("incubators").figures.filter(year=2018).order_by("sequence")
    assert [figure.supersedes for figure in found] == [None, None]
    holding = in_force(found)
    assert holding is not None
    assert holding.value == Decimal(141)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("incubators", "incubator"), "第 3 行，target 列"),
        (("2018", "2031"), "第 3 行，year 列"),
        (("2018,,", "2018,239900,"), "第 3 行，city 列"),
        ((",140,", ",140.5,"), "第 3 行，value 列"),
        ((",140,", ",１４０,"), "第 3 行，value 列"),
        ((",140,", ",-140,"), "第 3 行，value 列"),
        ((",140,", ",,"), "第 3 行，value 列"),
        ((",家,", ",个,"), "第 3 行，unit 列"),
        (("published", "rumour"), "第 3 行，status 列"),
        (("published,,", "published,first,"), "第 3 行，basis 列"),
        (("2019-03-01", "2019-02-30"), "第 3 行，published 列"),
        (("统计公报", ""), "第 3 行，source_title 列"),
        ((",年末", ""), "第 3 行，（整行） 列"),
        ((",年末", ",年末,多"), "第 3 行，（整行） 列"),
    ],
)
def test_a_bad_row_names_its_line_and_column_and_loads_nothing(
    seeded: Plan, change: tuple[str, str], where: str
) -> None:
    before = Figure.objects.count()
    good = GOOD.replace("2018", "2017")
    with pytest.raises(BadRow) as error:
        load(seeded, rows(good, GOOD.replace(*change, 1)))
    assert str(error.value).startswith(where)
    assert Figure.objects.count() == before


def test_another_value_under_the_same_key_is_an_error(seeded: Plan) -> None:
    load(seeded, rows(GOOD))
    with pytest.raises(BadRow) as error:
        load(seeded, rows(GOOD.replace(",140,", ",141,")))
    assert "第 2 行，value 列" in str(error.value)


def test_the_command_reports_a_wrong_header_in_one_line(seeded: Plan, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 1 行"):
        call_command("load_figures", str(path))


def test_the_command_reports_a_file_that_is_not_there(seeded: Plan, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法读取"):
        call_command("load_figures", str(tmp_path / "none.csv"))
