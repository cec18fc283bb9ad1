"""Which store answers: the one of the database that this process uses."""

from django.db import connection

from kb.search_store.interface import Store
from kb.search_store.postgresql import PostgreSQLStore
from kb.search_store.sqlite import SQLiteStore

_STORES: dict[str, Store] = {"sqlite": SQLiteStore(), "postgresql": PostgreSQLStore()}


def store() -> Store:
    return _STORES[connection.vendor]
