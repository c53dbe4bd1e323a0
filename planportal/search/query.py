"""What somebody looks for: the words of a text, and how they are taken where as typed they find nothing (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from planportal.search.folding import MOST_CHARACTERS, folded, words
from planportal.search.synonyms import Synonyms

# More words nobody means, and each costs.
MOST_WORDS = 8
LETTER = "[A-Za-zＡ-Ｚａ-ｚ]"
# Single letters that stand for one thing: R & D.
AMPERSAND = re.compile(f"(?<!{LETTER})({LETTER}) *[&＆] *({LETTER})(?!{LETTER})")
NUMBERED = re.compile(r"第?([0-9]+)项")
# Words for a kind of document; as a word of its own, one counts as everything of that kind too.
KIND_WORDS = {
    **dict.fromkeys(("目标", "指标", "target", "targets", "mubiao", "zhibiao"), "target"),
    **dict.fromkeys(("领域", "field", "fields", "lingyu"), "field"),
    **dict.fromkeys(("研发方向", "方向", "direction", "directions", "fangxiang"), "direction"),
    **dict.fromkeys(("联盟", "alliance", "alliances", "lianmeng"), "alliance"),
    **dict.fromkeys(("平台", "platform", "platforms", "pingtai"), "platform"),
    **dict.fromkeys(("单位", "机构", "institution", "institutions"), "institution"),
}
SAYING_NOTHING = frozenset(
    {
        *("数量", "总数", "占比", "比重", "比例", "占gdp比重", "名单", "列表", "清单"),
        *("有哪些", "哪些", "多少", "几个", "情况", "全社会", "的"),
    }
)
# 51个联盟, 七大平台, 2020年目标: the amount or year before a word for a kind.
AMOUNT = re.compile(f"(?:[0-9]+|[一二三四五六七八九十]+)[个大项条年]?(?={'|'.join(sorted(KIND_WORDS))})")
# At the end of what is spelt in one go.
SPELT_KIND = re.compile("(.+)(lianmeng|fangxiang|lingyu|pingtai|zhibiao|mubiao)")


@dataclass(frozen=True)
class Query:
    """What is looked for: the folded words, the whole of it, and for each word what means the same, as printed.

    `left_out` are the words that are too many to be looked for.
    """

    words: tuple[str, ...]
    whole: str
    synonyms: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...] = ()

    @property
    def also(self) -> tuple[str, ...]:
        """The words that are looked for beside those typed."""
        return tuple(dict.fromkeys(word for words in self.synonyms.values() for word in words))

    @property
    def forms(self) -> tuple[str, ...]:
        """All that is looked for, folded."""
        found = (self.whole, *self.words, *(folded(word) for word in self.also)) if self.words else ()
        return tuple(dict.fromkeys(found))


def _unread(_syllables: Sequence[str]) -> bool:
    return False


def read_query(text: str, synonyms: Synonyms, is_read: Callable[[Sequence[str]], bool] = _unread) -> Query:
    """The query that somebody typed; of more than MOST_CHARACTERS, and of more than MOST_WORDS, the first ones count.

    `is_read` says whether words are syllables that stand in a name one after the other: those are one word.
    """
    text = AMPERSAND.sub(r"\1&\2", text[:MOST_CHARACTERS])
    found = synonyms.joined([_number(word) for word in words(text)])
    return _query(list(_spelt(found, is_read)), folded(text), synonyms)


def taken_apart(query: Query, synonyms: Synonyms) -> Query:
    """The query where it is not found as typed: in words that the file of synonyms knows, without those that say
    nothing where another one remains."""
    pieces = dict.fromkeys(piece for word in query.words for piece in _apart(word, synonyms))
    saying = [piece for piece in pieces if piece not in SAYING_NOTHING] or list(pieces)
    kinds = [piece for piece in saying if piece in KIND_WORDS]
    # What is of two kinds is not: of 农业领域 方向 the last one is meant.
    saying = [piece for piece in saying if piece not in kinds[:-1]]
    found = _query(saying, folded(" ".join(saying)), synonyms)
    return replace(found, left_out=(*found.left_out, *query.left_out))


def _query(found: list[str], whole: str, synonyms: Synonyms) -> Query:
    counting = found[:MOST_WORDS]
    return Query(tuple(counting), whole, {word: synonyms.of(word) for word in counting}, tuple(found[MOST_WORDS:]))


def _number(word: str) -> str:
    """An entry's number as it stands in its names: of 第33项 it is 33."""
    match = NUMBERED.fullmatch(word)
    return match[1] if match else word


def _spelt(found: Sequence[str], is_read: Callable[[Sequence[str]], bool]) -> Iterator[str]:
    """The words, a run of Latin ones as one word where they are read so."""
    for is_latin, run in groupby(found, lambda word: word.isascii() and word.isalpha()):
        together = list(run)
        if is_latin and len(together) > 1 and is_read(together):
            yield "".join(together)
        else:
            yield from together


def _apart(word: str, synonyms: Synonyms) -> list[str]:
    if spelt := SPELT_KIND.fullmatch(word):
        return [spelt[1], spelt[2]]
    known = (*KIND_WORDS, *SAYING_NOTHING)
    return synonyms.taken_apart(AMOUNT.sub("", word), known)
