"""What a person may not know of is on no page: neither on the workspace, nor beside the form, nor in a clash."""

from collections.abc import Callable

from django.test import Client

from targets.models import Figure

ENTRY = "/workspace/high-tech-enterprises/2017/"


def test_a_reviewer_does_not_see_a_colleagues_draft(
    browse: Callable[[str], Client], draft: Callable[..., Figure]
) -> None:
    draft(value="817263")
    assert "817,263" not in browse("demo-reviewer").get("/workspace/").content.decode()
    assert "817263" not in browse("demo-reviewer").get(ENTRY).content.decode()
    assert "817263" in browse("demo-staff").get(ENTRY).content.decode()


def test_a_reviewer_who_enters_the_same_year_is_told_without_seeing_it(
    browse: Callable[[str], Client], draft: Callable[..., Figure]
) -> None:
    draft(value="817263")
    answer = browse("demo-reviewer").post(ENTRY, {"action": "draft", "value": "930"})
    assert answer.status_code == 409
    assert "已有一条在填报或审核中" in answer.content.decode()
    assert "817263" not in answer.content.decode()


def test_a_reviewer_cannot_change_or_withdraw_a_colleagues_draft(
    browse: Callable[[str], Client], draft: Callable[..., Figure]
) -> None:
    figure = draft()
    named = {"figure": figure.pk, "version": 1, "withdraw-figure": figure.pk, "withdraw-version": 1}
    for form in ({"action": "draft", "value": "1"}, {"action": "withdraw", "withdraw-reason": "不要"}):
        assert browse("demo-reviewer").post(ENTRY, named | form).status_code == 404
    figure.refresh_from_db()
    assert (figure.version, figure.state) == (1, "draft")


def test_a_reviewer_works_on_their_own_draft(browse: Callable[[str], Client], draft: Callable[..., Figure]) -> None:
    draft(by="demo-reviewer", value="817263")
    assert "817263" in browse("demo-reviewer").get(ENTRY).content.decode()


def test_an_approved_figure_stands_beside_what_it_superseded(
    browse: Callable[[str], Client], submitted: Callable[..., Figure]
) -> None:
    reviewer = browse("demo-reviewer")
    first = submitted(value="929")
    reviewer.post(f"/review/{first.pk}/", {"figure": first.pk, "version": 2, "decision": "approve"})
    second = submitted(value="940", reason="漏报")
    reviewer.post(f"/review/{second.pk}/", {"figure": second.pk, "version": 2, "decision": "approve"})
    assert reviewer.get(f"/review/{first.pk}/").context["comparison"].current is None
    assert reviewer.get(f"/review/{second.pk}/").context["comparison"].current == first
