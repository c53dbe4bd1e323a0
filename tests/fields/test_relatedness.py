"""Names related by their words: what must hold of every pair, and pairs judged by hand."""

import json
from typing import Any

import pytest

from fields.relatedness import MOST_RELATED, SAME_AS, Names, Relation, pieces_of, plain
from tests.conftest import FIXTURES


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))[name]
    return found


DIRECTIONS = {row["number"]: row["name"] for row in rows("directions")}
ALLIANCES = {row["number"]: row["name"] for row in rows("alliances")}
# By hand: directions that must stand among those related to another, with the words that say why.
RELATED = [
    (33, {35: "石墨", 36: "石墨"}),
    (1, {2: "铝合金", 19: "合金", 20: "合金"}),
    (8, {17: "防水建材", 15: "保温"}),
    (13, {159: "锂离子电池"}),
    (52, {71: "发电、机组", 263: "机组"}),
    (53, {54: "风电", 56: "风电≈微风发电"}),
    (58, {63: "逆变器、光伏"}),
    (64, {61: "太阳能", 80: "电池"}),
    (69, {70: "压水堆≈气冷堆"}),
    (80, {160: "燃料电池"}),
    (85, {82: "中药", 339: "中药"}),
    (98, {319: "流感、疫苗"}),
    (115, {116: "燃气轮机", 124: "燃气轮机"}),
    (121, {123: "燃气轮机、循环、船用"}),
    (126, {170: "3D打印"}),
    (131, {32: "焊接"}),
    (140, {142: "数控机床", 141: "数控"}),
    (147, {149: "交通基础设施、安全"}),
    (204, {199: "卫星", 356: "卫星导航≈北斗"}),
    (242, {243: "生活垃圾"}),
    (248, {329: "黑土"}),
    (288, {287: "马铃薯"}),
    (25, {27: "OLED≈液晶显示"}),
    (79, {42: "氢气≈制氢"}),
    (183, {180: "整地机≈收获机", 184: "整地机≈收割机", 186: "整地机≈移栽机"}),
    (221, {217: "安全、安全分析≈网络空间"}),
    (233, {230: "雾霾≈大气污染", 231: "雾霾≈大气污染", 232: "雾霾≈大气污染"}),
    (335, {336: "防治、糖尿病≈高血压", 337: "防治、糖尿病≈高脂血症"}),
    (336, {335: "防治、高血压≈糖尿病", 337: "防治、高血压≈高脂血症"}),
    (337, {335: "防治、高脂血症≈糖尿病", 336: "防治、高脂血症≈高血压"}),
    (338, {82: "北药≈中药", 339: "北药≈中药"}),
    (344, {345: "保健食品≈大健康"}),
    (355, {362: "森林火灾、预警"}),
]
# By hand: pairs of which only words that say little are common; each is false.
UNRELATED = [(41, 241), (79, 222), (138, 325), (233, 301), (295, 313), (332, 313), (354, 178), (224, 178)]
# By hand: what an alliance touches first; where the plan has no direction of its kind, nothing.
TOUCHED = [
    (1, {85, 87, 345}),
    (3, {306, 308, 309, 310}),
    (4, {268, 271, 354}),
    (5, {276, 292, 293}),
    (6, {52, 54, 55}),
    (7, {23, 25, 28}),
    (10, {275, 281, 287, 288}),
    (12, {74, 158, 161}),
    (15, {33, 35, 36}),
    (28, {199, 204, 356}),
    (31, {44, 47, 49, 50}),
    (36, {130, 134, 347, 348}),
    (39, {126, 170}),
    (46, {65, 66, 67, 68}),
    (21, set()),
    (23, set()),
    (26, set()),
    (48, set()),
]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(DIRECTIONS)


def shared_by(relation: Relation, name: str, other: str) -> bool:
    """Whether each shared word stands in both names, one written in two ways on its own side of each."""
    sides = [(word.split(SAME_AS)[0], word.split(SAME_AS)[-1]) for word in relation.shared]
    return all(plain(here) in plain(name) and plain(there) in plain(other) for here, there in sides)


def test_what_holds_of_every_direction(names: Names) -> None:
    again = Names(dict(reversed(DIRECTIONS.items())))
    for number, name in DIRECTIONS.items():
        found = names.related_to(number)
        assert number not in {one.key for one in found}
        assert len(found) == len({one.key for one in found}) <= MOST_RELATED
        assert all(one.shared and shared_by(one, name, DIRECTIONS[one.key]) for one in found), found
        order = [(not one.is_common, -one.closeness, one.key) for one in found]
        assert order == sorted(order)
        assert [(one.key, one.shared) for one in again.related_to(number)] == [(one.key, one.shared) for one in found]


def test_what_holds_of_every_alliance(names: Names) -> None:
    for name in ALLIANCES.values():
        assert all(one.shared and shared_by(one, name, DIRECTIONS[one.key]) for one in names.touched_by(name))


@pytest.mark.parametrize(("number", "wanted"), RELATED)
def test_related_directions_judged_by_hand(names: Names, number: int, wanted: dict[int, str]) -> None:
    found = {one.key: "、".join(one.shared) for one in names.related_to(number)}
    assert {key: found.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(("number", "wanted"), TOUCHED)
def test_alliances_judged_by_hand(names: Names, number: int, wanted: set[int]) -> None:
    found = {one.key for one in names.touched_by(ALLIANCES[number])}
    assert found >= wanted if wanted else not found


@pytest.mark.parametrize(("number", "other"), UNRELATED)
def test_unrelated_directions_judged_by_hand(names: Names, number: int, other: int) -> None:
    assert other not in {one.key for one in names.related_to(number)}
    assert number not in {one.key for one in names.related_to(other)}


def test_a_general_word_is_no_reason_by_itself_and_a_common_word_comes_before_a_related_one() -> None:
    found = Names(
        {1: "中风防治", 2: "扬尘防治", 3: "中风预警", 4: "陶瓷", 5: "风电", 6: "风力发电", 7: "风电叶片轴承"}
    )
    related = {key: [one.key for one in found.related_to(key)] for key in (1, 2, 4, 5)}
    assert related == {1: [3], 2: [], 4: [], 5: [7, 6]}


def test_a_name_is_cut_at_what_says_nothing_and_never_within_a_word() -> None:
    assert pieces_of("高性能铝合金材料制备技术") == ("铝合金",)
    assert pieces_of("高效数控加工技术（第Ⅳ代）") == ("数控", "iv")
    assert pieces_of("生物质发电技术") == ("生物质", "发电")
    assert pieces_of("3D打印") == ("3d打印",)
    assert pieces_of("") == pieces_of("技术研究与示范") == ()
