"""Who may do what: every role at every address of the admin, and the groups that say so."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User

from diagnostics.actions import record_report
from diagnostics.groups import AGENT, EDITOR, GROUPS, REVIEWER, SUPERVISOR, ensure_groups
from kb.models import Acquirer, Disagreement
from tests.admin_forms import client_of
from tests.factories import (
    make_article,
    make_cause,
    make_error_code,
    make_guide,
    make_missing,
    make_source,
    make_synonyms,
)

pytestmark = pytest.mark.django_db

ROLES = ("", "plain", "staff", AGENT, SUPERVISOR, EDITOR, REVIEWER, "superuser")
ENTRIES = (
    "kb/article", "kb/cause", "kb/causecategory", "kb/codesystem", "kb/errorcode", "kb/source", "kb/acquirer",
    "kb/disagreement", "kb/synonymgroup", "diagnostics/guide",
)  # fmt: skip
SIGN_IN = 302  # the admin sends whoever may not enter it to its sign-in page

# What a GET of the list, the form of a row, the form of a new row and the question before deleting answers.
NOTHING = (403, 403, 403, 403)
LOOK = (200, 200, 403, 403)
WRITE = (200, 200, 200, 403)
ALL = (200, 200, 200, 200)
OUTSIDE = (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)


def expected(role: str, model: str) -> tuple[int, int, int, int]:
    if role in {"", "plain"}:
        return OUTSIDE
    if role == "staff":
        return NOTHING
    # A node is written on its guide's editor page, where saves and conflicts are kept; the admin's own shows it.
    if model in {"diagnostics/guiderevision", "diagnostics/node"}:
        return LOOK
    if model == "kb/missingentry":
        return LOOK if role in {SUPERVISOR, EDITOR, REVIEWER, "superuser"} else NOTHING
    if model == "diagnostics/walkreport":
        return LOOK if role in {SUPERVISOR, REVIEWER, "superuser"} else NOTHING
    if model in {"auth/user", "auth/group"}:
        return ALL if role == "superuser" else NOTHING
    if role in {AGENT, SUPERVISOR}:
        return LOOK
    return ALL if role in {REVIEWER, "superuser"} else WRITE


MODELS = (
    *ENTRIES,
    "diagnostics/node",
    "diagnostics/guiderevision",
    "diagnostics/walkreport",
    "kb/missingentry",
    "auth/user",
    "auth/group",
)


@pytest.fixture
def rows() -> dict[str, Any]:
    code = make_error_code()
    cause = make_cause()
    guide = make_guide("fresh", published=False)
    live = make_guide("live").live_revision
    assert live is not None
    return {
        "kb/article": make_article(),
        "kb/cause": cause,
        "kb/causecategory": cause.category,
        "kb/codesystem": code.system,
        "kb/errorcode": code,
        "kb/source": make_source(),
        "kb/acquirer": Acquirer.objects.create(slug="one", brand="某家", standing="有牌照。", standing_as_of="2026"),
        "kb/disagreement": Disagreement.objects.create(slug="d", normal="E1", topic="题"),
        "kb/synonymgroup": make_synonyms("甲", "乙"),
        "kb/missingentry": make_missing("月球"),
        "diagnostics/guide": guide,
        "diagnostics/node": guide.nodes.first(),
        "diagnostics/guiderevision": live,
        "diagnostics/walkreport": record_report(live, node="solved", answers={}, solved=True),
        "auth/user": User.objects.create_user("target"),
        "auth/group": Group.objects.get(name=EDITOR),
    }


@pytest.mark.parametrize("role", ROLES)
def test_what_every_role_reaches_in_the_admin(role: str, rows: dict[str, Any]) -> None:
    client = client_of(role)
    found, wanted = {}, {}
    for model in MODELS:
        address = f"/admin/{model}/"
        key = rows[model].pk
        found[model] = tuple(
            client.get(address + tail).status_code for tail in ("", f"{key}/change/", "add/", f"{key}/delete/")
        )
        wanted[model] = expected(role, model)
    assert found == wanted


@pytest.mark.parametrize("role", ROLES)
def test_what_every_role_may_send(role: str, rows: dict[str, Any]) -> None:
    """A refused form changes nothing, whatever the page showed."""
    client = client_of(role)
    for model in ENTRIES:
        row = rows[model]
        may_delete = role in {REVIEWER, "superuser"}
        answer = client.post(
            f"/admin/{model}/{row.pk}/delete/", {"post": "no, only asking"} if may_delete else {"post": "yes"}
        )
        if not may_delete:
            assert type(row)._default_manager.filter(pk=row.pk).exists(), model
            assert answer.status_code in {SIGN_IN, 403}, model
    if role not in {EDITOR, REVIEWER, "superuser"}:
        article = rows["kb/article"]
        assert client.post(f"/admin/kb/article/{article.pk}/change/", {"title": "改"}).status_code in {SIGN_IN, 403}
        article.refresh_from_db()
        assert article.title != "改"


@pytest.mark.parametrize("role", ROLES)
def test_the_admins_front_page(role: str) -> None:
    answer = client_of(role).get("/admin/")
    assert answer.status_code == (SIGN_IN if role in {"", "plain"} else 200)
    if role in {"", "plain"}:
        assert answer["Location"].startswith("/admin/login/")


def test_publishing_is_the_reviewers() -> None:
    for name, permissions in GROUPS.items():
        publishing = {permission for permission in permissions if ".publish_" in permission}
        assert bool(publishing) == (name == REVIEWER)
    assert not GROUPS[EDITOR] & {"kb.delete_article", "kb.delete_errorcode", "diagnostics.delete_guide"}


def test_every_named_permission_exists_and_groups_have_exactly_theirs() -> None:
    for name, wanted in GROUPS.items():
        group = Group.objects.get(name=name)
        has = {
            f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.select_related("content_type")
        }
        assert has >= wanted


def test_running_it_again_changes_nothing_and_takes_nothing_away() -> None:
    extra = Permission.objects.get(codename="view_logentry")
    Group.objects.get(name=AGENT).permissions.add(extra)
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    ensure_groups()
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == before


def test_groups_come_back_after_they_were_lost() -> None:
    Group.objects.all().delete()
    Permission.objects.filter(codename="publish_acquirer").delete()
    ensure_groups()
    assert set(Group.objects.values_list("name", flat=True)) >= set(GROUPS)
    assert Group.objects.get(name=REVIEWER).permissions.filter(codename="publish_acquirer").exists()


def test_an_account_that_was_switched_off_reaches_nothing() -> None:
    client = client_of(REVIEWER)
    User.objects.update(is_active=False)
    assert client.get("/admin/kb/article/").status_code == SIGN_IN
    assert client.post("/admin/markdownx/markdownify/", {"content": "x"}).status_code == 403
