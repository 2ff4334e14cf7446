"""The tables, one family a file, with the nouns of the district."""

from .alert import Alert, OutboxRow
from .area import (
    Area,
    ChecklistItem,
    CoverEntry,
    DirectoryNumber,
    District,
    DistrictSetting,
)
from .change import DeviceItem, DistrictItem
from .envelope import InboxEnvelope, Quarantined
from .person import (
    CadreContact,
    Person,
    PersonRole,
    RelatedStaff,
    StaffAccount,
    StaffSession,
)
from .phone import Device, Invite, PushSubscription, UnlockTry, WrongCode
from .referral import Case, Referral, ReferralMove
from .report import CallRequest, Drill, Report, ReportAddition, Tally, Withdrawal
from .server import KeyList, PublicKey, Server
from .trail import TrailRow
from .visit import Visit, VisitRecord, VisitStep

__all__ = [
    "Alert",
    "Area",
    "CadreContact",
    "CallRequest",
    "Case",
    "ChecklistItem",
    "CoverEntry",
    "Device",
    "DeviceItem",
    "DirectoryNumber",
    "District",
    "DistrictItem",
    "DistrictSetting",
    "Drill",
    "InboxEnvelope",
    "Invite",
    "KeyList",
    "OutboxRow",
    "Person",
    "PersonRole",
    "PublicKey",
    "PushSubscription",
    "Quarantined",
    "Referral",
    "ReferralMove",
    "RelatedStaff",
    "Report",
    "ReportAddition",
    "Server",
    "StaffAccount",
    "StaffSession",
    "Tally",
    "TrailRow",
    "UnlockTry",
    "Visit",
    "VisitRecord",
    "VisitStep",
    "Withdrawal",
    "WrongCode",
]
