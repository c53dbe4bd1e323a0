"""What is measured with is right: generated provinces are lawful and assessed as the method says; so are ratios."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.test import Client

from planportal.accounts.models import City
from planportal.ops.bench import entries, provinces
from planportal.ops.bench.callers import Corrections
from planportal.ops.bench.provinces import CannotMakeError, Size, make_provinces
from planportal.ops.bench.ratios import against_smallest, is_flat, ratio_by_round, read_scales
from planportal.ops.bench.search_queries import QUERIES
from planportal.ops.bench.stages import Stage
from planportal.ops.bench.weights import most_kb
from planportal.plan.models import Plan
from planportal.search.folding import MOST_CHARACTERS
from planportal.search.models import Entry
from planportal.search.searching import search
from targets import recompute
from targets.models import Figure, FigureEvent, FigureVersion, Target, TargetBuild, View
from targets.progress import assess
from targets.submissions import indicator_of, submissions_of
from targets.values import written

PROVINCES = 2
SIZE = Size()


def make(count: int = PROVINCES, size: Size = SIZE) -> int:
    with connection.cursor() as cursor:
        return make_provinces(cursor, count, size)


@pytest.fixture
def made(seeded: Plan) -> Plan:
    """The second of two generated provinces."""
    make()
    return Plan.objects.get(code="province-0002")


def test_a_province_has_a_figure_for_each_target_area_and_year_with_its_version_and_event(made: Plan) -> None:
    figures = Figure.objects.filter(target__plan__code__startswith="province-")
    assert figures.count() == PROVINCES * SIZE.figures == 2 * 13 * 14 * 15
    keys = figures.filter(target__plan=made).values("target", "city", "year", "basis").distinct()
    assert keys.count() == SIZE.figures
    assert FigureVersion.objects.filter(figure__in=figures, number=1).count() == figures.count()
    assert FigureEvent.objects.filter(figure__in=figures, action="loaded", version=1).count() == figures.count()
    assert set(figures.values_list("year", flat=True)) == set(range(2006, 2021))


def test_versions_say_what_the_figures_say(made: Plan) -> None:
    for name in ("value", "state", "basis", "known_from", "sequence", "source", "provisional"):
        pairs = FigureVersion.objects.filter(figure__target__plan=made).values_list(name, f"figure__{name}")
        assert all(kept == now for kept, now in pairs), name


def test_cities_that_may_be_added_up_never_have_more_than_their_province(made: Plan) -> None:
    of_province = Figure.objects.filter(target__plan=made, target__additive=True, city=None)
    for figure in of_province:
        cities = Figure.objects.filter(target=figure.target, year=figure.year, city__isnull=False)
        assert sum(city.value or Decimal(0) for city in cities) <= (figure.value or Decimal(0))


def test_values_have_the_decimals_of_their_target(made: Plan) -> None:
    for figure in Figure.objects.filter(target__plan=made).select_related("target"):
        assert figure.value is not None
        assert Decimal(written(figure.value, figure.target.decimals) or "") == figure.value


def test_the_next_approval_of_a_generated_target_finds_its_place(made: Plan) -> None:
    counted = Target.objects.filter(plan=made).annotate(figures_there=Count("figures"))
    for target in counted:
        with transaction.atomic():
            assert recompute.next_sequence(target.pk) == target.figures_there + 1


def test_the_dashboard_of_a_generated_plan_says_what_the_method_says(made: Plan, client: Client) -> None:
    assert recompute.sweep() >= PROVINCES * SIZE.targets
    answer = client.get("/p/province-0002/api/v1/dashboard/?as_of_year=2020").json()
    rows = {row["code"]: row for goal in answer["goals"] for row in goal["targets"]}
    assert len(rows) == SIZE.targets
    for target in Target.objects.filter(plan=made).listed():
        expected = assess(indicator_of(target, as_of_year=2020), submissions_of(target, View.APPROVED), 2020)
        shown = rows[target.code]["assessment"]
        assert shown["status"] == expected.status != "no_data"
        assert shown["value"] == written(expected.value, target.decimals)
    assert not TargetBuild.objects.stale().exists()


def test_one_value_by_hand(made: Plan) -> None:
    """Province 2, target 1 of 2.0 %: in 2020 97 % + (2 × 7 + 1 × 3) % 11 = 103 % of it, in 2019 100 %."""
    figures = Figure.objects.filter(target__plan=made, target__number=1, city=None)
    assert figures.get(year=2020).value == Decimal("2.06")
    assert figures.get(year=2019).value == Decimal("2.00")


def test_a_repeat_makes_what_is_missing_and_changes_nothing_else(made: Plan) -> None:
    before = list(Figure.objects.order_by("pk").values_list("pk", "value"))
    assert make(PROVINCES) == 0
    assert make(PROVINCES + 1) == 1
    assert list(Figure.objects.order_by("pk").values_list("pk", "value"))[: len(before)] == before


def test_a_smaller_size_is_kept_to(seeded: Plan) -> None:
    make(1, Size(targets=2, cities=3, years=4))
    figures = Figure.objects.filter(target__plan__code="province-0001")
    assert figures.count() == 2 * 4 * 4
    assert set(figures.values_list("city__code", flat=True)) == {
        None,
        *City.objects.order_by("code").values_list("code", flat=True)[:3],
    }


@pytest.mark.parametrize(
    ("count", "size", "message"),
    [
        (0, Size(), "provinces: got 0, allowed are 1 to 9999"),
        (10_000, Size(), "provinces: got 10000, allowed are 1 to 9999"),
        (1, Size(targets=14), "targets: got 14, allowed are 1 to 13"),
        (1, Size(cities=14), "cities: got 14, allowed are 1 to 13"),
        (1, Size(years=73), "years: got 73, allowed are 1 to 72"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_is_allowed(
    seeded: Plan, count: int, size: Size, message: str
) -> None:
    with pytest.raises(CannotMakeError) as refused:
        make(count, size)
    assert str(refused.value) == message
    assert not Plan.objects.filter(code__startswith="province-").exists()


def test_without_a_plan_to_copy_it_says_what_to_call(transactional_db: None) -> None:
    Plan.objects.filter(code=provinces.TEMPLATE).update(code="another")
    with pytest.raises(CannotMakeError, match=r"manage\.py seed"):
        make(1)


def test_without_postgresql_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x")
    assert provinces.main(["1"]) == 2
    assert "DATABASE_URL names no PostgreSQL" in capsys.readouterr().err


def test_history_stays_for_generated_figures_too(made: Plan) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(target__plan=made).update(value=1)


def test_a_ratio_is_the_middle_one_of_the_rounds_so_that_one_slow_round_does_not_count() -> None:
    assert ratio_by_round([2.0, 100.0, 6.0], [1.0, 2.0, 2.0]) == 3.0


@pytest.mark.parametrize(("measured", "base"), [([], []), ([1.0], [1.0, 2.0]), ([1.0], [0.0]), ([1.0], [-1.0])])
def test_rounds_that_do_not_go_together_have_no_ratio(measured: list[float], base: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^got .*, allowed is "):
        ratio_by_round(measured, base)


def test_each_scale_is_compared_with_the_smallest_one() -> None:
    ratios = against_smallest({310: [13.0, 12.0, 99.0], 1: [10.0, 9.0, 11.0], 31: [9.0, 9.0, 9.0]})
    assert ratios == {310: 1.3, 1: 1.0, 31: 0.9}
    assert is_flat(ratios)
    assert not is_flat(ratios | {310: 1.31})


def test_without_measurements_there_are_no_ratios() -> None:
    assert against_smallest({}) == {}
    with pytest.raises(ValueError, match=r"smallest scale"):
        against_smallest({1: [0.0], 2: [1.0]})


def test_scales_are_read_in_order_and_once() -> None:
    assert read_scales("310, 1,31,1") == (1, 31, 310)


@pytest.mark.parametrize("text", ["", "1,", "0", "-1", "1.5", "一", "１"])
def test_what_is_no_list_of_scales_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed are whole numbers above 0"):
        read_scales(text)


def test_every_number_is_a_correction_of_its_own() -> None:
    """As often as there are keys: an open figure in the way would be refused, and end the measurement."""
    targets = [{"code": f"t{number}", "bases": ["first"] if number else []} for number in range(3)]
    corrections = Corrections(Stage(31, "", ""), targets, [None, "230100"])
    keys = set()
    for number in range(len(corrections)):
        plan, body = corrections.at(number)
        keys.add((plan, body["target"], body["year"], body["area"], body["basis"]))
    assert len(keys) == len(corrections) == 31 * 3 * 2 * 5
    assert {plan for plan, *_rest in keys} == {provinces.code_of(number) for number in range(1, 32)}


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 120),
        ("", 120),
        ("/targets/", 120),
        ("/targets/incubators/", 300),
        ("/targets/incubators/?as_of_year=2018", 300),
        ("/targets/incubators/what-if/", 300),
        ("/targets/incubators/figures/7/", 120),
        ("/fields/new-materials/", 120),
    ],
)
def test_only_pages_that_draw_a_target_may_bring_the_charts_along(address: str, most: int) -> None:
    assert most_kb(address) == most


def test_a_multiplied_index_is_so_large_and_still_finds_the_plans_own(seeded: Plan) -> None:
    whole = Entry.objects.filter(plan=seeded).count()
    directions = search(seeded, "附件1").counts["direction"]
    entries.multiply(3)
    assert Entry.objects.filter(plan=seeded).count() == 3 * whole
    assert search(seeded, "附件1").counts["direction"] == 3 * directions
    assert search(seeded, "石墨电极材料").hits[0].key == "33"


def test_every_query_of_the_bench_is_one_that_page_and_api_take() -> None:
    assert [query for query in QUERIES if not 0 < len(query) <= MOST_CHARACTERS] == []
