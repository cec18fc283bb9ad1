"""What can be used is written down: commands, settings, decisions, problems, models."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
# Rows of something else, named in its line of the glossary; nobody speaks of them by themselves.
PARTS = {
    "ArticleAlias", "CodeArticle", "DisagreementPosition", "SearchEntry", "SearchDocument",
    "SearchCode", "CodeSpelling", "SearchWord", "GuideCode", "GuideEntrance",
    "NodeArticle", "RecordedPath", "WalkReport",
}  # fmt: skip


def commands() -> list[str]:
    found = ROOT.glob("*/management/commands/[a-z]*.py")
    return sorted(path.stem for path in found)


def settings_read() -> list[str]:
    sources = [*(ROOT / "config").glob("*.py"), ROOT / "gunicorn.conf.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    names = re.findall(r"(?:env(?:iron)?(?:\.\w+)*|flag|number|origins|words)\(\s*\"([A-Z_]+)\"", text)
    return sorted(set(names) - {"POSFIX_ENV_FILE", "DJANGO_SETTINGS_MODULE"})


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"manage.py {command}" in OPERATIONS


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_is_documented(name: str) -> None:
    assert re.search(rf"^\| [^|]*`{name}`", OPERATIONS, flags=re.MULTILINE)
    assert re.search(rf"^{name}=", EXAMPLE, flags=re.MULTILINE)


def test_the_settings_are_found_at_all() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "HTTPS", "REPORTS_PER_HOUR"} <= set(settings_read())


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "adr").glob("0*.md"):
        assert path.name in index


def test_every_model_has_its_word() -> None:
    words = {word.strip() for line in GLOSSARY.splitlines() for word in re.split(r"[|,:]", line)}
    for label in ("kb", "diagnostics"):
        for model in apps.get_app_config(label).get_models():
            name = model.__name__
            assert name in words or name in PARTS or name.startswith("Historical"), name


def test_links_in_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            if not target.startswith("/"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"
