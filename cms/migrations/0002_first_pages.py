"""The home page in Chinese and in English, in place of Wagtail's welcome page."""

import uuid

from django.db import migrations

CHINESE, ENGLISH = "zh-hans", "en"
WORDS = {
    CHINESE: {
        "title": "首页",
        "slug": "home",
        "headline": "今天有啥新鲜的？",
        "promise": "卖多少给农户多少，社区一分不加。",
    },
    ENGLISH: {
        "title": "Home",
        "slug": "home-en",
        "headline": "What's fresh today?",
        "promise": "Every yuan goes to the farmer; we add nothing.",
    },
}


def make_home_pages(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.get(depth=1)
    welcome = list(Page.objects.filter(depth=2))
    pages = {}
    key = uuid.uuid4()
    for number, language in enumerate(WORDS, start=len(welcome) + 1):
        pages[language] = make_page(apps, root, number, language, key)
    Site.objects.update(root_page_id=pages[CHINESE].pk, site_name="惠邻")
    for page in welcome:
        page.delete()
    Page.objects.filter(pk=root.pk).update(numchild=len(pages))


def make_page(apps, root, number, language, key):
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("cms", "HomePage")
    Locale = apps.get_model("wagtailcore", "Locale")
    content_type, _created = ContentType.objects.get_or_create(app_label="cms", model="homepage")
    locale, _created = Locale.objects.get_or_create(language_code=language)
    words = WORDS[language]
    return HomePage.objects.create(
        path=f"{root.path}{number:04}",
        depth=2,
        url_path=f"/{words['slug']}/",
        draft_title=words["title"],
        content_type=content_type,
        locale=locale,
        translation_key=key,
        **words,
    )


def make_welcome_page(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("cms", "HomePage")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.get(depth=1)
    welcome = Page.objects.create(
        title="Welcome",
        draft_title="Welcome",
        slug="welcome",
        content_type=ContentType.objects.get(app_label="wagtailcore", model="page"),
        path=f"{root.path}{Page.objects.filter(depth=2).count() + 1:04}",
        depth=2,
        url_path="/welcome/",
        locale=Locale.objects.get(language_code=CHINESE),
    )
    Site.objects.update(root_page_id=welcome.pk)
    HomePage.objects.all().delete()
    Page.objects.filter(pk=root.pk).update(numchild=1)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_home_pages, make_welcome_page)]
