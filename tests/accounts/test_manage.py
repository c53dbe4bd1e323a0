"""The pages of the accounts: who may, what each form takes and refuses, and a password that is shown once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from planportal.accounts.models import AccountEvent, Department, Role, User
from planportal.plan.models import Plan
from tests.reading import text

LIST, NEW = "/manage/accounts/", "/manage/accounts/new/"
EVERYBODY = ["", "demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]
GIVEN = {
    "username": "zhang-san",
    "name": "张三",
    "email": "zhang.san@example.org",
    "role": "staff",
    "department": "kjt",
    "city": "",
}
PASSWORD = re.compile(r"<code>([a-z0-9]{14})</code>")

Browse = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def admin(browse: Browse) -> Client:
    """The administrator's browser."""
    return browse("demo-admin")


@pytest.fixture
def staff(people: People) -> User:
    return people["demo-staff"]


def address(person: User) -> str:
    return f"{LIST}{person.pk}/"


def as_it_stands(person: User) -> dict[str, str]:
    """The form of an account with nothing changed."""
    return {
        "action": "change",
        "name": person.get_full_name(),
        "email": person.email,
        "role": person.role,
        "department": person.department.code if person.department else "",
        "city": person.city.code if person.city else "",
    }


class TestAccess:
    @pytest.mark.parametrize("username", EVERYBODY)
    @pytest.mark.parametrize(
        ("path", "given", "for_admin"),
        [
            (LIST, None, 200),
            (LIST, {}, 405),
            (NEW, None, 200),
            (NEW, GIVEN, 200),
            ("{staff}", None, 200),
            ("{staff}", {"action": "change", "name": "李四", "role": "staff", "department": "kjt"}, 302),
            ("{staff}", {"action": "reset_password"}, 200),
            ("{staff}", {"action": "deactivate"}, 302),
            ("{staff}", {"action": "reactivate"}, 409),
            ("{staff}", {"action": "delete"}, 400),
            ("/p/hlj-sti-13fyp/manage/accounts/", None, 200),
        ],
    )
    def test_administrators_only(
        self,
        as_person: Browse,
        staff: User,
        username: str,
        path: str,
        given: dict[str, str] | None,
        for_admin: int,
    ) -> None:
        before = list(User.objects.order_by("pk").values())
        client, where = as_person(username), path.format(staff=address(staff))
        answer = client.get(where) if given is None else client.post(where, given)
        refused = 405 if for_admin == 405 else 403 if username else 302
        assert answer.status_code == (for_admin if username == "demo-admin" else refused)
        if answer.status_code == 302 and not username:
            assert answer.headers["Location"] == f"/accounts/login/?next={where}"
        if username != "demo-admin":
            unchanged = [{**row, "last_login": None} for row in User.objects.order_by("pk").values()]
            assert unchanged == [{**row, "last_login": None} for row in before]

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_the_entry_stands_in_the_bar_of_administrators_only(self, as_person: Browse, username: str) -> None:
        bar = as_person(username).get("/method/").content.decode()
        assert ('href="/manage/"' in bar) == (username == "demo-admin")

    def test_the_entry_is_translated(self, admin: Client) -> None:
        admin.post("/i18n/setlang/", {"language": "en", "next": "/"})
        assert ">Administration</a>" in admin.get("/method/").content.decode()

    @pytest.mark.parametrize("pk", [0, 10**30])
    def test_an_account_that_is_not_there_is_not_found(self, admin: Client, pk: int) -> None:
        assert admin.get(f"{LIST}{pk}/").status_code == 404


class TestList:
    @pytest.mark.parametrize(
        ("query", "usernames"),
        [
            ("", [*sorted(name for name in EVERYBODY if name)]),
            ("?q=DEMO-st", ["demo-staff"]),
            ("?q=演示 知识", ["demo-other"]),
            ("?q=nobody", []),
            ("?role=reviewer", ["demo-reviewer"]),
            ("?department=kjt", ["demo-reviewer", "demo-staff"]),
            ("?department=kjt&role=staff", ["demo-staff"]),
            ("?active=no", ["demo-auditor"]),
            ("?active=yes&role=auditor", []),
        ],
    )
    def test_it_is_searched_and_filtered(
        self, admin: Client, people: People, query: str, usernames: list[str]
    ) -> None:
        User.objects.filter(username="demo-auditor").update(is_active=False)
        page = admin.get(f"{LIST}{query}")
        assert [person.username for person in page.context["page"]] == usernames
        assert ("没有符合条件的账号" in text(page)) == (not usernames)

    @pytest.mark.parametrize("query", ["role=boss", "department=none", "active=maybe", "page=x", f"q={'长' * 101}"])
    def test_what_it_does_not_know_is_the_400_page(self, admin: Client, query: str) -> None:
        assert admin.get(f"{LIST}?{query}").status_code == 400

    def test_it_comes_in_pages(self, admin: Client) -> None:
        User.objects.bulk_create(User(username=f"reader-{n:02}", role=Role.AUDITOR) for n in range(50))
        assert len(admin.get(LIST).context["page"]) == 50
        second = admin.get(f"{LIST}?page=2&role=auditor")
        assert [person.username for person in second.context["page"]] == ["reader-49"]
        assert admin.get(f"{LIST}?page=3").status_code == 404

    def test_the_count_of_queries_does_not_grow(
        self, admin: Client, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(7):
            admin.get(LIST)
        kjt = Department.objects.get(code="kjt")
        User.objects.bulk_create(User(username=f"staff-{n}", role=Role.STAFF, department=kjt) for n in range(5))
        with django_assert_num_queries(7):
            admin.get(LIST)


class TestNew:
    def test_its_password_is_shown_once_and_signs_in(self, admin: Client, client: Client) -> None:
        page = admin.post(NEW, GIVEN)
        [password] = PASSWORD.findall(page.content.decode())
        assert "只显示这一次" in text(page)
        assert page.headers["Cache-Control"] == "private, no-store"
        person = User.objects.get(username="zhang-san")
        for where in (LIST, address(person), NEW):
            assert password not in admin.get(where).content.decode()
        assert not [row for row in Session.objects.all() if password in str(row.get_decoded())]
        signed_in = client.post("/accounts/login/", {"username": "zhang-san", "password": password})
        assert signed_in.headers["Location"] == "/workspace/"

    def test_sending_it_again_makes_no_second_account(self, admin: Client) -> None:
        admin.post(NEW, GIVEN)
        again = admin.post(NEW, GIVEN)
        assert (again.status_code, "“zhang-san”已被使用" in text(again)) == (400, True)
        assert not PASSWORD.findall(again.content.decode())

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"username": ""}, "username", "请填写这一项。"),
            ({"username": "Demo-Staff"}, "username", "用户名“demo-staff”已被使用（不分大小写），请换一个。"),
            ({"username": "张 三"}, "username", "用户名“张 三”中有不能用的字符"),
            ({"username": "a\x00b"}, "username", "空字符"),
            ({"username": "a" * 151}, "username", "151"),
            ({"name": ""}, "name", "请填写这一项。"),
            ({"name": "甲\x00乙"}, "name", "空字符"),
            ({"name": "长" * 200}, "name", "200"),
            ({"email": "nobody"}, "email", "邮件地址"),
            ({"email": f"{'a' * 250}@example.org"}, "email", "262"),
            ({"role": ""}, "role", "请填写这一项。"),
            ({"role": "boss"}, "role", "boss"),
            ({"department": ""}, "department", "填报人必须属于一个单位，请选择单位。"),
            ({"department": "none"}, "department", "不在可用的选项中"),
            ({"department": "k\x00t"}, "department", "空字符"),
            ({"city": "230100"}, "city", "只有市（地）官员属于市（地），填报人请留空。"),
            ({"city": "999999"}, "city", "不在可用的选项中"),
            ({"role": "official", "department": ""}, "city", "市（地）官员必须属于一个市（地），请选择。"),
            ({"role": "auditor"}, "department", "审计员不属于填报单位，单位请留空。"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
        self, admin: Client, changes: dict[str, str], field: str, sentence: str
    ) -> None:
        page = admin.post(NEW, GIVEN | changes)
        assert page.status_code == 400
        assert sentence in "".join(page.context["form"].errors[field])
        assert "有内容需要更正，尚未保存" in text(page)
        typed = page.context["form"].data
        assert {name: typed[name] for name in GIVEN} == GIVEN | changes
        assert not User.objects.exclude(username__startswith="demo-").exists()

    def test_an_empty_form_says_what_is_missing(self, admin: Client) -> None:
        assert set(admin.post(NEW, {}).context["form"].errors) == {"username", "name", "role"}


class TestOne:
    def test_it_shows_what_is_stored_and_saves_what_was_changed(self, admin: Client, staff: User) -> None:
        page = admin.get(address(staff))
        for words in ["演示填报人", "demo-staff", "省科技厅", "从未登录"]:
            assert words in text(page)
        changed = admin.post(address(staff), as_it_stands(staff) | {"department": "zscqj"}, follow=True)
        assert "已保存：演示填报人。" in text(changed)
        assert "单位：省科技厅 → 省知识产权局" in text(changed)
        staff.refresh_from_db()
        assert staff.department == Department.objects.get(code="zscqj")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"email": "nobody"}, "email"),
            ({"role": "boss"}, "role"),
            ({"department": ""}, "department"),
            ({"role": "official"}, "city"),
            ({"city": "230100"}, "city"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, admin: Client, staff: User, changes: dict[str, str], field: str
    ) -> None:
        page = admin.post(address(staff), as_it_stands(staff) | changes)
        assert (page.status_code, field in page.context["form"].errors) == (400, True)
        assert User.objects.filter(pk=staff.pk, role="staff", department__code="kjt", first_name="演示填报人").exists()

    def test_the_user_name_stays(self, admin: Client, staff: User) -> None:
        admin.post(address(staff), as_it_stands(staff) | {"username": "other"})
        staff.refresh_from_db()
        assert staff.username == "demo-staff"

    def test_another_password_is_shown_once(self, admin: Client, staff: User) -> None:
        page = admin.post(address(staff), {"action": "reset_password"})
        [password] = PASSWORD.findall(page.content.decode())
        staff.refresh_from_db()
        assert staff.check_password(password)
        after = admin.get(address(staff))
        assert (password in after.content.decode(), "重设密码" in text(after)) == (False, True)

    def test_shutting_and_opening(self, admin: Client, staff: User) -> None:
        shut = admin.post(address(staff), {"action": "deactivate"}, follow=True)
        assert "已停用：演示填报人。" in text(shut)
        assert 'value="deactivate"' not in shut.content.decode()
        opened = admin.post(address(staff), {"action": "reactivate"}, follow=True)
        assert "已恢复：演示填报人" in text(opened)
        staff.refresh_from_db()
        assert staff.is_active

    @pytest.mark.parametrize(
        ("is_active", "action", "sentence"),
        [
            (False, "deactivate", "账号“demo-staff”已停用。"),
            (False, "reset_password", "账号“demo-staff”已停用。"),
            (True, "reactivate", "账号“demo-staff”没有停用。"),
        ],
    )
    def test_a_step_that_somebody_else_took_first_is_told(
        self,
        admin: Client,
        staff: User,
        is_active: object,
        action: str,
        sentence: str,
    ) -> None:
        User.objects.filter(pk=staff.pk).update(is_active=is_active)
        page = admin.post(address(staff), {"action": action})
        assert (page.status_code, sentence in text(page)) == (409, True)

    @pytest.mark.parametrize("action", ["", "delete", "a\x00b", "长" * 500])
    def test_an_action_that_is_not_there_is_the_400_page(self, admin: Client, staff: User, action: str) -> None:
        assert admin.post(address(staff), {"action": action}).status_code == 400

    def test_refused_steps_stand_in_its_history(self, admin: Client, staff: User) -> None:
        admin.post(address(staff), as_it_stands(staff) | {"department": ""})
        assert "拒绝（修改）" in text(admin.get(address(staff)))

    def test_the_count_of_queries_does_not_grow_with_its_history(
        self, admin: Client, people: People, staff: User, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        counts = []
        for _more in range(2):
            with django_assert_num_queries(8):
                admin.get(address(staff))
            admin.post(address(staff), as_it_stands(staff) | {"name": f"第 {len(counts)} 次"})
            counts.append(staff.events.count())
        assert counts == [1, 2]


class TestOwn:
    @pytest.fixture
    def own(self, people: People) -> User:
        return people["demo-admin"]

    def test_it_offers_neither_a_role_nor_an_end(self, admin: Client, own: User) -> None:
        page = admin.get(address(own)).content.decode()
        for name in ('name="role"', 'value="deactivate"', 'value="reset_password"'):
            assert name not in page

    def test_name_and_address_can_be_changed(self, admin: Client, own: User) -> None:
        given = {"action": "change", "name": "王五", "email": "wang@example.org", "role": "auditor"}
        assert admin.post(address(own), given).status_code == 302
        own.refresh_from_db()
        assert (str(own), own.email, own.role) == ("王五", "wang@example.org", Role.ADMIN)
        assert admin.get(address(own)).status_code == 200

    @pytest.mark.parametrize("action", ["deactivate", "reset_password"])
    def test_a_step_against_oneself_is_refused(self, admin: Client, own: User, action: str) -> None:
        assert admin.post(address(own), {"action": action}).status_code == 403
        assert AccountEvent.objects.get(person=own).code == "own_account"
        assert admin.get(address(own)).status_code == 200


def test_another_plans_address_shows_the_same_accounts(admin: Client, seeded: Plan) -> None:
    seeded.pk, seeded.code, seeded._state.adding = None, "other", True
    seeded.save()
    page = admin.get("/p/other/manage/accounts/")
    assert page.status_code == 200
    assert 'href="/p/other/manage/accounts/new/"' in page.content.decode()
