"""Who writes pages, and who may put pictures up."""

from __future__ import annotations

PICTURES = ["wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image"]
ROLES = {
    "editor": [
        "wagtailcore.add_page",
        "wagtailcore.change_page",
        "wagtailcore.publish_page",
        *PICTURES,
    ],
    "worker_a": ["wagtailcore.change_page", *PICTURES],
    "worker_b": ["wagtailcore.change_page", "wagtailcore.publish_page", *PICTURES],
}
