"""Words that mean the same, from a file that editors keep: reading it, and what a word also means (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planportal.search.folding import folded

COMMENT = "#"
EQUALS = "="


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

    def joined(self, words: Sequence[str]) -> list[str]:
        """The words, where several of them that stand together are one entry of the file, as that one."""
        found: list[str] = []
        rest = list(words)
        while rest:
            length = next((n for n in range(len(rest), 1, -1) if folded(" ".join(rest[:n])) in self.others), 1)
            found.append(folded(" ".join(rest[:length])))
            rest = rest[length:]
        return found


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


def _others(groups: Iterable[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    others: dict[str, dict[str, str]] = {}
    for group in groups:
        for one in group:
            others.setdefault(one, {}).update({other: word for other, word in group.items() if other != one})
    return {one: tuple(words.values()) for one, words in others.items()}
