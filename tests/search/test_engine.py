"""What holds for any query over the plan: titles and their parts find, words narrow, marks lose nothing."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planportal.plan.models import Plan
from planportal.search.engine import Index
from planportal.search.folding import fold, folded, words
from planportal.search.found import KINDS, Piece
from planportal.search.marking import Sought, marked, snippet, sought_in
from planportal.search.query import Query, read_query
from planportal.search.ranking import Tier
from planportal.search.synonyms import NO_SYNONYMS, read_synonyms

LOOK = settings(max_examples=150, derandomize=True, database=None, deadline=None, suppress_health_check=[*HealthCheck])
TEXTS = st.text(alphabet=st.sampled_from("石墨烯Ｒ＆ＤⅣ㎡3.．DdA（）“”、 　·&'’/-+○〇é"), max_size=30)


def asked(text: str) -> Query:
    return read_query(text, NO_SYNONYMS)


def keys(index: Index, query: Query, start: int = 0, stop: int | None = None) -> list[tuple[str, str]]:
    page = index.page(query, index.rank(query), start, stop)
    return [(one.kind, one.key) for _tier, one in page]


def wide(text: str) -> str:
    """The same in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("基于508-Ⅳ钢核电新材料", "基于508 iv钢核电新材料"),
        ("“互联网＋”技术服务平台", "互联网技术服务平台"),
        ("Ｒ＆Ｄ经费", "rd经费"),
        ("人工智能2.0", "人工智能2.0"),
        ("６．７件", "6.7件"),
        ("煤基燃料-氧-水蒸气", "煤基燃料氧水蒸气"),
        ("（TSI/TDM）国产化", "tsi tdm国产化"),
        ("第七○三所…", "第七〇三所"),
        ("！？", ""),
    ],
)
def test_texts_are_compared_by_letters_and_digits_alone(printed: str, text: str) -> None:
    assert folded(printed) == fold(printed).text == folded(folded(printed)) == text


@LOOK
@given(TEXTS)
def test_every_folded_character_leads_back_to_a_printed_one(printed: str) -> None:
    there = fold(printed)
    assert there.text == folded(printed) == folded(there.text)
    assert len(there.at) == len(there.text)
    assert list(there.at) == sorted(there.at)
    assert folded(wide(printed)) == there.text
    assert set("".join(words(printed))) == set(there.text.replace(" ", ""))


@LOOK
@given(TEXTS, st.lists(TEXTS, max_size=4), st.sampled_from(Tier))
@example("石", ["moxird"], Tier.PINYIN)
@example("", ["xi"], Tier.PINYIN)
def test_marks_lose_nothing(printed: str, sought: list[str], tier: Tier) -> None:
    what = sought_in(tier, tuple(map(folded, sought)))
    pieces = marked(printed, what, "shi mo xi RD")
    assert "".join(piece.text for piece in pieces) == printed
    assert all(one.is_hit != other.is_hit for one, other in pairwise(pieces))
    assert "".join(piece.text for piece in snippet(printed, what)) == printed


def test_a_long_text_is_cut_around_what_was_found() -> None:
    text = "前" * 100 + "石墨" + "后" * 100
    pieces = snippet(text, Sought(("石墨",)))
    assert [piece.text for piece in pieces if piece.is_hit] == ["石墨"]
    assert (pieces[0], pieces[-1]) == (Piece("…"), Piece("…"))
    assert len("".join(piece.text for piece in pieces)) == 82


def test_every_title_finds_itself_first(whole: Index) -> None:
    for one in whole.documents:
        first = whole.page(asked(one.title), whole.rank(asked(one.title)), 0, 1)[0][1]
        # Two directions, 355 and 362, have the same name.
        assert first.title == one.title, one


def test_any_part_of_a_title_finds_it_and_words_narrow(whole: Index) -> None:
    @LOOK
    @given(st.data())
    def look(data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(whole.documents))
        start = data.draw(st.integers(0, max(len(one.title) - 2, 0)))
        end = data.draw(st.integers(min(start + 2, len(one.title)), len(one.title)))
        part = one.title[start:end]
        if not words(part) or splits_a_latin_word(one.title, start, end):
            return
        query = asked(part)
        found = keys(whole, query)
        assert (one.kind, one.key) in found
        assert found == keys(whole, asked(wide(part)))
        assert len(found) == len(set(found)) == whole.rank(query).count
        ranked = whole.rank(query)
        assert sum(ranked.counts.values()) == ranked.count
        assert {kind: whole.rank(query, kind=kind).count for kind in KINDS} == dict(ranked.counts)
        cut = data.draw(st.integers(0, len(found)))
        assert keys(whole, query, 0, cut) + keys(whole, query, cut) == found
        more = asked(f"{part} {data.draw(st.sampled_from(['技术', '生物', 'shimo', '材料']))}")
        assert set(keys(whole, more)) <= set(found)
        for tier, document in whole.page(query, ranked, 0, 20):
            for text in (document.title, document.body):
                assert "".join(p.text for p in marked(text, sought_in(tier, query.forms))) == text

    look()


def splits_a_latin_word(title: str, start: int, end: int) -> bool:
    plain = unicodedata.normalize("NFKC", title)
    spans = [match.span() for match in re.finditer(r"[A-Za-z0-9.]+", plain if len(plain) == len(title) else title)]
    return any(first < cut < last for first, last in spans for cut in (start, end)) or len(plain) != len(title)


def test_a_word_of_many_hits_is_strong_before_weak(whole: Index) -> None:
    # Nothing is looked for in pieces or by the chance of initials where the word itself stands somewhere.
    assert whole.rank(asked("石墨")).count == 7
    assert whole.rank(asked("oled")).count == 1
    assert whole.rank(asked("s")).count < whole.rank(asked("技术")).count


def test_filters_by_kind_and_field(whole: Index) -> None:
    query = asked("技术")
    everything = whole.rank(query)
    one_field = whole.rank(query, field="new-energy")
    directions = whole.page(query, whole.rank(query, kind="direction", field="new-energy"), 0, None)
    assert {one.fields for _tier, one in directions} == {("new-energy",)}
    assert one_field.counts["direction"] == len(directions) < everything.counts["direction"]
    assert one_field.counts["alliance"] == 0
    assert whole.rank(query, field="no-such-field").count == whole.rank(query, kind="no-such-kind").count == 0


def test_a_long_or_strange_text_is_no_trouble(whole: Index) -> None:
    assert read_query("石" * 150, NO_SYNONYMS).words == ("石" * 100,)
    for text in ("", " ", "！！", "a" * 100, "xian" * 25, "\x00", "%_", "'\"\\", "𠮷野家", "ß", "İ"):
        query = asked(text)
        whole.page(query, whole.rank(query), 0, 20)


def test_what_means_the_same_is_found_after_what_was_typed(seeded: Plan, whole: Index) -> None:
    synonyms, faults = read_synonyms("土豆 = 马铃薯\n智慧城市 = smart city\n")
    assert faults == ()
    query = read_query("土豆", synonyms)
    assert query.also == ("马铃薯",)
    assert keys(whole, query, 0, 1) == [("alliance", "10")]
    assert keys(whole, read_query("Smart　City 技术", synonyms)) == [("direction", "357")]
    assert keys(whole, asked("土豆")) == []


@pytest.mark.parametrize("text", ["ji qi ren", "jiqiren"])
def test_syllables_mark_what_they_spell_and_no_more(whole: Index, text: str) -> None:
    query, ranked = whole.answer(text, NO_SYNONYMS)
    [(tier, first)] = whole.page(query, ranked, 0, 1)
    pieces = marked(first.title, sought_in(tier, query.forms), first.readings[0])
    assert [piece.text for piece in pieces if piece.is_hit] == ["机器人"]
    assert (query.words, ranked.is_partial) == (("jiqiren",), False)
    # Only what is still being typed is more than its letters: of two finished syllables, ji is no jiang.
    apart = sought_in(Tier.PINYIN, ("ji", "sheng"))
    pieces = marked("黑龙江省技术", apart, "hei long jiang sheng ji shu")
    assert [piece.text for piece in pieces if piece.is_hit] == ["省技"]
    unfinished, found = whole.answer("jiqir", NO_SYNONYMS)
    [(tier, first)] = whole.page(unfinished, found, 0, 1)
    assert [piece.text for piece in marked(first.title, sought_in(tier, unfinished.forms), first.readings[0])][1] == (
        "机器人"
    )


def test_what_is_not_found_as_typed_is_taken_apart_and_filters_change_nothing_of_that(whole: Index) -> None:
    synonyms, _faults = read_synonyms("土豆 = 马铃薯\nAI = 人工智能\n")

    def looked_for(text: str, field: str = "") -> tuple[str, ...]:
        return whole.answer(text, synonyms, field=field)[0].words

    assert looked_for("土豆淀粉") == ("土豆", "淀粉")
    assert looked_for("51个联盟") == looked_for("联盟名单") == ("联盟",)
    assert looked_for("农业领域 方向") == ("农业", "方向")
    assert looked_for("发展目标") == looked_for("发展目标", "new-energy") == ("发展目标",)
    # Taken apart it would find nothing either.
    assert looked_for("土豆区块链") == ("土豆区块链",)
    assert looked_for("名单") == ("名单",)
    assert looked_for("chain") == ("chain",)


def test_many_words_are_eight_and_the_rest_is_told() -> None:
    many = read_query(" ".join(map(str, range(20))), NO_SYNONYMS)
    assert many.words == tuple(map(str, range(8)))
    assert many.left_out == tuple(map(str, range(8, 20)))
    assert read_query("R & D ＲＤ", NO_SYNONYMS).words == ("rd",)
