from django.urls import path

from kb.views import acquirers, codes, pages, search

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("codes/", codes.codes, name="codes"),
    path("codes/<str:code>/", codes.code, name="code"),
    path("codes/<str:code>/<slug:slug>/", codes.meaning, name="code-meaning"),
    path("causes/", pages.causes, name="causes"),
    path("causes/<slug:slug>/", pages.cause, name="cause"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("acquirers/", acquirers.acquirers, name="acquirers"),
    path("acquirers/<slug:slug>/", acquirers.acquirer, name="acquirer"),
]
