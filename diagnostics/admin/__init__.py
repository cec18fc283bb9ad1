"""The admin of guides: drafts are edited here, revisions and reports are looked at."""

from diagnostics.admin import guides, nodes, revisions

__all__ = ["guides", "nodes", "revisions"]
