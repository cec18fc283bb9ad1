"""The inbox of what is missing: what editors do with a question, and what a published answer does to it.

Called by the admin and, in the transaction of an entry's own write, by `kb.actions`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from kb.models import Article, ErrorCode, MissingEntry, SynonymGroup
from kb.models.learning import MissingReason, MissingState
from kb.models.search import EntryKind
from kb.queries.missing_entries import is_found_today
from kb.search.counted import normal_question
from kb.search.tokens import spoken_words
from kb.search.understand import understand
from kb.search_vocabulary import forget_vocabulary

#: Whoever may see the inbox needs this to act on it.
MAY_ACT = "kb.change_missingentry"

_LOOKED_AT = 500  # open questions, the most searched ones: what one save compares itself with
_LOOKED_UP = 20  # questions that one save of an entry or of synonyms searches for

User = AbstractBaseUser | AnonymousUser


# --- what an editor does ----------------------------------------------------------------------------------------------
def set_aside(missing: Iterable[MissingEntry], *, by: User) -> int:
    """Put open questions away; each comes back when it is searched twice as often. Returns how many were open.

    Raises:
        PermissionDenied: `by` may not act on the inbox.
    """
    _require(by, MAY_ACT)
    return (
        MissingEntry.objects.open()
        .filter(pk__in=[one.pk for one in missing])
        .update(state=MissingState.SET_ASIDE, settled_on=timezone.localdate(), settled_searches=F("searches"))
    )


def reopen(missing: Iterable[MissingEntry], *, by: User) -> int:
    """Take up again what was set aside or answered. An answer that was none is forgotten; only one that is started from the
    question closes it then. Returns how many were not open.

    Raises:
        PermissionDenied: `by` may not act on the inbox.
    """
    _require(by, MAY_ACT)
    return (
        MissingEntry.objects.exclude(state=MissingState.OPEN)
        .filter(pk__in=[one.pk for one in missing])
        .update(state=MissingState.OPEN, settled_on=None, answer_kind="", answer_slug="", synonyms=None, is_kept=True)
    )


def link_draft(missing: MissingEntry, draft: Article | ErrorCode, *, by: User) -> None:
    """Remember that `draft` is to be the answer: publishing it closes the question.

    Raises:
        PermissionDenied: `by` may not act on the inbox.
    """
    _require(by, MAY_ACT)
    MissingEntry.objects.filter(pk=missing.pk).update(
        state=MissingState.OPEN, settled_on=None, answer_kind=_kind(draft), answer_slug=draft.slug
    )


def link_synonyms(missing: MissingEntry, group: SynonymGroup, *, by: User) -> None:
    """Remember that `group` was made or changed for this question; whether it helped, `synonyms_changed` sees.

    Raises:
        PermissionDenied: `by` may not act on the inbox.
    """
    _require(by, MAY_ACT)
    MissingEntry.objects.filter(pk=missing.pk).update(state=MissingState.OPEN, settled_on=None, synonyms=group)


@transaction.atomic
def add_to_synonyms(missing: MissingEntry, group: SynonymGroup, word: str, *, by: User) -> None:
    """Add a word to synonyms because of a question.

    Raises:
        PermissionDenied: `by` may not act on the inbox, or may not change synonyms.
    """
    _require(by, "kb.change_synonymgroup")
    link_synonyms(missing, group, by=by)
    # The row as it is now: somebody may have added another word since.
    now = SynonymGroup.objects.select_for_update().get(pk=group.pk)
    now.words = f"{now.words}\n{word}"
    now.save()
    synonyms_changed(now)
    transaction.on_commit(forget_vocabulary)  # another thread may have read the old words meanwhile


# --- what a published answer does -------------------------------------------------------------------------------------
def article_changed(article: Article) -> None:
    """Close the questions that a published article answers; open again those that it answered until it was withdrawn, and
    those that it has no words for any more and nothing else answers.

    Two queries, one more where a question is closed, and a search for each of at most `_LOOKED_UP` that it may have lost.
    """
    phrases = _normal((article.title, *spoken_words(article.asked_as)))
    _entry_changed(article, _Answer(EntryKind.ARTICLE, article.slug, phrases))


def code_changed(code: ErrorCode) -> None:
    """The same for a code, which also answers questions that name one of its strings. One query more."""
    phrases = _normal((code.title, code.screen_text, *spoken_words(code.asked_as)))
    strings = frozenset(code.strings.order_by("pk").values_list("normal", flat=True))
    _entry_changed(code, _Answer(EntryKind.CODE, code.slug, phrases, strings))


def entry_deleted(entry: Article | ErrorCode) -> None:
    """Questions that it answered, or was to answer, have no answer any more."""
    named = MissingEntry.objects.answered_by(_kind(entry), entry.slug)
    _open_again(named)
    named.update(answer_kind="", answer_slug="")


def synonyms_changed(group: SynonymGroup) -> None:
    """Close the questions that the search answers now that these words mean the same; open again those it does not.

    Searches for a few questions only: those that were given to the group or hold one of its words, the most searched ones.
    """
    forget_vocabulary()
    words = _normal(spoken_words(group.words))
    nothing = MissingEntry.objects.open().filter(reason=MissingReason.FOUND_NOTHING, answer_slug="")[:_LOOKED_AT]
    about = [one for one in nothing if one.synonyms_id == group.pk or (not one.is_kept and _holds_one(one, words))]
    _settle([one for one in about[:_LOOKED_UP] if is_found_today(one.question)], synonyms=group)
    answered = MissingEntry.objects.filter(state=MissingState.ANSWERED, synonyms=group)
    lost = [one.pk for one in answered[:_LOOKED_UP] if not is_found_today(one.question)]
    _open_again(answered.filter(pk__in=lost))


def synonyms_deleted(group: SynonymGroup) -> None:
    """To be called before: questions that these words answered wait again, until a collection finds them answered."""
    _open_again(MissingEntry.objects.filter(synonyms=group))


def mark_answered(missing: MissingEntry, *, kind: str, slug: str) -> None:
    """Close an open question with the entry that answers it; with "" where what answers it is no entry."""
    _settle([missing], answer_kind=kind, answer_slug=slug)


def answers_lost(missing: Iterable[MissingEntry]) -> None:
    """Open answered questions again because the search finds nothing for them any more.

    The answer is forgotten, or the next save of it would close them whatever it says. Only where an editor has said that
    nothing else is one it stays named.
    """
    rows = MissingEntry.objects.filter(state=MissingState.ANSWERED, pk__in=[one.pk for one in missing])
    rows.filter(is_kept=False).update(answer_kind="", answer_slug="")
    _open_again(rows)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A published entry: `phrases` are the normal forms of its title and of what else it is asked as."""

    kind: EntryKind
    slug: str
    phrases: frozenset[str]
    strings: frozenset[str] = frozenset()

    def closes(self, missing: MissingEntry) -> bool:
        if (missing.answer_kind, missing.answer_slug) == (self.kind, self.slug):
            return True
        return not missing.is_kept and self.speaks_of(missing)

    def speaks_of(self, missing: MissingEntry) -> bool:
        if missing.normal in self.phrases:
            return True
        # Where something was found and nobody wanted it, one more title with the same words in it proves nothing.
        return missing.reason == MissingReason.FOUND_NOTHING and (
            self._holds(missing.normal) or self._is_named(missing)
        )

    def _holds(self, normal: str) -> bool:
        # Chinese only: without blanks `pin` stands in `shopping` too.
        return not normal.isascii() and any(normal in phrase for phrase in self.phrases)

    def _is_named(self, missing: MissingEntry) -> bool:
        if not any(string.lower() in missing.normal for string in self.strings):
            return False
        return any(mention.normal in self.strings for mention in understand(missing.question).codes)


def _entry_changed(entry: Article | ErrorCode, answer: _Answer) -> None:
    if not entry.is_published:
        _open_again(MissingEntry.objects.answered_by(answer.kind, answer.slug))
        return
    answers_lost(_lost(answer))
    closed = [one for one in MissingEntry.objects.open()[:_LOOKED_AT] if answer.closes(one)]
    _settle(closed, answer_kind=answer.kind, answer_slug=answer.slug)


def _lost(answer: _Answer) -> list[MissingEntry]:
    """Questions that an entry answered, that its words no longer hold, and that the search finds nothing for."""
    answered = MissingEntry.objects.answered_by(answer.kind, answer.slug).filter(
        state=MissingState.ANSWERED, reason=MissingReason.FOUND_NOTHING, is_kept=False
    )
    doubtful = [one for one in answered[:_LOOKED_AT] if not answer.speaks_of(one)]
    return [one for one in doubtful[:_LOOKED_UP] if not is_found_today(one.question)]


def _settle(missing: Sequence[MissingEntry], **answer: Any) -> None:
    if missing:
        rows = MissingEntry.objects.open().filter(pk__in=[one.pk for one in missing])
        rows.update(state=MissingState.ANSWERED, settled_on=timezone.localdate(), **answer)


def _open_again(missing: QuerySet[MissingEntry]) -> None:
    """Those among them that were answered wait again. Their answer stays named: published anew, it closes them."""
    missing.filter(state=MissingState.ANSWERED).update(state=MissingState.OPEN, settled_on=None)


def _normal(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normal_question, phrases)))


def _holds_one(missing: MissingEntry, words: Iterable[str]) -> bool:
    return any(word in missing.normal for word in words)


def _kind(entry: Article | ErrorCode) -> EntryKind:
    return EntryKind.ARTICLE if isinstance(entry, Article) else EntryKind.CODE


def _require(user: User, permission: str) -> None:
    if not user.has_perm(permission):  # type: ignore[union-attr]  # every user has it
        raise PermissionDenied(permission)
