"""What was typed without a sign-in comes back where it was typed, and to nobody but who typed it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from planportal.accounts.models import User
from planportal.web import kept
from targets import services as figures
from targets.models import Figure, State, Target
from tests.reading import text

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
DECLARE = f"{ENTRY}unavailable/"
TYPED = {"value": "931", "source": "年度统计", "note": "别丢", "action": "draft"}
REASON = "普查数据尚未公布"
UNTIL = (timezone.localdate() + timedelta(days=60)).isoformat()
DECLARED = {"action": "declare", "declaration-until": UNTIL, "declaration-reason": REASON}
Browse = Callable[[str], Client]
Make = Callable[..., Figure]


def sign_in(client: Client, username: str = "demo-staff", to: str = ENTRY) -> HttpResponse:
    given = {"username": username, "password": "demo-password-1", "next": to}
    return client.post("/accounts/login/", given, follow=True)


@pytest.fixture
def typist(browse: Browse) -> Callable[..., str]:
    """What the hidden field of a form says that was shown to a person."""

    def named(username: str = "demo-staff", address: str = ENTRY) -> str:
        page = browse(username).get(address).content.decode()
        found = re.findall(r'name="typist" value="([^"]+)"', page)
        assert len(set(found)) == 1
        return str(found[0])

    return named


class TestDeclaration:
    @pytest.mark.parametrize("query", ["", "?area=230100"])
    def test_the_sign_in_leads_to_the_page_with_the_form(self, client: Client, opened: None, query: str) -> None:
        answer = client.post(f"{DECLARE}{query}", DECLARED)
        assert answer["Location"] == f"/accounts/login/?next={ENTRY}{query.replace('?', '%3F').replace('=', '%3D')}"

    def test_it_is_filled_in_again(self, client: Client, opened: None) -> None:
        client.post(DECLARE, DECLARED)
        page = sign_in(client)
        form = page.context["declaration"]
        assert (form["until"].value(), form["reason"].value()) == (UNTIL, REASON)
        assert "已经恢复，还没有保存" in text(page)
        assert re.search(r"<details[^>]* open>\s*<summary>这项数据暂时没有", page.content.decode())
        assert page.context["form"]["value"].value() is None
        assert client.post(DECLARE, DECLARED).status_code == 302
        assert "已经恢复" not in text(client.get(ENTRY))

    def test_what_was_reported_meanwhile_is_told_with_the_reason(
        self, client: Client, opened: None, submitted: Make
    ) -> None:
        client.post(DECLARE, DECLARED)
        submitted()
        page = sign_in(client)
        assert "没有保存；这条数据现在不能这样处理" in text(page)
        assert REASON in text(page)

    @pytest.mark.parametrize("action", ["declare", "end"])
    def test_a_refused_declaration_shows_what_was_typed(
        self, browse: Browse, opened: None, draft: Make, action: str
    ) -> None:
        draft()
        answer = browse("demo-staff").post(DECLARE, DECLARED | {"action": action})
        assert answer.status_code == 409
        assert "填写过的内容没有保存，如下，可以抄录" in text(answer)
        assert (REASON in text(answer), UNTIL in text(answer)) == (True, True)

    def test_an_old_form_token_leads_to_the_page_too(self, people: dict[str, User], opened: None) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(people["demo-staff"], backend="django.contrib.auth.backends.ModelBackend")
        answer = strict.post(DECLARE, DECLARED | {"csrfmiddlewaretoken": "old"})
        assert (answer.status_code, answer["Location"]) == (302, ENTRY)
        assert strict.get(ENTRY).context["declaration"]["reason"].value() == REASON


class TestWithdrawal:
    def about(self, figure: Figure, reason: str = "口径有误") -> dict[str, str]:
        hidden = {"withdraw-figure": str(figure.pk), "withdraw-version": str(figure.version)}
        return hidden | {"withdraw-reason": reason, "action": "withdraw"}

    def test_the_draft_is_shown_as_it_is_with_the_reason_filled_in(self, client: Client, draft: Make) -> None:
        figure = draft(source="名录")
        client.post(ENTRY, self.about(figure))
        page = sign_in(client)
        form, withdrawal = page.context["form"], page.context["withdrawal"]
        assert (form["value"].value(), form["source"].value()) == ("929", "名录")
        assert withdrawal["reason"].value() == "口径有误"
        assert re.search(r"<details[^>]* open>\s*<summary>丢弃这条草稿", page.content.decode())
        assert "已经恢复，还没有保存" in text(page)
        sent = {name: str(withdrawal[name].value()) for name in ("figure", "version", "reason")}
        again = {f"withdraw-{name}": value for name, value in sent.items()}
        assert client.post(ENTRY, again | {"action": "withdraw"}).status_code == 302
        assert Figure.objects.get(pk=figure.pk).state == State.WITHDRAWN

    def test_a_button_alone_is_nothing_to_bring_back(self, client: Client, draft: Make) -> None:
        client.post(ENTRY, self.about(draft(), reason=""))
        assert "已经恢复" not in text(sign_in(client))

    def test_it_does_not_end_another_figure(self, client: Client, people: dict[str, User], draft: Make) -> None:
        figure = draft()
        client.post(ENTRY, self.about(figure))
        figures.figure_withdraw(by=people["demo-staff"], figure=figure, if_version=1, reason="x")
        other = draft(value="930")
        page = sign_in(client)
        assert page.context["withdrawal"]["figure"].value() == other.pk
        assert page.context["withdrawal"]["reason"].value() is None
        assert "不能这样处理" in text(page)
        assert "口径有误" in text(page)

    def test_a_refused_one_shows_what_was_typed(
        self, browse: Browse, people: dict[str, User], submitted: Make
    ) -> None:
        seen = submitted()
        figures.figure_approve(by=people["demo-reviewer"], figure=seen, if_version=seen.version)
        seen.refresh_from_db()
        answer = browse("demo-staff").post(ENTRY, self.about(seen))
        assert answer.status_code == 409
        assert "可以抄录" in text(answer)
        assert "口径有误" in text(answer)


class TestSeveralWindows:
    def addresses(self, count: int) -> list[str]:
        codes = (
            Target.objects.filter(department__code="kjt", bases=[]).order_by("number").values_list("code", flat=True)
        )
        return [f"/workspace/{code}/{YEAR}/" for code in codes[:count]]

    def test_each_is_brought_back_to_its_own_page(self, client: Client, people: dict[str, User]) -> None:
        addresses = self.addresses(3)
        for number, address in enumerate(addresses):
            client.post(address, TYPED | {"note": f"第{number}页"})
        sign_in(client, to=addresses[0])
        found = [client.get(address).context["form"]["note"].value() for address in addresses]
        assert found == ["第0页", "第1页", "第2页"]

    def test_the_oldest_make_room(self, client: Client, people: dict[str, User]) -> None:
        addresses = self.addresses(kept.MOST_FORMS + 1)
        for address in addresses:
            client.post(address, TYPED)
        sign_in(client)
        notes = [client.get(address).context["form"]["note"].value() for address in addresses]
        assert notes == [None, *["别丢"] * kept.MOST_FORMS]

    def test_long_ones_leave_less_room(self, client: Client, people: dict[str, User]) -> None:
        addresses = self.addresses(3)
        long = "长" * (kept.MOST_CHARACTERS // 2 - 500)
        for address in addresses:
            client.post(address, TYPED | {"note": long})
        client.post(ENTRY, TYPED | {"note": long * 3})
        sign_in(client)
        notes = [client.get(address).context["form"]["note"].value() for address in addresses]
        assert notes == [None, long, long]

    def test_typing_anew_replaces_what_was_kept(self, client: Client, people: dict[str, User]) -> None:
        client.post(ENTRY, TYPED)
        client.post(ENTRY, TYPED | {"note": "后来的"})
        assert sign_in(client).context["form"]["note"].value() == "后来的"


class TestWhoseTyping:
    UNKNOWN = "不能确定出自何人"

    def test_it_comes_back_to_who_typed_it(self, client: Client, typist: Callable[..., str]) -> None:
        client.post(ENTRY, TYPED | {"typist": typist()})
        page = sign_in(client)
        assert page.context["form"]["note"].value() == "别丢"
        assert self.UNKNOWN not in text(page)

    def test_a_colleague_who_signs_in_instead_does_not_see_it(
        self, client: Client, typist: Callable[..., str]
    ) -> None:
        client.post(ENTRY, TYPED | {"typist": typist()})
        page = sign_in(client, "demo-reviewer")
        assert page.status_code == 200
        assert "别丢" not in page.content.decode()
        assert client.session[kept.KEY] == {}

    def test_nor_does_one_who_came_in_another_way(
        self, client: Client, people: dict[str, User], typist: Callable[..., str]
    ) -> None:
        client.post(ENTRY, TYPED | {"typist": typist()})
        client.force_login(people["demo-reviewer"], backend="django.contrib.auth.backends.ModelBackend")
        assert kept.KEY in client.session
        assert "别丢" not in client.get(ENTRY).content.decode()

    def test_each_form_of_the_page_names_its_typist(self, browse: Browse, opened: None, draft: Make) -> None:
        staff = browse("demo-staff")
        assert staff.get(ENTRY).content.decode().count('name="typist"') == 2
        draft()
        assert staff.get(ENTRY).content.decode().count('name="typist"') == 2

    def test_a_declaration_is_not_shown_to_a_colleague(
        self, client: Client, opened: None, typist: Callable[..., str]
    ) -> None:
        client.post(DECLARE, DECLARED | {"typist": typist()})
        assert REASON not in sign_in(client, "demo-reviewer").content.decode()

    def test_a_form_that_names_nobody_is_brought_back_with_a_caution(
        self, client: Client, people: dict[str, User]
    ) -> None:
        client.post(ENTRY, TYPED)
        page = sign_in(client, "demo-reviewer")
        assert page.context["form"]["note"].value() == "别丢"
        assert self.UNKNOWN in text(page)

    @pytest.mark.parametrize("forged", ["1", "1:x", "x", ""])
    def test_a_name_that_was_not_signed_here_names_nobody(
        self, client: Client, people: dict[str, User], forged: str
    ) -> None:
        client.post(ENTRY, TYPED | {"typist": forged})
        assert self.UNKNOWN in text(sign_in(client))

    @pytest.mark.parametrize("username", ["demo-other", "demo-harbin", "demo-auditor", "demo-admin"])
    def test_who_may_not_enter_has_it_thrown_away(
        self, client: Client, people: dict[str, User], username: str
    ) -> None:
        client.post(ENTRY, TYPED)
        page = sign_in(client, username)
        assert page.status_code == 403
        assert "别丢" not in page.content.decode()
        assert client.session[kept.KEY] == {}

    def test_an_old_form_of_somebody_else_is_refused(
        self, people: dict[str, User], typist: Callable[..., str]
    ) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(people["demo-reviewer"], backend="django.contrib.auth.backends.ModelBackend")
        answer = strict.post(ENTRY, TYPED | {"csrfmiddlewaretoken": "old", "typist": typist()})
        assert answer.status_code == 403
        assert "表单已过期" in text(answer)
        assert "别丢" not in strict.get(ENTRY).content.decode()

    def test_a_reviewers_reason_names_its_typist_too(
        self, client: Client, submitted: Make, typist: Callable[..., str]
    ) -> None:
        address = f"/review/{submitted().pk}/"
        returned = {"decision": "return", "reason": "来源不清"}
        client.post(address, returned | {"typist": typist("demo-reviewer", address)})
        page = sign_in(client, "demo-reviewer", address)
        assert page.context["form"]["reason"].value() == "来源不清"
        assert "已经恢复，还没有保存" in text(page)
        assert self.UNKNOWN not in text(page)
        client.logout()
        client.post(address, returned | {"typist": typist("demo-staff")})
        assert "来源不清" not in sign_in(client, "demo-reviewer", address).content.decode()
