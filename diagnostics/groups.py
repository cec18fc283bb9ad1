"""Who may do what behind the sign-in. The groups come from a migration; this is the one place that says what is in them.

A member also needs "staff status" on the account to open the admin. Rules worth knowing:

- An editor writes drafts and may change what is published (the change is live, history keeps what was); showing a new
  entry or a guide to the public, and deleting one, is the reviewer's.
- Rows that belong to an entry (its strings, causes, citations; a guide's nodes and choices) are part of editing it, so
  an editor may delete those.
"""

from collections.abc import Iterable, Iterator

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS

EDITOR = "editor"
REVIEWER = "reviewer"
AGENT = "call-centre agent"
SUPERVISOR = "supervisor"

_ENTRIES = (
    "kb.article", "kb.cause", "kb.causecategory", "kb.codesystem", "kb.errorcode", "kb.source", "kb.acquirer",
    "kb.disagreement", "kb.synonymgroup", "diagnostics.guide",
)  # fmt: skip
_ROWS = (
    "kb.articlealias", "kb.citation", "kb.codestring", "kb.account", "kb.codecause", "kb.codearticle",
    "kb.disagreementposition", "diagnostics.guidecode", "diagnostics.recordedpath", "diagnostics.node",
    "diagnostics.choice", "diagnostics.nodearticle",
)  # fmt: skip
_PUBLISHED = ("kb.article", "kb.cause", "kb.errorcode", "kb.acquirer", "diagnostics.guide")
_REVISIONS = ("diagnostics.guiderevision", "diagnostics.draftsave")
_REPORTS = ("diagnostics.walkreport",)
_INBOX = ("kb.missingentry",)  # rows are counted: nobody adds or deletes one, and to change one is to act on it


def _named(verbs: str, models: Iterable[str]) -> Iterator[str]:
    for model in models:
        app, _, name = model.partition(".")
        yield from (f"{app}.{verb}_{name}" for verb in verbs.split())


_VIEW = frozenset(_named("view", (*_ENTRIES, *_ROWS, *_REVISIONS)))
_EDIT = (
    _VIEW
    | frozenset(_named("add change", _ENTRIES))
    | frozenset(_named("add change delete", _ROWS))
    | frozenset(_named("view change", _INBOX))
)
_REVIEW = _EDIT | frozenset(_named("publish", _PUBLISHED)) | frozenset(_named("delete", _ENTRIES))

#: Permissions of each group as `app.codename`.
GROUPS = {
    EDITOR: _EDIT,
    REVIEWER: _REVIEW | frozenset(_named("view", _REPORTS)),
    AGENT: _VIEW,
    SUPERVISOR: _VIEW | frozenset(_named("view", (*_REPORTS, *_INBOX))),
}


def ensure_groups(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create the groups and give them what they are to have. Running it again changes nothing; nothing is taken away.

    Permissions are normally created after the last migration, so they are created here first. Flushing the database
    (tests with transactions) drops groups: call this again.
    """
    for label in ("kb", "diagnostics"):
        create_permissions(installed_apps.get_app_config(label), verbosity=0, using=using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using)
        .filter(content_type__app_label__in=("kb", "diagnostics"))
        .select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*(known[one] for one in sorted(wanted)))
