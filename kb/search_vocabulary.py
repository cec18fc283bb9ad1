"""The vocabulary that questions are understood with, read from rows that agents edit and kept for a few seconds."""

import time

from kb.models import Acquirer, CodeSystem, SynonymGroup
from kb.models.publication import Status
from kb.search.tokens import spoken_words
from kb.search.vocabulary import Vocabulary
from kb.sounds import sound

# Makers whose codes we do not have: what stands behind their names is a model (联迪A8), not a code of somebody else.
MAKERS = ("联迪", "landi", "商米", "sunmi", "华智融", "新国都", "升腾", "艾体威尔", "apos", "天喻", "优博讯", "海信")
KEPT = 10  # seconds: an agent's new synonym is understood by every process within them

_kept: tuple[float, Vocabulary] | None = None


def vocabulary() -> Vocabulary:
    """Synonyms and names. Three queries when the last reading is older than `KEPT`, none otherwise."""
    global _kept  # noqa: PLW0603 - one reading for the process; two at the same time would only read twice
    if _kept is not None and time.monotonic() - _kept[0] < KEPT:
        return _kept[1]
    found = _read()
    _kept = (time.monotonic(), found)
    return found


def forget_vocabulary() -> None:
    """Read anew for the next question of this process."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> Vocabulary:
    systems = {
        name: slug
        for slug, title, names in CodeSystem.objects.values_list("slug", "name", "names")
        for name in (title, *spoken_words(names))
    }
    acquirers = {
        name: slug
        for slug, brand, names in Acquirer.objects.filter(status=Status.PUBLISHED).values_list("slug", "brand", "names")
        for name in (brand, *spoken_words(names))
    }
    rows = SynonymGroup.objects.values_list("words", "tells_little").order_by("slug")
    groups = [(spoken_words(words), tells_little) for words, tells_little in rows]
    return Vocabulary.build(
        groups=[words for words, _ in groups],
        weak=[word for words, tells_little in groups if tells_little for word in words],
        systems=systems,
        acquirers=acquirers,
        makers=MAKERS,
        sound=sound,
    )
