"""What all pages have that are there for everybody to read and share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, PageViewRestriction
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from cms.blocks import BodyBlock, chosen
from cms.models.editing import CarefulPageForm
from cms.models.review import ReviewedPagePermissions
from cms.models.searched import Searched
from ledger.clock import database_now
from market.produce.http import point_of
from market.produce.queries import goods_of_products
from people.models import ServicePoint

FOR_LISTS = MultiFieldPanel(
    [
        FieldPanel("summary"),
        FieldPanel("picture"),
        FieldPanel(
            "picture_alt", help_text=_("Left empty, it is what stands with the picture itself.")
        ),
    ],
    heading=_("For lists and sharing"),
)


class PublicPage(Searched, Page):
    """A page with one sentence and one picture, which also stand in lists and in shared links."""

    summary = models.CharField(
        _("in one sentence"),
        max_length=240,
        help_text=_("Shows in lists, and when somebody shares the page in a group."),
    )
    picture = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("A wide picture. Never a photo of somebody's door."),
    )

    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=160,
        blank=True,
        help_text=_("For those who cannot see it."),
    )

    # For everybody, always: two questions less to the database on each visit.
    private_page_options: ClassVar[list[str]] = []
    base_form_class: ClassVar = CarefulPageForm
    # One address in both languages, so that the switch between them stays on the page.
    override_translatable_fields: ClassVar = [SynchronizedField("slug")]
    searched: ClassVar[list[str]] = ["summary"]
    content_panels: ClassVar = [*Page.content_panels, FOR_LISTS]
    promote_panels: ClassVar = [FieldPanel("slug"), FieldPanel("seo_title")]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.picture and not self.picture_alt:
            longest = self._meta.get_field("picture_alt").max_length
            self.picture_alt = self.picture.description[:longest]
        if self.picture and not self.picture_alt:
            message = _("Say what the picture shows, for those who cannot see it.")
            raise ValidationError({"picture_alt": message})

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        return PageViewRestriction.objects.none()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ReviewedPagePermissions(user, self)


BODY_PANEL = FieldPanel(
    "body", help_text=_("Press + and choose what comes next: text, a picture, steps.")
)


class WrittenPage(PublicPage):
    """A page whose text is made of blocks."""

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    searched: ClassVar[list[str]] = [*PublicPage.searched, "body"]
    content_panels: ClassVar = [*PublicPage.content_panels, BODY_PANEL]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the goods of the text's price tags, by the id of their product."""
        products = chosen(self.body, "price_tag", "product")
        point = self.sold_at(request) if products else None
        goods = goods_of_products(point, products, now=database_now()) if point else {}
        return super().get_context(request, *args, **kwargs) | {"goods_of_tags": goods}

    def sold_at(self, request: HttpRequest) -> ServicePoint | None:
        """Return the point whose prices the text shows: where the visitor shops."""
        return point_of(request)


class IndexPage(Searched, Page):
    """A page that lists the pages below it."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    private_page_options: ClassVar[list[str]] = []
    base_form_class: ClassVar = CarefulPageForm
    override_translatable_fields: ClassVar = [SynchronizedField("slug")]
    searched: ClassVar[list[str]] = ["intro"]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    max_count_per_parent = 1
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("intro", help_text=_("One or two sentences above the list.")),
    ]
    promote_panels: ClassVar = [FieldPanel("slug"), FieldPanel("seo_title")]

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a page below with one question: Wagtail asks for the page, then for its kind."""
        if len(path_components) != 1:
            return super().route(request, path_components)
        (kind,) = self.clean_subpage_models()
        page = get_object_or_404(kind.objects.child_of(self), slug=path_components[0])
        return page.route(request, [])

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        return PageViewRestriction.objects.none()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ReviewedPagePermissions(user, self)


def with_pictures(pages: Any) -> Any:
    """Read the pictures of listed pages, in the size that cards show, with them."""
    return pages.select_related("picture").prefetch_related("picture__renditions")
