"""What a reader of a code page can do next. `kb` owns the list; other apps add to it (DESIGN.md, section 10).

`diagnostics` registers its guides in `AppConfig.ready()`, so that `kb` shows them without importing it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepChoice:
    label: str
    hint: str
    url: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """A guide that fits: its address and its first question with the answers, ready to be tapped."""

    title: str
    url: str
    question: str = ""
    help: str = ""
    choices: tuple[StepChoice, ...] = ()


# Takes the normal forms of code strings and of slugs; costs one query at the most.
Provider = Callable[[Sequence[str]], Sequence[NextStep]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def next_steps(keys: Sequence[str]) -> tuple[NextStep, ...]:
    return tuple(step for provider in _providers for step in provider(keys))
