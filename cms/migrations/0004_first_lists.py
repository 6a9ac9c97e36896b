"""A list of suppliers, market days, stories and notices, so that editors start with the first page.

English follows Chinese: a page stands in the English tree as a copy until somebody translates it.
"""

import uuid

from django.db import migrations

CHINESE, ENGLISH = "zh-hans", "en"
LISTS = [
    ("supplierindexpage", "SupplierIndexPage", "suppliers",
     {CHINESE: "谁种的、谁做的", ENGLISH: "Who grows it and who makes it"}),
    ("marketdayindexpage", "MarketDayIndexPage", "market-days",
     {CHINESE: "集市", ENGLISH: "Market days"}),
    ("storyindexpage", "StoryIndexPage", "stories",
     {CHINESE: "邻里故事", ENGLISH: "Stories from the neighbourhood"}),
    ("noticeindexpage", "NoticeIndexPage", "notices",
     {CHINESE: "通知", ENGLISH: "Notices"}),
]


def make_lists(apps, schema_editor):
    HomePage = apps.get_model("cms", "HomePage")
    homes = list(HomePage.objects.filter(locale__language_code__in=[CHINESE, ENGLISH]))
    for name, model_name, slug, titles in LISTS:
        model = apps.get_model("cms", model_name)
        if model.objects.exists():
            continue
        key = uuid.uuid4()
        for home in homes:
            make_list(apps, model, home, name, slug, titles, key)
    follow(apps)


def make_list(apps, model, home, name, slug, titles, key):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    below = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    if below.filter(slug=slug).exists():
        return
    last = below.order_by("path").last()
    path = home.path + following(last.path[-4:] if last else "0000")
    title = titles[home.locale.language_code]
    content_type, _created = ContentType.objects.get_or_create(app_label="cms", model=name)
    model.objects.create(
        path=path,
        depth=home.depth + 1,
        url_path=f"{home.url_path}{slug}/",
        slug=slug,
        title=title,
        draft_title=title,
        content_type=content_type,
        locale=home.locale,
        translation_key=key,
    )
    Page.objects.filter(pk=home.pk).update(numchild=below.count())


def following(step):
    """The step after this one in a path of the tree: four digits of base 36."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number = int(step, 36) + 1
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


def follow(apps):
    Locale = apps.get_model("wagtailcore", "Locale")
    LocaleSynchronization = apps.get_model("wagtail_localize", "LocaleSynchronization")
    LocaleSynchronization.objects.get_or_create(
        locale=Locale.objects.get(language_code=ENGLISH),
        defaults={"sync_from": Locale.objects.get(language_code=CHINESE)},
    )


def take_empty_lists_away(apps, schema_editor):
    """Lists with pages below them, or that somebody has written on, stay."""
    Page = apps.get_model("wagtailcore", "Page")
    for _name, model_name, _slug, _titles in LISTS:
        for page in apps.get_model("cms", model_name).objects.filter(
            numchild=0, latest_revision=None
        ):
            page.delete()
    for home in apps.get_model("cms", "HomePage").objects.all():
        below = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
        Page.objects.filter(pk=home.pk).update(numchild=below.count())
    apps.get_model("wagtail_localize", "LocaleSynchronization").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_pages"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_lists, take_empty_lists_away)]
