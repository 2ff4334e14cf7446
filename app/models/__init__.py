"""The tables, one family a file, with the nouns of the district."""

from .alert import Alert, OutboxRow
from .area import (
    Area,
    ChecklistItem,
    CoverEntry,
    DirectoryNumber,
    District,
    DistrictSetting,
    Holiday,
)
from .ban import BANS
from .care import (
    Assessment,
    CaseMove,
    Closing,
    FollowUp,
    Handover,
    PartnerScore,
    Review,
    SafeWay,
)
from .change import DeviceItem, DistrictItem
from .consent import Consent, LegalBasis
from .deadline import Deadline, DeadlineStep
from .envelope import InboxEnvelope, Quarantined
from .partner import Partner
from .passkey import CardSession, Passkey
from .person import (
    CadreContact,
    Person,
    PersonRole,
    RelatedAhead,
    RelatedStaff,
    StaffAccount,
    StaffSession,
)
from .phone import Device, Invite, PushSubscription, UnlockTry, WrongCode
from .plan import PlanRow
from .referral import Case, Referral, ReferralMove
from .reminder import Reminder
from .reply import ReadyReply
from .report import CallRequest, Drill, Report, ReportAddition, Tally, Withdrawal
from .roster import DutyTurn, DutyWord
from .series import SeriesVisit, VisitSeries
from .server import KeyList, PublicKey, Server
from .service_referral import (
    PartnerLink,
    Recall,
    ServiceReferral,
    ServiceStep,
    SimfoniRef,
    UnmetNeed,
)
from .statistics import GivenOut, MonthCount
from .trail import TrailRow
from .transfer import Transfer, TransferNews
from .visit import Visit, VisitRecord, VisitStep
from .work import ContactAttempt, WorkEntry
from .workload import Absence, Post, PostTerm

__all__ = [
    "Absence",
    "Post",
    "PostTerm",
    "Alert",
    "Area",
    "Assessment",
    "BANS",
    "CadreContact",
    "CallRequest",
    "CardSession",
    "Case",
    "CaseMove",
    "ChecklistItem",
    "Closing",
    "Consent",
    "ContactAttempt",
    "CoverEntry",
    "Deadline",
    "DeadlineStep",
    "Device",
    "DeviceItem",
    "DirectoryNumber",
    "District",
    "DistrictItem",
    "DistrictSetting",
    "Drill",
    "DutyTurn",
    "DutyWord",
    "FollowUp",
    "GivenOut",
    "Handover",
    "Holiday",
    "InboxEnvelope",
    "Invite",
    "KeyList",
    "LegalBasis",
    "MonthCount",
    "OutboxRow",
    "Partner",
    "PartnerLink",
    "PartnerScore",
    "Passkey",
    "Person",
    "PersonRole",
    "PlanRow",
    "PublicKey",
    "PushSubscription",
    "Quarantined",
    "ReadyReply",
    "Recall",
    "Referral",
    "ReferralMove",
    "Reminder",
    "RelatedAhead",
    "RelatedStaff",
    "Report",
    "ReportAddition",
    "Review",
    "SafeWay",
    "Server",
    "SeriesVisit",
    "ServiceReferral",
    "ServiceStep",
    "SimfoniRef",
    "StaffAccount",
    "StaffSession",
    "Tally",
    "TrailRow",
    "Transfer",
    "TransferNews",
    "UnmetNeed",
    "UnlockTry",
    "Visit",
    "VisitRecord",
    "VisitSeries",
    "VisitStep",
    "Withdrawal",
    "WorkEntry",
    "WrongCode",
]
