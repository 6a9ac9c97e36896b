"""Make the first administrator of a new site, and its first community."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from people.actions.add_community import add_community
from people.actions.make_administrator import make_administrator
from people.actions.register_member import PhoneTaken, register_member
from people.models import Community, Member
from people.phones import plain_phone


class Command(BaseCommand):
    help = "Register an administrator, who gives everybody else their roles in the back office."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", help="11 digits, to sign in with")
        parser.add_argument("full_name")
        parser.add_argument("--community", required=True, help="its code, such as CCHY")
        parser.add_argument("--community-name", help="needed when the community is new")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        phone = plain_phone(options["phone"])
        pin = getpass("PIN of six digits, or a password: ")
        try:
            validate_password(pin, user=Member(phone=phone))
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        try:
            with transaction.atomic():
                community = self._community(options["community"], options["community_name"])
                member = register_member(
                    full_name=options["full_name"], phone=phone, pin=pin, community=community
                )
                make_administrator(member=member)
        except PhoneTaken as taken:
            raise CommandError(f"Somebody is registered with {phone} already.") from taken
        self.stdout.write(f"{member.full_name} can sign in with {phone} at /office/.")

    def _community(self, code: str, name: str | None) -> Community:
        known = Community.objects.filter(code=code).first()
        if known:
            return known
        if not name:
            raise CommandError(f"There is no community {code} yet: add --community-name.")
        return add_community(code=code, name=name)
