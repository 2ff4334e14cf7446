"""Every list of codes, once and in the order in which people are offered them.

A code is never renamed and never used for something else. New ones are added, and only at a place
where the digits of the pocket card (`pocket_card`) stay what they were.
"""

# ruff: noqa: F403 (a list of codes is named once, in its file)
from app.domain.codes.case import *
from app.domain.codes.consent import *
from app.domain.codes.contact import *
from app.domain.codes.report import *
from app.domain.codes.service import *
from app.domain.codes.visit import *
from app.domain.codes.workload import *
