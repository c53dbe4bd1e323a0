"""How much each of many texts finds, from one reading of the index."""

from collections.abc import Sequence

from planportal.plan.models import Plan
from planportal.search.held import held_index, held_synonyms


def counts_of(plan: Plan, texts: Sequence[str]) -> list[int]:
    """The number of things that each text finds in a plan, in their order; one query, whatever their number."""
    held, synonyms = held_index(plan), held_synonyms()
    if held is None:
        return [0] * len(texts)
    return [held.index.answer(text, synonyms)[1].count for text in texts]
