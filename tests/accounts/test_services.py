"""Accounts: what each role needs, what a change ends, who may decide, and that nothing keeps a password."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from knox.models import AuthToken
from pytest_django import Settings
from rest_framework.test import APIClient

from planportal.accounts import services
from planportal.accounts.forms import NewPasswordForm
from planportal.accounts.initial_passwords import initial_password
from planportal.accounts.models import AccountEvent, City, Department, Role, User
from planportal.web.refusals import Conflict, Forbidden, Invalid, Refusal

People = dict[str, User]
NOT_ADMINISTRATORS = ["demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor"]


@pytest.fixture
def admin(people: People) -> User:
    return people["demo-admin"]


@pytest.fixture
def second_admin(people: People) -> User:
    """Another administrator."""
    return User.objects.create_user("second-admin", role=Role.ADMIN, first_name="第二管理员")


def department(code: str = "kjt") -> Department:
    return Department.objects.get(code=code)


def harbin() -> City:
    return City.objects.get(code="230100")


def create(by: User, **changes: Any) -> services.IssuedPassword:
    given: dict[str, Any] = {
        "username": "zhang-san",
        "name": "张三",
        "email": "zhang.san@example.org",
        "role": Role.STAFF,
        "department": department(),
    }
    return services.account_create(by=by, **(given | changes))


def change(by: User, person: User, **changes: Any) -> User:
    given: dict[str, Any] = {
        "name": person.get_full_name(),
        "email": person.email,
        "role": person.role,
        "department": person.department,
        "city": person.city,
    }
    return services.account_change(by=by, person=person, **(given | changes))


def decisions(by: User, person: User) -> list[Callable[[], Any]]:
    """Each decision about an account once."""
    return [
        lambda: create(by),
        lambda: change(by, person, name="李四"),
        lambda: services.account_reset_password(by=by, person=person),
        lambda: services.account_deactivate(by=by, person=person),
        lambda: services.account_reactivate(by=by, person=person),
    ]


def faults_of(decide: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as refused:
        decide()
    return [(fault.field, fault.code) for fault in refused.value.faults]


def rows() -> list[dict[str, Any]]:
    return list(User.objects.order_by("pk").values())


class TestCreating:
    @pytest.mark.parametrize(
        ("role", "code", "needs_city"),
        [
            (Role.STAFF, "kjt", False),
            (Role.REVIEWER, "kjt", False),
            (Role.REVIEWER, "", False),
            (Role.OFFICIAL, "", True),
            (Role.AUDITOR, "", False),
            (Role.ADMIN, "", False),
        ],
    )
    def test_each_role_with_what_it_needs(self, admin: User, role: str, code: str, needs_city: object) -> None:
        city, unit = harbin() if needs_city else None, department(code) if code else None
        made = create(admin, role=role, department=unit, city=city).person
        found = User.objects.get(username="zhang-san")
        assert (made, found.role, found.department, found.city) == (found, role, unit, city)
        assert (str(found), found.email, found.is_staff, found.is_superuser) == (
            "张三",
            "zhang.san@example.org",
            False,
            False,
        )

    def test_the_initial_password_signs_in(self, admin: User, client: Client) -> None:
        issued = create(admin)
        answer = client.post("/accounts/login/", {"username": "zhang-san", "password": issued.password})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/workspace/")

    def test_it_is_an_event_that_says_for_whom(self, admin: User) -> None:
        event = AccountEvent.objects.get(person=create(admin).person)
        assert (event.action, event.actor) == ("created", admin)
        assert event.detail == "角色：填报人；单位：省科技厅；市（地）：（无）"

    @pytest.mark.parametrize(
        ("changes", "faults"),
        [
            ({"department": None}, [("department", "department_required")]),
            ({"city": "230100"}, [("city", "city_not_allowed")]),
            ({"role": Role.OFFICIAL, "department": None}, [("city", "city_required")]),
            ({"role": Role.OFFICIAL, "city": "230100"}, [("department", "department_not_allowed")]),
            ({"role": Role.AUDITOR}, [("department", "department_not_allowed")]),
            ({"role": Role.ADMIN, "city": "230100"}, [
                ("department", "department_not_allowed"), ("city", "city_not_allowed"),
            ]),
            ({"role": Role.REVIEWER, "city": "230100"}, [("city", "city_not_allowed")]),
            ({"role": "boss", "department": None}, [("role", "invalid_choice")]),
            ({"name": " "}, [("name", "name_required")]),
            ({"name": "长" * 151}, [("name", "max_length")]),
            ({"email": "no-address"}, [("email", "invalid")]),
            ({"username": ""}, [("username", "blank")]),
            ({"username": "张 三"}, [("username", "invalid")]),
            ({"username": "a\x00b"}, [("username", "invalid")]),
            ({"username": "a" * 151}, [("username", "max_length")]),
            ({"username": "demo-staff"}, [("username", "username_taken")]),
            ({"username": "DEMO-Staff"}, [("username", "username_taken")]),
            ({"username": " ｄｅｍｏ-staff "}, [("username", "username_taken")]),
            ({"username": "demo-staff", "name": "", "department": None}, [
                ("name", "name_required"), ("department", "department_required"), ("username", "username_taken"),
            ]),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_refused_and_stores_nothing_but_that(
        self, admin: User, changes: dict[str, Any], faults: list[tuple[str, str]]
    ) -> None:
        given = changes | ({"city": harbin()} if "city" in changes else {})
        before = rows()
        assert faults_of(lambda: create(admin, **given)) == faults
        assert rows() == before
        refusal = AccountEvent.objects.get()
        assert (refusal.action, refusal.attempted, refusal.person) == ("refused", "created", None)
        assert (refusal.code, "\x00" in refusal.detail) == (faults[0][1], False)


class TestChanging:
    def test_the_event_says_from_what_to_what(self, admin: User, people: People) -> None:
        changed = change(admin, people["demo-staff"], department=department("zscqj"), email="a@example.org")
        assert changed.department == department("zscqj")
        event = AccountEvent.objects.get(person=changed)
        assert (event.action, event.actor) == ("changed", admin)
        assert event.detail == "邮箱：（无） → a@example.org；单位：省科技厅 → 省知识产权局"

    def test_changing_nothing_leaves_no_event(self, admin: User, people: People) -> None:
        change(admin, people["demo-staff"])
        assert not AccountEvent.objects.exists()

    @pytest.mark.parametrize(
        ("username", "changes", "faults"),
        [
            ("demo-staff", {"department": None}, [("department", "department_required")]),
            ("demo-staff", {"role": Role.OFFICIAL}, [
                ("department", "department_not_allowed"), ("city", "city_required"),
            ]),
            ("demo-harbin", {"city": None}, [("city", "city_required")]),
            ("demo-harbin", {"role": Role.AUDITOR}, [("city", "city_not_allowed")]),
            ("demo-auditor", {"role": Role.STAFF}, [("department", "department_required")]),
            ("demo-auditor", {"name": ""}, [("name", "name_required")]),
            ("demo-auditor", {"email": "nobody"}, [("email", "invalid")]),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_refused(
        self, admin: User, people: People, username: str, changes: dict[str, Any], faults: list[tuple[str, str]]
    ) -> None:
        before = rows()
        assert faults_of(lambda: change(admin, people[username], **changes)) == faults
        assert rows() == before
        refusal = AccountEvent.objects.get()
        assert (refusal.attempted, refusal.person, refusal.code) == ("changed", people[username], faults[0][1])

    def test_a_new_password_of_ones_own_leaves_what_an_administrator_changed_meanwhile(
        self, admin: User, people: People, settings: Settings
    ) -> None:
        stale = User.objects.get(username="demo-staff")
        services.account_deactivate(by=admin, person=people["demo-staff"])
        change(admin, people["demo-staff"], department=department("zscqj"))
        new = "uncommon-words-77"
        form = NewPasswordForm(
            stale,
            {"old_password": settings.PORTAL_DEMO_PASSWORD, "new_password1": new, "new_password2": new},
        )
        assert form.is_valid()
        form.save()
        found = User.objects.get(username="demo-staff")
        assert (found.is_active, found.department, found.check_password(new)) == (False, department("zscqj"), True)


class TestSignIns:
    """A person signed in by browser and by token, and somebody else who is."""

    @pytest.fixture
    def signed_in(self, browse: Callable[[str], Client], api: Callable[..., APIClient]) -> Callable[[str], list[int]]:
        clients = {name: (browse(name), api(name)) for name in ("demo-staff", "demo-other")}

        def statuses(username: str) -> list[int]:
            browser, token = clients[username]
            return [browser.get("/workspace/").status_code, token.get("/api/v1/figures/").status_code]

        return statuses

    ENDING = {
        "deactivating": lambda admin, person: services.account_deactivate(by=admin, person=person),
        "another password": lambda admin, person: services.account_reset_password(by=admin, person=person),
        "another role": lambda admin, person: change(admin, person, role=Role.REVIEWER),
        "another department": lambda admin, person: change(admin, person, department=department("zscqj")),
    }

    @pytest.mark.parametrize("how", ENDING)
    def test_they_end_at_once(
        self, admin: User, people: People, signed_in: Callable[[str], list[int]], how: str
    ) -> None:
        assert signed_in("demo-staff") == signed_in("demo-other") == [200, 200]
        self.ENDING[how](admin, people["demo-staff"])
        assert signed_in("demo-staff") == [302, 401]
        assert signed_in("demo-other") == [200, 200]
        assert AuthToken.objects.count() == Session.objects.count() == 1

    def test_an_officials_other_city_ends_them_too(self, admin: User, people: People) -> None:
        AuthToken.objects.create(people["demo-harbin"])
        change(admin, people["demo-harbin"], city=City.objects.get(code="230200"))
        assert not AuthToken.objects.exists()

    @pytest.mark.parametrize(
        "decide",
        [
            lambda admin, person: change(admin, person, name="李四", email="li@example.org"),
            lambda admin, person: faults_of(lambda: change(admin, person, department=None)),
        ],
        ids=["another name", "a refused change"],
    )
    def test_they_stay_otherwise(
        self, admin: User, people: People, signed_in: Callable[[str], list[int]], decide: Callable[..., Any]
    ) -> None:
        decide(admin, people["demo-staff"])
        assert signed_in("demo-staff") == [200, 200]

    def test_they_do_not_come_back_with_the_account(
        self, admin: User, people: People, signed_in: Callable[[str], list[int]]
    ) -> None:
        services.account_deactivate(by=admin, person=people["demo-staff"])
        services.account_reactivate(by=admin, person=people["demo-staff"])
        assert signed_in("demo-staff") == [302, 401]

    def test_a_shut_account_does_not_sign_in_until_it_is_opened(
        self, admin: User, people: People, client: Client, settings: Settings
    ) -> None:
        given = {"username": "demo-staff", "password": settings.PORTAL_DEMO_PASSWORD}
        services.account_deactivate(by=admin, person=people["demo-staff"])
        assert client.post("/accounts/login/", given).status_code == 200
        services.account_reactivate(by=admin, person=people["demo-staff"])
        assert client.post("/accounts/login/", given).status_code == 302
        assert [event.action for event in people["demo-staff"].events.all()] == ["deactivated", "reactivated"]

    def test_a_new_initial_password_lifts_a_lock(self, admin: User, people: People, client: Client) -> None:
        wrong = {"username": "demo-staff", "password": "not-the-password"}
        assert [client.post("/accounts/login/", wrong).status_code for _ in range(11)] == [200] * 10 + [429]
        issued = services.account_reset_password(by=admin, person=people["demo-staff"])
        right = {"username": "demo-staff", "password": issued.password}
        assert client.post("/accounts/login/", right).status_code == 302


class TestWhoDecides:
    @pytest.mark.parametrize("username", NOT_ADMINISTRATORS)
    def test_only_administrators(self, people: People, username: str) -> None:
        before = rows()
        for decide in decisions(people[username], people["demo-other"]):
            assert faults_of(decide) == [("", "not_administrator")]
        assert rows() == before
        refusals = AccountEvent.objects.filter(action="refused", actor=people[username])
        assert [refusal.attempted for refusal in refusals] == [
            "created",
            "changed",
            "password_reset",
            "deactivated",
            "reactivated",
        ]

    def test_not_an_administrator_whose_account_was_shut_meanwhile(
        self, admin: User, second_admin: User, people: People
    ) -> None:
        services.account_deactivate(by=admin, person=second_admin)
        for decide in decisions(second_admin, people["demo-other"]):
            assert faults_of(decide) == [("", "not_administrator")]

    @pytest.mark.parametrize(
        "decide",
        [
            lambda admin: services.account_deactivate(by=admin, person=admin),
            lambda admin: services.account_reset_password(by=admin, person=admin),
            lambda admin: change(admin, admin, role=Role.AUDITOR),
        ],
        ids=["deactivate", "reset password", "demote"],
    )
    def test_nobody_shuts_or_demotes_themselves(
        self, admin: User, second_admin: User, decide: Callable[[User], Any]
    ) -> None:
        with pytest.raises(Forbidden) as refused:
            decide(admin)
        assert refused.value.code == "own_account"
        assert User.objects.get(pk=admin.pk).may_administer
        assert AccountEvent.objects.get().code == "own_account"

    def test_administrators_may_change_their_own_name(self, admin: User) -> None:
        assert str(change(admin, admin, name="王五")) == "王五"

    def test_another_administrator_may_shut_and_demote(self, admin: User, second_admin: User) -> None:
        assert change(admin, second_admin, role=Role.AUDITOR).role == Role.AUDITOR
        assert not services.account_deactivate(by=admin, person=second_admin).is_active

    @pytest.mark.parametrize(
        ("decide", "is_shut", "code"),
        [
            (services.account_deactivate, True, "not_active"),
            (services.account_reset_password, True, "not_active"),
            (services.account_reactivate, False, "active_already"),
        ],
    )
    def test_a_step_fits_the_state_of_the_account(
        self, admin: User, people: People, decide: Callable[..., Any], is_shut: object, code: str
    ) -> None:
        person = people["demo-staff"]
        if is_shut:
            services.account_deactivate(by=admin, person=person)
        with pytest.raises(Conflict) as refused:
            decide(by=admin, person=person)
        assert refused.value.code == code
        assert AccountEvent.objects.get(action="refused").code == code


class TestPasswords:
    def test_they_are_easy_to_read_out_and_pass_the_portals_own_rules(self, people: People) -> None:
        drawn = {initial_password(people["demo-staff"]) for _ in range(200)}
        assert len(drawn) == 200
        for password in drawn:
            assert re.fullmatch(r"[acdefhjkmnptuwxy347]{14}", password)
            assert re.search(r"[0-9]", password)
            assert re.search(r"[a-z]", password)

    def test_nothing_keeps_one(self, admin: User, people: People, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            issued = [create(admin), services.account_reset_password(by=admin, person=people["demo-staff"])]
        kept = [str(row) for row in AccountEvent.objects.values()] + [str(row) for row in rows()]
        kept += [caplog.text, *(repr(item) for item in issued)]
        assert not [text for text in kept for item in issued if item.password in text]

    def test_the_old_one_ends(self, admin: User, people: People, settings: Settings) -> None:
        issued = services.account_reset_password(by=admin, person=people["demo-staff"])
        found = User.objects.get(username="demo-staff")
        assert found.check_password(issued.password)
        assert not found.check_password(settings.PORTAL_DEMO_PASSWORD)
        assert [event.action for event in found.events.all()] == ["password_reset"]


def test_invalid_input_names_the_value(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        create(people["demo-admin"], username="DEMO-STAFF")
    assert "“demo-staff”已被使用" in refused.value.faults[0].message
