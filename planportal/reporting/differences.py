"""What changed between two versions of a figure, field by field; of a text, which words came and went."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from planportal.reporting.titles import basis_name
from planportal.web.writing import translated, written_change, written_figure
from targets.models import Cause, FigureVersion, Target

# A run of Latin letters and digits is one word; of Chinese each character is.
WORD = re.compile(r"[0-9A-Za-z]+(?:[.,][0-9A-Za-z]+)*|\s+|.", re.DOTALL)
# Below it so little is common that the marks would hide both texts: they are shown one after the other.
LEAST_LIKENESS = 0.4
SHORT_SHA256 = 12


class Mark(StrEnum):
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A part of a text: in both versions, or in one of them only."""

    text: str
    mark: Mark = Mark.KEPT


@dataclass(frozen=True)
class FieldDifference:
    """One field before and after, in words. `pieces` mark its text; without them the whole stands for itself.

    `is_list` where each piece is an item of its own. `change` is after minus before in the target's unit; "" where
    one of them is no number.
    """

    label: str
    before: str
    after: str
    pieces: Sequence[Piece] = ()
    is_list: bool = False
    change: str = ""

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Differences:
    """All fields of two versions."""

    fields: Sequence[FieldDifference]

    @property
    def changed(self) -> list[FieldDifference]:
        return [field for field in self.fields if field.is_changed]

    @property
    def unchanged(self) -> list[FieldDifference]:
        return [field for field in self.fields if not field.is_changed]


def differences_between(before: FigureVersion, after: FigureVersion, target: Target) -> Differences:
    """What `after` says that `before` did not, for two versions of figures of one target."""
    fields = [
        _value_difference(before, after, target),
        _difference(_("口径"), before, after, _basis),
        _difference(_("初步数"), before, after, _provisional),
        _text_difference(_("来源"), before.source, after.source),
        _text_difference(_("备注"), before.note, after.note),
        _text_difference(_("情况说明"), before.reason, after.reason),
        _difference(_("更正原因"), before, after, _cause),
        _evidence_difference(before, after),
    ]
    return Differences([field for field in fields if field.before or field.after])


def marked(before: str, after: str) -> list[Piece]:
    """The two texts as one, its words marked; one after the other where they have little in common."""
    old, new = WORD.findall(before), WORD.findall(after)
    # With its default for popular words the matcher's work stays bounded whatever the texts.
    matcher = SequenceMatcher(None, old, new)
    if matcher.ratio() < LEAST_LIKENESS:
        return _pieces((Mark.REMOVED, before), (Mark.ADDED, after))
    parts: list[tuple[Mark, str]] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            parts.append((Mark.KEPT, "".join(old[old_from:old_to])))
        else:
            parts.append((Mark.REMOVED, "".join(old[old_from:old_to])))
            parts.append((Mark.ADDED, "".join(new[new_from:new_to])))
    return _pieces(*parts)


def _pieces(*parts: tuple[Mark, str]) -> list[Piece]:
    return [Piece(text, mark) for mark, text in parts if text]


def _value_difference(before: FigureVersion, after: FigureVersion, target: Target) -> FieldDifference:
    change = ""
    if before.value is not None and after.value is not None:
        change = written_change(after.value - before.value, target.decimals)
    return FieldDifference(_("数值"), _value(before, target), _value(after, target), change=change)


def _value(version: FigureVersion, target: Target) -> str:
    if version.value is None:
        return _("撤回，不填数值")
    return f"{written_figure(version.value, target.decimals)} {translated(target.unit)}"


def _difference(
    label: str, before: FigureVersion, after: FigureVersion, words: Callable[[FigureVersion], str]
) -> FieldDifference:
    return FieldDifference(label, words(before), words(after))


def _basis(version: FigureVersion) -> str:
    return basis_name(version.basis)


def _provisional(version: FigureVersion) -> str:
    return _("是") if version.provisional else _("否")


def _cause(version: FigureVersion) -> str:
    return str(Cause(version.cause).label) if version.cause else ""


def _text_difference(label: str, before: str, after: str) -> FieldDifference:
    return FieldDifference(label, before, after, marked(before, after))


def _evidence_difference(before: FigureVersion, after: FigureVersion) -> FieldDifference:
    old, new = _evidence(before.evidence), _evidence(after.evidence)
    marks = {name: Mark.KEPT if name in new else Mark.REMOVED for name in old}
    marks |= {name: Mark.ADDED for name in new if name not in old}
    pieces = [Piece(name, mark) for name, mark in marks.items()]
    return FieldDifference(_("佐证材料"), _("；").join(old), _("；").join(new), pieces, is_list=True)


def _evidence(attached: Iterable[dict[str, Any]]) -> list[str]:
    """Each attached piece by its name and what tells it from another of that name."""
    return [_("%(name)s（%(proof)s）") % {"name": piece["name"], "proof": _proof(piece)} for piece in attached]


def _proof(piece: dict[str, Any]) -> str:
    return piece["sha256"][:SHORT_SHA256] if piece.get("sha256") else str(piece.get("address", ""))
