"""Who writes pages, who looks at them before they go up, and who may put pictures up.

The names that review are those of the step in the migration `cms/0007_workflow_in_words.py`.
"""

from __future__ import annotations

PICTURES = ["wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image"]
WRITE = [
    "wagtailcore.add_page",
    "wagtailcore.change_page",
    "wagtail_localize.submit_translation",
    *PICTURES,
]
RECOMMENDATIONS = [
    "wagtailsearchpromotions.add_searchpromotion",
    "wagtailsearchpromotions.change_searchpromotion",
    "wagtailsearchpromotions.delete_searchpromotion",
]
ROLES = {
    "editor": [*WRITE, "wagtailcore.publish_page", *RECOMMENDATIONS],
    "worker_a": WRITE,
    "worker_b": [*WRITE, "wagtailcore.publish_page", *RECOMMENDATIONS],
}
