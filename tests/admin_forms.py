"""Fill the admin's forms as a browser would: take what the page shows, change some of it, send all of it back."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories import make_user

Fields = dict[str, Any]


def client_of(group: str) -> Client:
    """A client signed in as a member of `group`, as "superuser", as a "plain" account without staff status, or nobody ("")."""
    client = Client()
    if not group:
        return client
    user = make_user(f"one-{group.replace(' ', '-')}", superuser=group == "superuser", staff=group != "plain")
    if group not in {"superuser", "plain", "staff"}:
        user.groups.add(Group.objects.get(name=group))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown_fields(page: Any) -> Fields:
    """Every field of an admin form with the value it is shown with, inlines and their management forms included."""
    fields: Fields = {}
    forms = [page.context["adminform"].form]
    for inline in page.context.get("inline_admin_formsets") or ():
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is False or (value is None and bound.name != "id"):
                continue
            fields[bound.html_name] = "" if value is None else value
    return fields


def new_row(fields: Fields, prefix: str, **values: Any) -> Fields:
    """`fields` with one more row in the inline `prefix`."""
    number = int(fields[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {**fields, **row, f"{prefix}-TOTAL_FORMS": number + 1}


def save(client: Client, address: str, **changes: Any) -> Any:
    """Open a form, change fields and save. The answer is a redirect, or the form with its errors."""
    return client.post(address, {**shown_fields(client.get(address)), **changes})


def errors_of(page: Any, field: str = "") -> str:
    """All errors that a form was sent back with, or those beside one of its fields, in English."""
    assert page.status_code == 200, page.status_code
    with translation.override("en"):
        if field:
            return str(page.context["adminform"].form.errors.get(field, ""))
        return " ".join(str(error) for error in page.context["errors"])


def messages_of(client: Client, answer: Any) -> str:
    """What the page that an answer leads to says on top."""
    page = client.get(answer["Location"])
    return " ".join(str(message) for message in page.context["messages"])


def list_address(model: Any) -> str:
    return f"/en/admin/{model._meta.app_label}/{model._meta.model_name}/"


def add_address(model: Any) -> str:
    return f"{list_address(model)}add/"


def change_address(row: Any) -> str:
    return f"{list_address(row)}{row.pk}/change/"


def delete_address(row: Any) -> str:
    return f"{list_address(row)}{row.pk}/delete/"


def queries(client: Client, address: str) -> int:
    """How many queries a page costs once content types and the like are known."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
