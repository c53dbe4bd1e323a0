"""The facts that the plan's parser finds, as frozen dataclasses."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class GoalFacts:
    """A goal; `qualitative` where the plan gives it no number."""

    number: int
    title: str
    qualitative: bool
    part: str
    section: str
    line: int


@dataclass(frozen=True, kw_only=True)
class HeadingFacts:
    """A heading: of a chapter or an annex, which are the parts of the plan, or of a section within one.

    `part` is the part's code: chapter-2, annex-1.
    """

    line: int
    part: str
    level: str
    number: int
    title: str


@dataclass(frozen=True, kw_only=True)
class TargetFacts:
    """A target: our definition (kind, unit, decimals) with the numbers as the plan prints them.

    Values are decimal strings as printed; baseline_* and previous_* (the 2010 figure) are None
    where the plan prints none. `clause` is a phrase of a few words; `line`, `baseline_line` and
    `context_line` say where in the source each was found.
    """

    code: str
    name: str
    unit: str
    decimals: int
    kind: str
    submitted_as: str | None
    target_value: str
    baseline_value: str | None
    baseline_year: int | None
    previous_value: str | None
    previous_year: int | None
    additive: bool
    bases: tuple[str, ...]
    goal: int
    chapter: str
    part: str
    section: str
    clause: str
    line: int
    baseline_line: int | None
    context: str
    context_line: int | None
    definition_note: str


@dataclass(frozen=True, kw_only=True)
class CarrierFacts:
    """An institution, or a laboratory, that the plan names in a field, and as what: the clause of each of its roles.

    All of them stand in `line`.
    """

    name: str
    role: str
    line: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """A national project that the plan ties a field to."""

    name: str
    line: int
    clause: str


@dataclass(frozen=True, kw_only=True)
class MentionFacts:
    """A clause in which the plan names an institution, and where it stands; a line may have several."""

    part: str
    section: str
    line: int
    clause: str


@dataclass(frozen=True, kw_only=True)
class InstitutionFacts:
    """An institution that the plan names, with every place that does; those of chapter 3 are numbered first."""

    number: int
    name: str
    mentions: tuple[MentionFacts, ...]


@dataclass(frozen=True, kw_only=True)
class FieldFacts:
    """A priority field: its range of directions in annex 1 and what chapter 3 says of it."""

    code: str
    name: str
    number: int
    first: int
    last: int
    heading: str
    part: str
    section: str
    line: int
    clause: str
    national_projects: tuple[ProjectFacts, ...]
    institutions: tuple[CarrierFacts, ...]

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, kw_only=True)
class DirectionFacts:
    """A research direction of annex 1; `field` is the field's code."""

    number: int
    name: str
    field: str
    part: str
    line: int


@dataclass(frozen=True, kw_only=True)
class AllianceFacts:
    """An alliance of annex 3; `level` is national where its printed name ends in （国家）."""

    number: int
    name: str
    level: str
    part: str
    line: int


@dataclass(frozen=True, kw_only=True)
class PlatformFacts:
    """A platform of annex 2."""

    number: int
    name: str
    part: str
    line: int


@dataclass(frozen=True, kw_only=True)
class DocumentFacts:
    """The plan as a document."""

    code: str
    title: str
    start_year: int
    end_year: int
    issuer: str
    issued_on: datetime.date


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """Everything that the parser reads from one source; `departments` as printed in chapter 8."""

    sha256: str
    document: DocumentFacts
    goals: tuple[GoalFacts, ...]
    targets: tuple[TargetFacts, ...]
    fields: tuple[FieldFacts, ...]
    directions: tuple[DirectionFacts, ...]
    platforms: tuple[PlatformFacts, ...]
    alliances: tuple[AllianceFacts, ...]
    institutions: tuple[InstitutionFacts, ...]
    headings: tuple[HeadingFacts, ...]
    departments: tuple[str, ...]
    departments_line: int
