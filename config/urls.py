"""Every address of the site. Chinese has no prefix; English lives under /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.feeds import MarketDayFeed, StoryFeed
from cms.views.sharing import calendar, picture, sitemap
from config.views import healthy, robots
from people.views.tokens import open_token

handler404 = "config.views.not_found"
handler500 = "config.views.server_error"

urlpatterns = [
    path("healthy/", healthy, name="healthy"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("shared/<int:pk>/<slug:digest>.png", picture, name="page-picture"),
    path("calendar/<int:pk>.ics", calendar, name="calendar"),
    path("q/<str:code>/", open_token, name="token"),
    path("office/", include("people.urls.office")),
    path("office/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("images/", include("wagtail.images.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    *i18n_patterns(
        path("", include("people.urls.site")),
        path("produce/", include("market.produce.urls")),
        path("", include("market.orders.urls")),
        path("till/", include("market.till.urls")),
        path("", include("market.open_ledger.urls")),
        path("feeds/market-days/", MarketDayFeed(), name="feed-of-market-days"),
        path("feeds/stories/", StoryFeed(), name="feed-of-stories"),
        path("", include("cms.urls")),
        # Wagtail's own door to private pages leads to ours, like that of the office.
        path(
            "_util/login/",
            RedirectView.as_view(pattern_name="people:sign-in", query_string=True),
        ),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
