"""Words that mean the same, from a file that editors keep: reading it, and what a word also means (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from planportal.search.folding import folded

COMMENT = "#"
EQUALS = "="
LATIN = "[a-z0-9.]"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line of the file, which is left out; `reason` in Chinese."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.reason}"


@dataclass(frozen=True)
class Synonyms:
    """By a word's folded form the printed words of its groups, without itself."""

    others: Mapping[str, tuple[str, ...]]
    group_count: int = 0

    def of(self, word: str) -> tuple[str, ...]:
        """The printed words that mean the same as a folded one."""
        return self.others.get(word, ())

    def of_names(self, names: Iterable[str]) -> list[str]:
        """The printed words that mean the same as a part of a folded name; a Latin one is all of it."""
        text = "\n".join(names)
        inside = (one for one in self.others if (f"\n{one}\n" in f"\n{text}\n" if one.isascii() else one in text))
        return list(dict.fromkeys(word for one in inside for word in self.others[one]))

    def joined(self, words: Sequence[str]) -> list[str]:
        """The words, where several of them that stand together are one entry of the file, as that one."""
        found: list[str] = []
        rest = list(words)
        while rest:
            most = min(len(rest), self._longest)
            length = next((n for n in range(most, 1, -1) if self._is_entry(rest[:n])), 1)
            found.append(folded(" ".join(rest[:length])))
            rest = rest[length:]
        return found

    def taken_apart(self, word: str, known: Iterable[str]) -> list[str]:
        """A folded word in pieces: entries of the file and `known` words, longest first, and what stands between."""
        entries = _any_of(frozenset([*self.others, *known]))
        return [piece.strip() for piece in entries.split(word) if piece.strip()]

    def _is_entry(self, words: Sequence[str]) -> bool:
        # Folding costs most: it is left to what is an entry but for the spaces.
        return "".join(words) in self._close and folded(" ".join(words)) in self.others

    @cached_property
    def _close(self) -> frozenset[str]:
        return frozenset(one.replace(" ", "") for one in self.others)

    @cached_property
    def _longest(self) -> int:
        """How many words an entry can be typed as, at most."""
        return max(map(len, self._close), default=1)


NO_SYNONYMS = Synonyms({})


def read_synonyms(text: str) -> tuple[Synonyms, tuple[Fault, ...]]:
    """The groups of a file, one a line, words parted by `=`; a line with a fault is left out and told."""
    groups: list[dict[str, str]] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.split(COMMENT, 1)[0].strip()
        if not content:
            continue
        group, reason = _group(content)
        if reason:
            faults.append(Fault(number, reason))
        else:
            groups.append(group)
    return Synonyms(_others(groups), len(groups)), tuple(faults)


def _group(content: str) -> tuple[dict[str, str], str]:
    """Folded and printed words of a line, and what is wrong with it."""
    printed = [word.strip() for word in content.replace("＝", EQUALS).split(EQUALS)]
    if len(printed) < 2:
        return {}, f"“{content[:40]}”只有一个词，同一行至少要有两个用 = 分开的词"
    group = {folded(word): word for word in printed}
    if "" in group:
        return {}, f"“{content[:40]}”里有空的词，= 两边都要有文字"
    if len(group) < len(printed):
        return {}, f"“{content[:40]}”里有重复的词"
    return group, ""


@lru_cache(maxsize=4)
def _any_of(entries: frozenset[str]) -> re.Pattern[str]:
    """One of the entries, the longest that stands there; a Latin one is no part of another word."""
    longest_first = sorted(entries, key=lambda one: (-len(one), one))
    parts = (f"(?<!{LATIN}){re.escape(one)}(?!{LATIN})" if one.isascii() else re.escape(one) for one in longest_first)
    return re.compile(f"({'|'.join(parts)})")


def _others(groups: Iterable[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    others: dict[str, dict[str, str]] = {}
    for group in groups:
        for one in group:
            others.setdefault(one, {}).update({other: word for other, word in group.items() if other != one})
    return {one: tuple(words.values()) for one, words in others.items()}
