"""How much texts find, each of many or one by fields, from one reading of the index."""

from collections.abc import Mapping, Sequence

from planportal.plan.models import Plan
from planportal.search.held import held_index, held_synonyms


def counts_of(plan: Plan, texts: Sequence[str]) -> list[int]:
    """The number of things that each text finds in a plan, in their order; one query, whatever their number."""
    held, synonyms = held_index(plan), held_synonyms()
    if held is None:
        return [0] * len(texts)
    return [held.index.answer(text, synonyms)[1].count for text in texts]


def counts_by_field(plan: Plan, text: str, *, kind: str = "") -> Mapping[str, int]:
    """How much of what a text finds belongs to each priority field, by its code; of one kind where it is given."""
    held = held_index(plan)
    return held.index.counts_by_field(held.index.answer(text, held_synonyms(), kind=kind)[1]) if held else {}
