"""The people of the community, where they live, and where things are collected."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from people.codes import random_code


class NamedTwice(models.Model):
    """What has a Chinese name, and an English one once somebody wrote it."""

    name: models.CharField[Any, str]
    name_en: models.CharField[Any, str]

    class Meta:
        abstract = True

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Community(NamedTwice):
    """A residents' community (社区)."""

    code = models.SlugField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    street = models.CharField(_("street office"), max_length=60, blank=True)
    last_member_no = models.PositiveIntegerField(default=1000, editable=False)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")

    def __str__(self) -> str:
        return self.local_name


class Building(models.Model):
    """A block of flats: 长城花园小区 2号楼."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="buildings", verbose_name=_("community")
    )
    compound = models.CharField(_("compound"), max_length=40)
    number = models.CharField(_("building number"), max_length=10)
    units = models.PositiveSmallIntegerField(_("staircases"))
    households_expected = models.PositiveSmallIntegerField(_("homes in the building"))

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.UniqueConstraint(
                name="building_number_is_unique_in_its_compound", fields=["compound", "number"]
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(compound)s, building %(number)s") % {
            "compound": self.compound,
            "number": self.number,
        }

    @property
    def sort_key(self) -> tuple[int, str]:
        """Number 9 comes before number 10."""
        return (int(self.number) if self.number.isdecimal() else 0, self.number)


class ServicePoint(NamedTwice):
    """Where things are collected: the supermarket, a help-farmer point, the market square."""

    class Kind(models.TextChoices):
        SUPERMARKET = "supermarket", _("love supermarket")
        FARMERS = "farmers", _("help-farmer point")
        MARKET = "market", _("market square")
        CANTEEN = "canteen", _("canteen")
        SERVICE = "service", _("service point")

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="service_points", verbose_name=_("community")
    )
    name = models.CharField(_("name"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    hours = models.CharField(_("opening hours"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20)

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")

    def __str__(self) -> str:
        return self.name


class HouseholdQuerySet(models.QuerySet["Household"]):
    def lock(self) -> HouseholdQuerySet:
        """Lock these households in id order until the transaction ends."""
        return self.select_for_update(no_key=True).order_by("pk")


class Household(models.Model):
    """One door: everybody who lives behind it shares its limits."""

    building = models.ForeignKey(
        Building, models.PROTECT, related_name="households", verbose_name=_("building")
    )
    unit = models.CharField(_("staircase"), max_length=6)
    door = models.CharField(_("door"), max_length=10)

    objects: ClassVar = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.UniqueConstraint(
                name="household_is_one_door", fields=["building", "unit", "door"]
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(building)s, staircase %(unit)s, %(door)s") % {
            "building": self.building,
            "unit": self.unit,
            "door": self.door,
        }

    @property
    def address(self) -> dict[str, str]:
        """The parts of the address, for a notice that is put into words when it is read."""
        return {
            "compound": self.building.compound,
            "number": self.building.number,
            "unit": self.unit,
            "door": self.door,
        }


GONE = "已注销"  # The name of everybody who was erased: a value, so it is not translated.


class MemberManager(BaseUserManager["Member"]):
    """Finds people by phone. Members are made by `people.actions.register_member`."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(phone=username)


class Member(AbstractBaseUser, PermissionsMixin):
    """A resident, farmer, volunteer or worker, and how they sign in.

    A senior with no phone is a member too: without a phone number, with a printed card.
    """

    class Mode(models.TextChoices):
        STANDARD = "standard", _("standard")
        ELDER = "elder", _("large type")
        XL = "xl", _("very large type")

    phone = models.CharField(
        _("phone"),
        max_length=11,
        unique=True,
        null=True,
        blank=True,
        validators=[
            RegexValidator(r"^1\d{10}$", _("A mobile number has 11 digits and starts with 1."))
        ],
    )
    full_name = models.CharField(_("full name"), max_length=40)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="members", verbose_name=_("community")
    )
    member_no = models.CharField(_("member number"), max_length=8, editable=False)
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="members",
        verbose_name=_("household"),
    )
    household_confirmed_at = models.DateTimeField(
        _("household confirmed at"), null=True, editable=False
    )
    household_confirmed_by = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
    )
    preferred_mode = models.CharField(
        _("preferred view"), max_length=8, choices=Mode, default=Mode.STANDARD
    )
    public_id = models.CharField(max_length=10, unique=True, default=random_code, editable=False)
    books_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    registration_key = models.UUIDField(unique=True, null=True, editable=False)
    pin_is_temporary = models.BooleanField(default=False, editable=False)
    sign_in_generation = models.PositiveIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    wants_texts = models.BooleanField(_("wants text messages"), default=True, db_default=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        permissions = [
            ("confirm_household", _("Can confirm where a member lives")),
            ("lift_lock", _("Can lift a sign-in lock")),
            ("reset_pin", _("Can give a member a new PIN")),
            ("ask_to_erase", _("Can ask a colleague to erase a member")),
            ("erase_member", _("Can erase a member, when a colleague has asked for it")),
            ("assign_roles", _("Can assign roles")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="member_number_is_unique_in_the_community",
                fields=["community", "member_no"],
            ),
            models.CheckConstraint(
                name="member_household_is_confirmed_by_somebody",
                condition=Q(
                    household_confirmed_at__isnull=True, household_confirmed_by__isnull=True
                )
                | Q(
                    household__isnull=False,
                    household_confirmed_at__isnull=False,
                    household_confirmed_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="member_household_is_confirmed_by_another",
                condition=~Q(household_confirmed_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def masked_name(self) -> str:
        """The name as strangers may see it: 马**."""
        return GONE if self.full_name == GONE else f"{self.full_name[:1]}**"

    @property
    def is_household_confirmed(self) -> bool:
        return self.household_confirmed_at is not None

    @property
    def email(self) -> str:
        """Nobody has one here. Wagtail asks before it writes to somebody, and then does not."""
        return ""

    @property
    def first_name(self) -> str:
        """What Wagtail's menu calls a colleague."""
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie a session to the PIN and the generation: when either changes, it is over."""
        return salted_hmac(
            "people.Member.session",
            f"{self.password}:{self.sign_in_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Erasure(models.Model):
    """That somebody is to be forgotten, or was: who asked for it, and who did it."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="erasure")
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    erased_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(_("erased at"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                name="erasure_is_done_by_somebody",
                condition=Q(erased_at__isnull=True, erased_by__isnull=True)
                | Q(erased_at__isnull=False, erased_by__isnull=False),
            ),
            models.CheckConstraint(
                name="erasure_has_four_eyes", condition=~Q(erased_by=F("asked_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"erasure:{self.member_id}"


class SignInLock(models.Model):
    """Failed sign-ins of one phone number, known to us or not."""

    phone_digest = models.CharField(max_length=64, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    counted_from = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in lock")
        verbose_name_plural = _("sign-in locks")

    def __str__(self) -> str:
        return self.phone_digest[:8]


class Token(models.Model):
    """What a printed or shown QR code says: /q/<code>. Looking at it changes nothing."""

    code = models.CharField(max_length=10, unique=True, default=random_code)
    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=40)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="tokens")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.UniqueConstraint(name="token_is_one_a_subject", fields=["purpose", "subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}:{self.subject}"
