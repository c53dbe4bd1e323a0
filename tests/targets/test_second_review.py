"""Two levels of review: the first approval endorses, another person's puts in force, and what ends an endorsement."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Forbidden, Invalid, Stale
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, State, Target
from targets.models.figure import FigureQuerySet
from tests.history import rewriting
from tests.targets.desk import (
    ADMIN,
    AUDITOR,
    EVERYBODY,
    FIGURES,
    NOBODY,
    OFFICIAL,
    OTHER,
    REVIEWER,
    SECOND_REVIEWER,
    STAFF,
    Desk,
    codes,
)

CODE = "high-tech-enterprises"
People = dict[str, User]
Targets = Callable[[str], Target]


def ask_for_two_levels(*, code: str = CODE, on: bool = True) -> None:
    Target.objects.filter(code=code).update(second_review=on)


@pytest.fixture
def submitted(people: People, target: Targets) -> Figure:
    """Handed in by staff; one level is asked for."""
    content = Content(value="929", reason="新认定较多")
    figure = services.figure_draft(by=people[STAFF], target=target(CODE), city=None, year=2017, content=content)
    return services.figure_submit(by=people[STAFF], figure=figure, if_version=1)


@pytest.fixture
def endorsed(people: People, second_reviewer: User, submitted: Figure) -> Figure:
    """The same where two levels are asked for, passed at the first one by demo-reviewer."""
    ask_for_two_levels()
    return services.figure_approve(by=people[REVIEWER], figure=submitted, if_version=2)


def stored(figure: Figure) -> Figure:
    return Figure.objects.get(pk=figure.pk)


class TestSteps:
    def test_the_first_approval_only_endorses(self, people: People, endorsed: Figure) -> None:
        now = stored(endorsed)
        assert (now.state, now.version, now.endorsed_by) == (State.SUBMITTED, 3, people[REVIEWER])
        assert (now.approved_by, now.known_from, now.sequence) == (None, None, None)
        event = now.events.get(version=3)
        assert (event.action, event.from_state, event.to_state) == ("endorsed", "submitted", "submitted")
        assert event.actor == people[REVIEWER]
        assert now.versions.get(number=3).value == 929
        assert not FigureQuerySet(Figure).visible_to(None).filter(pk=now.pk).exists()

    def test_somebody_elses_puts_it_in_force(self, people: People, second_reviewer: User, endorsed: Figure) -> None:
        services.figure_approve(by=second_reviewer, figure=endorsed, if_version=3)
        now = stored(endorsed)
        assert (now.state, now.version) == (State.APPROVED, 4)
        assert (now.endorsed_by, now.approved_by) == (people[REVIEWER], second_reviewer)
        assert [event.action for event in now.events.all()] == ["drafted", "submitted", "endorsed", "approved"]

    @pytest.mark.parametrize("seen", ["fresh", "as it was before"])
    def test_whoever_endorsed_does_not_approve(self, people: People, endorsed: Figure, seen: str) -> None:
        figure = stored(endorsed)
        if seen != "fresh":
            figure.endorsed_by = None
        with pytest.raises(Forbidden) as refused:
            services.figure_approve(by=people[REVIEWER], figure=figure, if_version=3)
        assert refused.value.code == "not_responsible"
        assert "另一位审核人" in str(refused.value)
        assert stored(endorsed).state == State.SUBMITTED
        assert FigureEvent.objects.get(action="refused").code == "not_responsible"

    def test_an_endorsement_names_the_version_too(self, second_reviewer: User, endorsed: Figure) -> None:
        with pytest.raises(Stale):
            services.figure_approve(by=second_reviewer, figure=endorsed, if_version=2)
        assert stored(endorsed).state == State.SUBMITTED

    def test_nobody_endorses_their_own(self, people: People, target: Targets) -> None:
        ask_for_two_levels()
        by = people[REVIEWER]
        content = Content(value="929", reason="新认定较多")
        figure = services.figure_draft(by=by, target=target(CODE), city=None, year=2017, content=content)
        figure = services.figure_submit(by=by, figure=figure, if_version=1)
        with pytest.raises(Forbidden) as refused:
            services.figure_approve(by=by, figure=figure, if_version=2)
        assert refused.value.code == "own_figure"
        assert stored(figure).endorsed_by is None

    def test_what_no_longer_holds_is_not_endorsed(
        self, people: People, second_reviewer: User, target: Targets
    ) -> None:
        ask_for_two_levels()
        content = Content(value="929")
        figure = services.figure_draft(by=people[STAFF], target=target(CODE), city=None, year=2017, content=content)
        figure = services.figure_submit(by=people[STAFF], figure=figure, if_version=1, reason="")
        with rewriting():
            Figure.objects.filter(target__code=CODE, city=None, year=2020).update(year=2017)
        with pytest.raises(Invalid):
            services.figure_approve(by=people[REVIEWER], figure=figure, if_version=2)
        assert stored(figure).endorsed_by is None


class TestSwitching:
    """What the target asks for is looked at with each step."""

    @pytest.mark.parametrize(
        ("who", "kept"), [(REVIEWER, None), (SECOND_REVIEWER, REVIEWER)], ids=["the endorser", "another"]
    )
    def test_switched_off_one_more_approval_suffices(
        self, people: People, endorsed: Figure, who: str, kept: str | None
    ) -> None:
        ask_for_two_levels(on=False)
        services.figure_approve(by=people[who], figure=endorsed, if_version=3)
        now = stored(endorsed)
        assert (now.state, now.approved_by) == (State.APPROVED, people[who])
        assert now.endorsed_by == (people[kept] if kept else None)

    def test_switched_on_after_submission_two_are_needed(
        self, people: People, second_reviewer: User, submitted: Figure
    ) -> None:
        ask_for_two_levels()
        first = services.figure_approve(by=people[REVIEWER], figure=submitted, if_version=2)
        assert stored(first).state == State.SUBMITTED
        services.figure_approve(by=second_reviewer, figure=first, if_version=3)
        assert stored(first).state == State.APPROVED

    def test_switched_off_whoever_had_a_hand_in_it_is_still_refused(self, people: People, submitted: Figure) -> None:
        returned = services.figure_return(by=people[REVIEWER], figure=submitted, if_version=2, reason="核对")
        own = services.figure_edit(by=people[REVIEWER], figure=returned, if_version=3, changes={"note": "已核"})
        own = services.figure_submit(by=people[STAFF], figure=own, if_version=4)
        with pytest.raises(Forbidden) as refused:
            services.figure_approve(by=people[REVIEWER], figure=own, if_version=5)
        assert refused.value.code == "own_figure"


class TestEndsAnEndorsement:
    def test_a_return(self, people: People, second_reviewer: User, endorsed: Figure) -> None:
        returned = services.figure_return(by=second_reviewer, figure=endorsed, if_version=3, reason="来源不清")
        assert (stored(returned).state, stored(returned).endorsed_by) == (State.RETURNED, None)

    def test_the_endorser_may_return_it_too(self, people: People, endorsed: Figure) -> None:
        services.figure_return(by=people[REVIEWER], figure=endorsed, if_version=3, reason="发现有误")
        assert (stored(endorsed).state, stored(endorsed).endorsed_by) == (State.RETURNED, None)

    def test_a_withdrawal(self, people: People, endorsed: Figure) -> None:
        services.figure_withdraw(by=people[STAFF], figure=endorsed, if_version=3, reason="重复填报")
        assert (stored(endorsed).state, stored(endorsed).endorsed_by) == (State.WITHDRAWN, None)

    def test_what_is_handed_in_again_needs_two_again(
        self, people: People, second_reviewer: User, endorsed: Figure
    ) -> None:
        figure = services.figure_return(by=second_reviewer, figure=endorsed, if_version=3, reason="来源不清")
        figure = services.figure_edit(by=people[STAFF], figure=figure, if_version=4, changes={"source": "台账"})
        figure = services.figure_submit(by=people[STAFF], figure=figure, if_version=5)
        assert stored(figure).endorsed_by is None
        figure = services.figure_approve(by=second_reviewer, figure=figure, if_version=6)
        assert (stored(figure).state, stored(figure).endorsed_by) == (State.SUBMITTED, second_reviewer)
        services.figure_approve(by=people[REVIEWER], figure=figure, if_version=7)
        assert stored(figure).state == State.APPROVED


class TestDatabase:
    @pytest.mark.parametrize("who", [STAFF, REVIEWER])
    def test_two_levels_are_two_other_people(self, people: People, endorsed: Figure, who: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Figure.objects.filter(pk=endorsed.pk).update(endorsed_by=people[STAFF], approved_by=people[who])
        with pytest.raises(IntegrityError), transaction.atomic():
            Figure.objects.filter(pk=endorsed.pk).update(approved_by=people[who])

    @pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.WITHDRAWN])
    def test_only_what_is_in_review_is_endorsed(self, endorsed: Figure, state: State) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Figure.objects.filter(pk=endorsed.pk).update(state=state)


class TestUnlessWarned:
    def test_a_warning_is_looked_at_one_by_one(self, people: People, submitted: Figure) -> None:
        Figure.objects.filter(pk=submitted.pk).update(warnings=[{"code": "large_change", "message": "变化较大"}])
        by, figure = people[REVIEWER], stored(submitted)
        with pytest.raises(Conflict) as refused:
            services.figure_approve(by=by, figure=figure, if_version=2, looked_at=False)
        assert refused.value.code == "has_warnings"
        assert stored(figure).state == State.SUBMITTED
        services.figure_approve(by=by, figure=figure, if_version=2)
        assert stored(figure).state == State.APPROVED


class TestApi:
    @pytest.fixture
    def figure(self, desk: Desk, second_reviewer: User) -> dict[str, object]:
        """A figure of a target with two levels, endorsed by demo-reviewer."""
        ask_for_two_levels(code="registered-results")
        return desk.done(REVIEWER, desk.in_state("submitted"), "approve")

    def test_the_first_approval_answers_with_what_still_waits(self, figure: dict[str, object]) -> None:
        assert (figure["state"], figure["version"], figure["known_from"]) == ("submitted", 3, None)
        assert "endorsed_by" not in figure

    def test_the_public_sees_it_after_the_second(self, desk: Desk, figure: dict[str, object]) -> None:
        address = f"{FIGURES}{figure['id']}/"
        assert desk.client(NOBODY).get(address).status_code == 401
        assert desk.done(SECOND_REVIEWER, figure, "approve")["state"] == "approved"
        assert desk.client(NOBODY).get(address).status_code == 200

    # Of a figure that was passed at the first level: who gives the second approval.
    SECOND = {
        NOBODY: (401, ["not_authenticated"]),
        STAFF: (403, ["not_reviewer"]),
        REVIEWER: (403, ["not_responsible"]),
        OTHER: (404, ["not_found"]),
        OFFICIAL: (404, ["not_found"]),
        AUDITOR: (403, ["read_only"]),
        ADMIN: (404, ["not_found"]),
        SECOND_REVIEWER: (200, []),
    }

    @pytest.mark.parametrize("who", [*EVERYBODY, SECOND_REVIEWER])
    def test_who_gives_the_second_approval(self, desk: Desk, figure: dict[str, object], who: str) -> None:
        response = desk.step(who, figure, "approve")
        status, expected = self.SECOND[who]
        assert response.status_code == status
        assert (codes(response) if expected else []) == expected
        assert Figure.objects.get(pk=figure["id"]).state == ("approved" if who == SECOND_REVIEWER else "submitted")

    def test_the_endorser_is_told_before_version_and_input(self, desk: Desk, figure: dict[str, object]) -> None:
        response = desk.step(REVIEWER, figure | {"version": 1}, "approve", x=1)
        assert (response.status_code, codes(response)) == (403, ["not_responsible"])

    def test_an_approved_one_is_past_it(self, desk: Desk, figure: dict[str, object]) -> None:
        approved = desk.done(SECOND_REVIEWER, figure, "approve")
        response = desk.step(REVIEWER, approved, "approve")
        assert (response.status_code, codes(response)) == (409, ["wrong_state"])
