"""The command writes every fixture file or none, and says in one line what is wrong."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from planportal.plan.definitions import OTHER_INSTITUTIONS

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
# The plan's text isn't part of the project: where it is at hand, the fixtures are rebuilt from it.
PLAN_SOURCE = Path(settings.BASE_DIR).parent / "shared" / "plan" / "heilongjiang-sti-13fyp.txt"
FILES = [
    *("alliances.json", "directions.json", "fields.json", "institutions.json"),
    *("outline.json", "plan.json", "platforms.json", "targets.json"),
]
FIELD_RANGES = {
    "new-materials": (1, 40),
    "new-energy": (41, 80),
    "biotechnology": (81, 114),
    "high-end-equipment": (115, 190),
    "next-generation-it": (191, 221),
    "energy-saving-environment": (222, 274),
    "modern-agriculture": (275, 332),
    "livelihood-technology": (333, 362),
}


@pytest.fixture
def source(tmp_path: Path, sample: str) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(sample, encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(source: Path, out: Path) -> str:
    printed = io.StringIO()
    call_command("parse_plan", str(source), out=str(out), stdout=printed)
    return printed.getvalue()


def refused(source: Path, out: Path) -> str:
    with pytest.raises(CommandError) as caught:
        run(source, out)
    assert caught.value.returncode == 1
    return str(caught.value)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def committed(name: str) -> Any:
    return json.loads((FIXTURES / name).read_bytes())


def rows_of(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = committed(f"{name}.json")[name]
    return rows


def test_writes_every_file_and_reports_coverage(source: Path, out: Path) -> None:
    report = run(source, out).splitlines()
    assert sorted(written(out)) == FILES
    assert report[-2] == "第三章以外点名的单位：0/13"
    assert report[1:8] == [
        "目标群：5/5",
        "目标：13/13",
        "优先领域：8/8",
        "研发方向：362/362",
        "联盟：51/51",
        "其中国家级联盟：5/5",
        "平台：7/7",
    ]


def test_every_file_names_its_source(source: Path, out: Path) -> None:
    run(source, out)
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    for content in written(out).values():
        assert json.loads(content)["source"] == {"title": "黑龙江省“十三五”科技创新规划", "sha256": sha256}


def test_second_run_gives_the_same_bytes(source: Path, out: Path, tmp_path: Path) -> None:
    run(source, out)
    first = written(out)
    run(source, out)
    run(source, tmp_path / "elsewhere")
    assert first == written(out) == written(tmp_path / "elsewhere")


def test_files_are_readable_text(source: Path, out: Path) -> None:
    run(source, out)
    text = (out / "alliances.json").read_text(encoding="utf-8")
    assert "（国家）" in text
    assert text.startswith('{\n "alliances": [\n  {\n   "level": "national",\n')
    assert text.endswith("}\n")


def test_damaged_source_writes_nothing(source: Path, out: Path, sample: str) -> None:
    source.write_text(sample.replace("100 \t\t", "99 \t\t"), encoding="utf-8")
    line = sample[: sample.index("100 \t\t")].count("\n") + 1
    assert refused(source, out) == f"parse_plan: 第 {line} 行：序号重复：此处应为 100，读到 99"
    assert not out.exists()


def test_damaged_source_leaves_earlier_files_as_they_were(source: Path, out: Path, sample: str) -> None:
    run(source, out)
    before = written(out)
    source.write_text(sample.replace("达到80亿元", "达到八十亿元"), encoding="utf-8")
    assert "技术合同成交额" in refused(source, out)
    assert written(out) == before


def test_empty_source_writes_nothing(source: Path, out: Path) -> None:
    source.write_bytes(b"")
    assert refused(source, out) == "parse_plan: 第 1 行：文件是空的"
    assert not out.exists()


def test_missing_source_is_an_error(tmp_path: Path, out: Path) -> None:
    absent = tmp_path / "absent.txt"
    assert refused(absent, out) == f"parse_plan: 无法读写文件 {absent}"
    assert not out.exists()


def test_department_that_the_plan_does_not_name(source: Path, out: Path, sample: str) -> None:
    source.write_text(sample.replace("、省财政厅", ""), encoding="utf-8")
    line = sample[: sample.index("省财政厅")].count("\n") + 1
    message = f"第 {line} 行：没有写到部门“省财政厅”（见 areas_and_departments.json）"
    assert refused(source, out) == f"parse_plan: {message}"
    assert not out.exists()


def test_department_that_the_hand_kept_file_lacks(source: Path, out: Path, sample: str) -> None:
    source.write_text(sample.replace("省财政厅", "省财政厅、省测试厅"), encoding="utf-8")
    assert "未知的部门“省测试厅”" in refused(source, out)
    assert not out.exists()


def test_file_that_cannot_be_written_leaves_all_others_out(source: Path, out: Path) -> None:
    (out / "platforms.json").mkdir(parents=True)
    assert refused(source, out) == f"parse_plan: 无法读写文件 {out / 'platforms.json'}"
    assert [path.name for path in out.iterdir()] == ["platforms.json"]


def test_committed_fixtures_come_from_one_source() -> None:
    sources = [committed(name)["source"] for name in FILES]
    assert all(one == sources[0] for one in sources)


def test_committed_fixtures_hold_the_whole_plan() -> None:
    fields = committed("fields.json")["fields"]
    assert {one["code"]: (one["first"], one["last"]) for one in fields} == FIELD_RANGES
    assert [len(one["national_projects"]) for one in fields if one["national_projects"]] == [3, 3, 1, 1]
    assert sum(len(one["institutions"]) for one in fields) == 13
    assert len(committed("plan.json")["goals"]) == 5
    assert len(committed("directions.json")["directions"]) == 362
    assert len(committed("platforms.json")["platforms"]) == 7
    alliances = committed("alliances.json")["alliances"]
    assert len(alliances) == 51
    assert [one["number"] for one in alliances if one["level"] == "national"] == [3, 5, 10, 15, 16]


def test_everything_committed_has_its_place_in_the_plan() -> None:
    """A part and a line for each, and clauses of a few words; a heading opens each part that is named."""
    parts = {one["part"] for one in committed("outline.json")["headings"] if one["level"] != "section"}
    assert parts == {*(f"chapter-{number}" for number in range(1, 9)), "annex-1", "annex-2", "annex-3"}
    placed = [row for name in ("targets", "fields", "directions", "alliances", "platforms") for row in rows_of(name)]
    institutions = rows_of("institutions")
    placed += [*committed("plan.json")["goals"], *(one for row in institutions for one in row["mentions"])]
    assert all(row["part"] in parts and row["line"] > 0 for row in placed)
    assert len({(row["part"], row["line"]) for row in placed[13:]}) >= 8 + 362 + 51 + 7
    assert max(len(row.get("clause", "")) for row in placed) <= 60
    assert [row["name"] for row in institutions][6] == "哈尔滨工业大学"
    assert [one["section"] for one in institutions[6]["mentions"]] == [
        *("第一章 一", "第三章 五", "第三章 五", "第三章 八", "第六章 二", "第七章 四"),
    ]


def test_committed_institutions_are_those_of_chapter_3_and_then_all_others_that_we_know() -> None:
    rows = rows_of("institutions")
    carrying = {carrier["name"] for field in rows_of("fields") for carrier in field["institutions"]}
    assert [row["number"] for row in rows] == list(range(1, 25))
    assert {row["name"] for row in rows[:11]} == carrying
    assert {row["name"] for row in rows[11:]} == set(OTHER_INSTITUTIONS)
    mentions = {row["name"]: [one["line"] for one in row["mentions"]] for row in rows[11:]}
    assert [lines[0] for lines in mentions.values()] == sorted(lines[0] for lines in mentions.values())
    # Neither academicians nor 中国科学院科学家工作室 nor 中科院产业育成中心 are the academy.
    assert mentions["中国科学院"] == [24, 138, 210, 210]
    assert mentions["中国工程院"] == [24, 138]
    assert mentions["中科院产业育成中心"] == [22]
    assert mentions["北京理工大学"] == [138, 231]


def test_committed_roles_have_a_clause_each() -> None:
    carriers = [carrier for field in rows_of("fields") for carrier in field["institutions"]]
    assert all(len(one["clauses"]) == len(one["role"].split("、")) for one in carriers)
    assert [one["clauses"] for one in carriers if one["role"] == "发挥优势、依托"] == [
        ["发挥哈尔滨工业大学信息技术领域研究基础优势", "依托哈尔滨工业大学基础优势"],
    ]


def test_committed_targets_have_the_plans_numbers() -> None:
    targets = committed("targets.json")["targets"]
    assert {one["code"]: (one["target_value"], one["baseline_value"], one["previous_value"]) for one in targets} == {
        "rd-intensity": ("2.0", None, None),
        "invention-patents-per-10k": ("6.7", "3.38", None),
        "registered-results": ("1800", None, None),
        "technology-contract-value": ("160", None, None),
        "high-tech-value-added-share": ("13", "12.2", "9.5"),
        "high-tech-enterprises": ("1100", "693", "476"),
        "incubators": ("150", "111", None),
        "internet-plus-platforms": ("7", None, None),
        "new-tech-firms": ("2000", None, None),
        "incubated-firms": ("6000", None, None),
        "innovation-teams": ("50", None, None),
        "outstanding-young-talents": ("100", None, None),
        "young-talents": ("1000", None, None),
    }


def test_untidy_directions_are_kept_as_printed() -> None:
    names = {one["number"]: one["name"] for one in committed("directions.json")["directions"]}
    assert names[355] == names[362]
    assert "Ⅳ" in names[72]
    assert all(name == name.strip() for name in names.values())


def test_hand_kept_file_has_thirteen_prefectures_and_seven_departments() -> None:
    kept = committed("areas_and_departments.json")
    codes = [city["code"] for city in kept["cities"]]
    assert codes == [f"23{number:02}00" for number in (*range(1, 13), 27)]
    departments = {department["code"] for department in kept["departments"]}
    assert len(departments) == 7
    assert set(kept["responsible"].values()) <= departments
    assert {source["for"] for source in kept["sources"]} == {"cities", "departments"}


if PLAN_SOURCE.is_file():

    def test_committed_fixtures_are_rebuilt_byte_for_byte(out: Path) -> None:
        run(PLAN_SOURCE, out)
        assert written(out) == {name: (FIXTURES / name).read_bytes() for name in FILES}
