"""The entry form forgives, shows what it understood before it saves, checks while typing, and loses nothing typed."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.web import kept
from targets.models import Figure, State
from tests.reading import text

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
CHECK = f"{ENTRY}check/"
SHARE = "high-tech-value-added-share"
TYPED = {"value": "929", "source": "年度统计", "note": "别丢", "action": "draft"}
Browse = Callable[[str], Client]


def stored() -> list[Figure]:
    return list(Figure.objects.filter(target__code=CODE, year=YEAR, city=None))


class TestUnderstood:
    @pytest.mark.parametrize("value", ["1,250", "１２５０", "1 250", "1250 家", "１，２５０"])
    @pytest.mark.parametrize("action", ["draft", "submit"])
    def test_it_is_shown_before_it_is_saved(self, browse: Browse, value: str, action: str) -> None:
        staff = browse("demo-staff")
        shown = staff.post(ENTRY, TYPED | {"value": value, "action": action})
        assert shown.status_code == 200
        assert "您填写的数值将保存为 1250，还没有保存" in text(shown)
        assert stored() == []
        form = shown.context["form"]
        assert (form["value"].value(), form["understood"].value(), form["note"].value()) == ("1250", "1250", "别丢")
        again = TYPED | {"value": "1250", "understood": "1250", "action": action}
        assert staff.post(ENTRY, again).status_code == 302
        assert [figure.value for figure in stored()] == [1250]

    def test_what_the_page_has_shown_already_is_saved_at_once(self, browse: Browse) -> None:
        given = TYPED | {"value": "1,250", "understood": "1250"}
        assert browse("demo-staff").post(ENTRY, given).status_code == 302
        assert [figure.value for figure in stored()] == [1250]

    def test_something_else_shown_does_not_count(self, browse: Browse) -> None:
        given = TYPED | {"value": "1,250", "understood": "125"}
        assert browse("demo-staff").post(ENTRY, given).status_code == 200
        assert stored() == []

    @pytest.mark.parametrize("value", ["929", " 929 ", "0929"])
    def test_plain_digits_are_saved_at_once(self, browse: Browse, value: str) -> None:
        assert browse("demo-staff").post(ENTRY, TYPED | {"value": value}).status_code == 302
        assert [figure.value for figure in stored()] == [929]

    def test_nothing_is_shown_to_who_may_not_enter(self, browse: Browse) -> None:
        assert browse("demo-other").post(ENTRY, TYPED | {"value": "1,250"}).status_code == 403


class TestChecks:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("929", ["将保存为 929 家"]),
            ("1,250", ["将保存为 1,250 家"]),
            ("9290", ["将保存为 9,290 家", "请核对", "10 倍"]),
            ("9.5", ["最多 0 位小数"]),
            ("九百", ["不是数值"]),
            ("1,25", ["不是数值"]),
            ("-3", ["不能为负"]),
        ],
    )
    def test_what_is_said_while_typing(self, browse: Browse, value: str, words: list[str]) -> None:
        answer = browse("demo-staff").post(CHECK, {"value": value})
        assert answer.status_code == 200
        assert all(word in text(answer) for word in words), text(answer)
        assert stored() == []

    @pytest.mark.parametrize(
        ("code", "value", "words"),
        [
            ("technology-contract-value", "265.20 万元", "数值中含有“万元”；本指标单位为亿元，请换算后只填数字。"),
            (CODE, "1万", "数值中含有“万”；本指标单位为家，请换算后只填数字。"),
            (CODE, "5²", "不是数值"),
            (SHARE, "0.13", "最多 1 位小数。像是把比例与百分数弄混，13% 应填 13。"),
            (SHARE, "0.135", "最多 1 位小数。像是把比例与百分数弄混，13.5% 应填 13.5。"),
            (SHARE, "0.1357", "最多 1 位小数。像是把比例与百分数弄混，0.1357 即 13.57%。"),
            (SHARE, "13.57", "“13.57”小数位过多，该指标最多 1 位小数。"),
            (SHARE, "0.0013", "“0.0013”小数位过多，该指标最多 1 位小数。"),
        ],
    )
    def test_saving_says_what_was_said_while_typing(self, browse: Browse, code: str, value: str, words: str) -> None:
        staff, address = browse("demo-staff"), f"/workspace/{code}/2018/"
        while_typing = staff.post(f"{address}check/", {"value": value})
        saving = staff.post(address, TYPED | {"value": value, "reason": "更正", "cause": "error"})
        assert (while_typing.status_code, saving.status_code) == (200, 400)
        said = [error for error in saving.context["form"].errors["value"] if words in error]
        assert len(said) == 1
        assert said == while_typing.context["check"].faults
        assert ("比例" in said[0]) == ("比例" in words)
        assert saving.context["form"]["value"].value() == value

    @pytest.mark.parametrize(
        ("code", "value", "found"),
        [(CODE, "1万", "not_a_number"), (CODE, "1250 家", "not_a_number"), (SHARE, "0.13", "too_many_decimals")],
    )
    def test_the_api_forgives_and_explains_nothing(
        self, api: Callable[[str], APIClient], code: str, value: str, found: str
    ) -> None:
        given = {"target": code, "year": 2018, "value": value}
        (error,) = api("demo-staff").post("/api/v1/figures/", given, format="json").json()["errors"]
        assert (error["field"], error["code"]) == ("value", found)
        assert not {"换算", "比例"} & set(re.findall("换算|比例", error["message"]))

    def test_a_share_is_told_by_its_own_basis(self, browse: Browse) -> None:
        given = {"value": "0.0105", "basis": "rebased"}
        told = text(browse("demo-staff").post("/workspace/rd-intensity/2018/check/", given))
        assert "像是把比例与百分数弄混，1.05% 应填 1.05。" in told

    @pytest.mark.parametrize("value", ["", "  "])
    def test_an_empty_field_is_no_mistake_yet(self, browse: Browse, value: str) -> None:
        assert text(browse("demo-staff").post(CHECK, {"value": value})).strip() == ""

    def test_a_missing_reason_is_no_mistake_yet(self, browse: Browse) -> None:
        answer = browse("demo-staff").post(f"/workspace/{CODE}/2020/check/", {"value": "1940"})
        assert "理由" not in text(answer)
        assert "将保存为 1,940 家" in text(answer)

    def test_the_basis_is_judged_too(self, browse: Browse) -> None:
        address = "/workspace/rd-intensity/2018/check/"
        assert "请指明其一" in text(browse("demo-staff").post(address, {"value": "1.1"}))
        told = text(browse("demo-staff").post(address, {"value": "1.1", "basis": "rebased"}))
        assert "将保存为 1.10 %" in told

    @pytest.mark.parametrize("value", ["9" * 5000, "1\x002", "<script>"])
    def test_what_nobody_types_is_no_failure(self, browse: Browse, value: str) -> None:
        answer = browse("demo-staff").post(CHECK, {"value": value})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()

    @pytest.mark.parametrize(
        ("username", "status"),
        [
            ("", 302),
            ("demo-staff", 200),
            ("demo-reviewer", 200),
            ("demo-other", 403),
            ("demo-harbin", 403),
            ("demo-auditor", 403),
            ("demo-admin", 403),
        ],
    )
    def test_who_is_told(self, as_person: Browse, username: str, status: int) -> None:
        assert as_person(username).post(CHECK, {"value": "929"}).status_code == status
        assert as_person(username).get(CHECK).status_code == 405


class TestExpiredSession:
    @pytest.fixture
    def expired(self, client: Client, people: dict[str, User]) -> Client:
        """A browser whose session ended while the form was filled in."""
        answer = client.post(ENTRY, TYPED | {"value": "931"})
        assert answer["Location"] == f"/accounts/login/?next={ENTRY}"
        return client

    def sign_in(self, client: Client, username: str = "demo-staff") -> HttpResponse:
        given = {"username": username, "password": "demo-password-1", "next": ENTRY}
        return client.post("/accounts/login/", given, follow=True)

    def test_the_sign_in_page_says_that_it_is_kept(self, expired: Client) -> None:
        assert "填写的内容已保留" in text(expired.get(f"/accounts/login/?next={ENTRY}"))
        assert "填写的内容已保留" not in text(expired.get("/accounts/login/?next=/workspace/"))

    def test_it_comes_back_after_signing_in_unsaved(self, expired: Client) -> None:
        page = self.sign_in(expired)
        assert page.redirect_chain[-1][0] == ENTRY
        assert "已经恢复，还没有保存" in text(page)
        form = page.context["form"]
        assert (form["value"].value(), form["note"].value(), form["source"].value()) == ("931", "别丢", "年度统计")
        assert stored() == []

    def test_it_can_then_be_saved(self, expired: Client) -> None:
        self.sign_in(expired)
        assert expired.post(ENTRY, TYPED | {"value": "931"}).status_code == 302
        assert [figure.value for figure in stored()] == [931]
        assert "已经恢复" not in text(expired.get(f"{ENTRY}"))

    def test_another_page_does_not_show_it(self, expired: Client) -> None:
        self.sign_in(expired)
        assert "已经恢复" not in text(expired.get(f"/workspace/{CODE}/2018/"))

    def test_who_may_not_enter_does_not_see_it(self, expired: Client) -> None:
        page = self.sign_in(expired, "demo-other")
        assert page.status_code == 403
        assert "931" not in text(page)

    def test_what_was_submitted_meanwhile_is_not_overwritten(
        self, expired: Client, submitted: Callable[..., Figure]
    ) -> None:
        submitted()
        page = self.sign_in(expired)
        assert "这条数据现在不能修改" in text(page)
        assert "931" in text(page)
        assert stored()[0].state == State.SUBMITTED

    def test_it_is_kept_for_an_hour(self, expired: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept, "SECONDS", -1)
        assert "已经恢复" not in text(self.sign_in(expired))

    def test_too_much_to_be_typing_is_not_kept(self, client: Client, people: dict[str, User]) -> None:
        client.post(ENTRY, TYPED | {"note": "长" * 30_000})
        assert "已经恢复" not in text(self.sign_in(client))

    def test_a_reviewers_reason_comes_back_too(
        self, client: Client, people: dict[str, User], submitted: Callable[..., Figure]
    ) -> None:
        address = f"/review/{submitted().pk}/"
        client.post(address, {"decision": "return", "reason": "来源不清"})
        given = {"username": "demo-reviewer", "password": "demo-password-1", "next": address}
        page = client.post("/accounts/login/", given, follow=True)
        assert "来源不清" in page.content.decode()
        assert stored()[0].state == State.SUBMITTED


class TestOldFormToken:
    """Signing in anew in another window makes the token of an open form old."""

    @pytest.fixture
    def strict(self, people: dict[str, User]) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(people["demo-staff"], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_what_was_typed_comes_back_unsaved(self, strict: Client) -> None:
        answer = strict.post(ENTRY, TYPED | {"csrfmiddlewaretoken": "old"})
        assert (answer.status_code, answer["Location"]) == (302, ENTRY)
        page = strict.get(ENTRY)
        assert page.context["form"]["note"].value() == "别丢"
        assert stored() == []

    def test_other_forms_are_refused_as_ever(self, strict: Client) -> None:
        answer = strict.post("/accounts/password/", {"old_password": "x", "csrfmiddlewaretoken": "old"})
        assert answer.status_code == 403
        assert "表单已过期" in text(answer)


class TestDiscarding:
    def test_a_draft_is_discarded_without_having_to_say_why(
        self, browse: Browse, draft: Callable[..., Figure]
    ) -> None:
        figure = draft()
        about = {"withdraw-figure": figure.pk, "withdraw-version": 1, "action": "withdraw", "withdraw-reason": ""}
        assert "丢弃草稿" in text(browse("demo-staff").get(ENTRY))
        assert browse("demo-staff").post(ENTRY, about).status_code == 302
        assert stored()[0].state == State.WITHDRAWN
        assert stored()[0].events.last().why == "草稿未报送，由填报人丢弃"

    def test_a_returned_figure_is_not(self, browse: Browse, returned: Callable[..., Figure]) -> None:
        figure = returned()
        about = {"withdraw-figure": figure.pk, "withdraw-version": figure.version, "action": "withdraw"}
        answer = browse("demo-staff").post(ENTRY, about)
        assert answer.status_code == 400
        assert stored()[0].state == State.RETURNED
