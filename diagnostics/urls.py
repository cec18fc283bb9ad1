from django.urls import path, re_path

from diagnostics.views import reports, walking

urlpatterns = [
    path("guides/", walking.guides, name="guides"),
    path("guides/<slug:guide>/", walking.first_question, name="guide"),
    path("guides/<slug:guide>/all/", walking.tree, name="guide-tree"),
    path("guides/<slug:guide>/report/", reports.report, name="guide-report"),
    re_path(
        r"^guides/(?P<guide>[-a-zA-Z0-9_]+)/report/(?P<result>solved|unsolved)/$",
        reports.reported,
        name="guide-reported",
    ),
    # Any text may stand for a node: one that does not exist is redirected to where its answers lead.
    path("guides/<slug:guide>/<str:node>/", walking.position, name="guide-node"),
]
