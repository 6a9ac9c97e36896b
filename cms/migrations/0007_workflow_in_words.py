"""The review before a page goes up, in our words, and none of Wagtail's English leftovers.

Wagtail comes with the groups “Moderators” and “Editors”, which no role of ours is, with the
workflow “Moderators approval”, and with a collection called “Root”.
"""

from django.db import migrations

REVIEWERS = ["worker_b", "editor"]
WORKFLOW, STEP, ALL_PICTURES = "发布前复核", "复核", "全部图片"
THEIRS = "Moderators approval"
THEIR_GROUPS = {
    "Moderators": ["add_page", "change_page", "publish_page"],
    "Editors": ["add_page", "change_page"],
}


def speak_our_words(apps, schema_editor):
    step = make_step(apps, "cms", "SecondPairOfEyesTask", STEP, REVIEWERS)
    hand_over(apps, step, old_name=THEIRS, new_name=WORKFLOW)
    drop_groups(apps)
    apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).update(name=ALL_PICTURES)


def speak_their_words(apps, schema_editor):
    restore_groups(apps)
    step = make_step(apps, "wagtailcore", "GroupApprovalTask", THEIRS, ["Moderators"])
    hand_over(apps, step, old_name=WORKFLOW, new_name=THEIRS)
    apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).update(name="Root")


def make_step(apps, app, model_name, name, groups):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    kind, _made = ContentType.objects.get_or_create(app_label=app, model=model_name.lower())
    step = apps.get_model(app, model_name).objects.create(name=name, content_type=kind)
    step.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return step


def hand_over(apps, step, old_name, new_name):
    """Let the workflow of all pages be this one step, and what is under review stay so."""
    Page = apps.get_model("wagtailcore", "Page")
    Task = apps.get_model("wagtailcore", "Task")
    TaskState = apps.get_model("wagtailcore", "TaskState")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    workflow = Workflow.objects.filter(name=old_name).first() or Workflow()
    workflow.name = new_name
    workflow.save()
    old_steps = list(WorkflowTask.objects.filter(workflow=workflow).values_list("task", flat=True))
    WorkflowTask.objects.filter(workflow=workflow).delete()
    WorkflowTask.objects.create(workflow=workflow, task_id=step.pk, sort_order=0)
    WorkflowPage.objects.update_or_create(
        page=Page.objects.get(depth=1), defaults={"workflow": workflow}
    )
    TaskState.objects.filter(task__in=old_steps).update(task=step.pk)
    Task.objects.filter(pk__in=old_steps).delete()


def drop_groups(apps):
    """Take away groups that nobody is in."""
    Group = apps.get_model("auth", "Group")
    members = apps.get_model("people", "Member").groups.through
    taken = members.objects.values("group")
    Group.objects.filter(name__in=THEIR_GROUPS).exclude(pk__in=taken).delete()


def restore_groups(apps):
    Group = apps.get_model("auth", "Group")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    Page = apps.get_model("wagtailcore", "Page")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in THEIR_GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*Permission.objects.filter(codename="access_admin"))
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=codenames
        ):
            GroupPagePermission.objects.get_or_create(
                group=group, page=Page.objects.get(depth=1), permission=permission
            )


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0006_second_pair_of_eyes"),
        ("people", "0002_service_point_in_english"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(speak_our_words, speak_their_words)]
