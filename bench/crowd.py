"""A district with as many referrals as wanted, all invented: loaded by COPY and spread by SQL.

One tenth of them is open, as if the queue had been left alone for a month; the rest is five years
of work. Coded facts lie under the server key as everywhere, so that opening them costs what it
costs. The cases that are looked at are made by the services, with all that belongs to a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from app.db import db, transaction
from app.domain.fields import parse
from app.models import MonthCount
from app.sealing import opener
from app.services import counting, demo
from app.services.rows import facts_of, write_facts
from bench import people

DISTRICT = demo.DISTRICT
ALIKE = 48  # so many different reports; each is sealed to its own row
AGES = ("0_5", "6_12", "13_17", "18_24", "25_44", "45_59", "60_plus", "unknown")
KINDS = ("physical", "psychological", "sexual", "neglect", "online", "exploitation")

# n runs from 0; u spreads it evenly over 0–1, in another order than the rows lie on the disk.
_SPREAD = "((n::bigint * 7919) % {many})::float / {many}"
_REPORTS = f"""
INSERT INTO reports (id, district, village, cadre_id, channel, received_at, happened_at,
                     incomplete, unlocked, no_session, flags, facts)
SELECT s.id, '{DISTRICT}', v.code, c.id, 'app', at, at - interval '20 minutes',
       false, true, false, '', facts
FROM (SELECT *, CASE WHEN n % 10 = 0 THEN now() - u * interval '30 days'
                     ELSE now() - interval '1 day' - u * interval '1800 days' END AS at
      FROM (SELECT *, {_SPREAD} AS u FROM seeds) s) s
JOIN numbered_villages v ON v.n = s.n % (SELECT count(*) FROM numbered_villages)
JOIN numbered_cadres c ON c.n = s.n % (SELECT count(*) FROM numbered_cadres)
ORDER BY 1
"""
_REFERRALS = """
INSERT INTO referrals (id, report_id, district, village, state, open, risk, emergency, child,
                       sexual, clock_from, due_at, seen_at, seen_by, taken_by, settled_at,
                       changed_at)
SELECT gen_random_uuid(), r.id, r.district, r.village,
       CASE WHEN open AND n % 30 = 0 THEN 'seen' WHEN open THEN 'received'
            WHEN n % 2 = 0 THEN 'not_ours' WHEN n % 50 = 1 THEN 'accepted' ELSE 'closed' END,
       open, (ARRAY['high','medium','medium','low','low'])[1 + n / 10 % 5], n % 500 = 0,
       n % 7 = 0, n % 5 = 0, received_at,
       received_at + CASE WHEN open THEN interval '29 days' + (n % 86400) * interval '1 second'
                          ELSE interval '6 hours' END,
       CASE WHEN NOT open OR n % 30 = 0 THEN received_at + interval '20 minutes' END,
       CASE WHEN NOT open OR n % 30 = 0 THEN :staff END,
       CASE WHEN open AND n % 300 = 0 THEN :staff END,
       CASE WHEN NOT open THEN received_at + interval '2 days' END,
       received_at + CASE WHEN open THEN interval '0' ELSE interval '1 day' END
FROM (SELECT *, n % 10 = 0 AS open FROM seeds) s JOIN reports r ON r.id = s.id
ORDER BY 1
"""
_CASES = """
INSERT INTO cases (id, referral_id, district, caseworker_id, stage, risk, opened_at, closed_at,
                   closing_reason, settlement_banned)
SELECT gen_random_uuid(), r.id, district, w.id,
       CASE WHEN state = 'accepted' THEN 'planning' ELSE 'follow_up' END, risk,
       clock_from + interval '1 day',
       CASE WHEN state = 'closed' THEN clock_from + interval '90 days' END,
       CASE WHEN state = 'closed' THEN 'goals_reached' END, sexual OR child
FROM referrals r JOIN numbered_caseworkers w ON w.n = abs(hashtext(r.id::text)) % :caseworkers
WHERE state IN ('accepted', 'closed') AND r.id NOT IN (SELECT referral_id FROM cases)
ORDER BY 1
"""
# One visit a case; of those whose case is open one tenth is still to be made.
_VISITS = """
INSERT INTO visits (id, report_id, case_id, district, village, cadre_id, handed_by, purpose,
                    place_kind, state, opens_at, due_at, details_told, handed_at, check_out_told,
                    recorded_at, how, changed_at)
SELECT gen_random_uuid(), r.id, c.id, r.district, r.village, r.cadre_id, :staff, 'check_safety',
       'public', CASE WHEN c.closed_at IS NULL THEN 'accepted' ELSE 'recorded' END,
       at, at + interval '1 day', true, at - interval '1 day', 0,
       CASE WHEN c.closed_at IS NOT NULL THEN at + interval '5 hours' END,
       CASE WHEN c.closed_at IS NOT NULL THEN 'done' END, at
FROM cases c JOIN referrals f ON f.id = c.referral_id JOIN reports r ON r.id = f.report_id,
     LATERAL (SELECT CASE WHEN c.closed_at IS NULL
                     THEN now() + interval '5 days' * (0.5 - random()) ELSE c.opened_at
                       + interval '3 days' END AS at) moment
WHERE c.closed_at IS NOT NULL OR random() < 0.5
ORDER BY 1
"""
_SERVICES = """
INSERT INTO service_referrals (id, case_id, settlement_banned, district, service, what, escort,
                               state, urgent, without_mou, lacks, made_by, made_at, sent_at,
                               reply_due_at, served_at, changed_at)
SELECT gen_random_uuid(), id, settlement_banned, district, 'psychosocial', 'counselling',
       'with_officer', state, false, false, '', :staff, at,
       CASE WHEN state <> 'awaiting_approval' THEN at END,
       CASE WHEN state <> 'awaiting_approval' THEN at + interval '3 days' END,
       CASE WHEN state = 'done' THEN at + interval '5 days' END, at
FROM (SELECT *, CASE WHEN closed_at IS NOT NULL THEN 'done' WHEN random() < 0.1
                THEN 'awaiting_approval' ELSE 'sent' END AS state,
             CASE WHEN closed_at IS NULL THEN now() - random() * interval '4 days'
                  ELSE opened_at + interval '3 days' END AS at FROM cases) c
ORDER BY 1
"""
_MOVES = """
INSERT INTO referral_moves (id, referral_id, at, by, act, from_state, to_state)
SELECT gen_random_uuid(), id, seen_at, :staff, 'see', 'received', 'seen'
FROM referrals WHERE seen_at IS NOT NULL
ORDER BY 1
"""
# The links of this chain are no hashes of one another: its pages are looked at, nobody walks it.
_TRAIL = f"""
INSERT INTO trail (district, seq, at, by, act, object_kind, object_id, hash)
SELECT '{DISTRICT}', (SELECT trail_seq FROM districts WHERE code = '{DISTRICT}')
       + row_number() OVER (), now(), :staff, 'referral.see', 'referral', id::text,
       decode(repeat('00', 32), 'hex')
FROM referrals
"""
_CLOSINGS = """
INSERT INTO closings (id, case_id, reason, from_stage, state, asked_at, asked_by, settled_at,
                      settled_by, by_parent_office)
SELECT id, id, 'goals_reached', 'evaluation', 'approved', closed_at, :staff, closed_at, :staff, true
FROM cases WHERE closed_at IS NOT NULL
ORDER BY 1
"""
_FOLLOW_UPS = """
INSERT INTO follow_ups (id, case_id, closing_id, months, due_at, asker_id, state)
SELECT id, id, id, 1, closed_at + interval '1 month', caseworker_id,
       CASE WHEN closed_at > now() - interval '40 days' THEN 'open' ELSE 'done' END
FROM cases WHERE closed_at IS NOT NULL
ORDER BY 1
"""
_CLOCKS = """
INSERT INTO deadlines (id, district, referral_id, kind, state, starts_at, due_at, estimate,
                       ended_at, ended_how, by_parent_office, made_at, changed_at)
SELECT id, district, id, 'police_report', CASE WHEN open THEN 'running' ELSE 'ended' END,
       clock_from, due_at, open, CASE WHEN NOT open THEN clock_from + interval '1 day' END,
       CASE WHEN NOT open THEN 'reported' END, false, clock_from, clock_from
FROM referrals WHERE sexual AND id NOT IN (SELECT referral_id FROM deadlines
                                           WHERE referral_id IS NOT NULL)
ORDER BY 1
"""
_TRAIL_SEQ = """
UPDATE districts SET trail_seq = (SELECT max(seq) FROM trail WHERE trail.district = code)
WHERE code = :district
"""
_STATEMENTS = (
    *(_REPORTS, _REFERRALS, _CASES, _VISITS, _SERVICES, _MOVES, _CLOSINGS, _FOLLOW_UPS),
    *(_CLOCKS, _TRAIL, _TRAIL_SEQ),
)


def fill(referrals: int, staff: UUID, *, now: datetime) -> None:
    """Put so many invented referrals into the invented district, with what hangs on them."""
    people.cadres(now)
    people.caseworkers(now)
    with db.engine.begin() as connection:
        for setting in ("session_replication_role = replica", "work_mem = '256MB'"):
            connection.exec_driver_sql(f"SET LOCAL {setting}")
        _number(connection)
        with connection.connection.cursor().copy("COPY seeds (n, id, facts) FROM STDIN") as lines:
            for line in _seeds(referrals):
                lines.write(line)
        connection.exec_driver_sql("ANALYZE seeds")
        with _without_indexes(connection):
            for statement in _STATEMENTS:
                _say(connection, statement.replace("{many}", str(referrals)), staff)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for settled in ("VACUUM ANALYZE", "CHECKPOINT"):  # As it lies on a morning after years.
            connection.exec_driver_sql(settled)


def _say(connection, statement: str, staff: UUID) -> None:
    text = db.text(statement)
    known = {"staff": staff, "district": DISTRICT, "caseworkers": people.CASEWORKERS}
    connection.execute(text, {name: known[name] for name in text._bindparams})


@contextmanager
def _without_indexes(connection) -> Iterator[None]:
    """Build the indexes once everything is in: a third of the time of keeping them."""
    found = connection.exec_driver_sql(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND indexname LIKE 'ix%%'"
    ).all()
    for name, _definition in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in found:
        connection.exec_driver_sql(definition)


def count(*, now: datetime) -> None:
    """Count the months as the worker does; of all but the last two, one in their place."""
    with transaction():
        counting.mark(DISTRICT, now=now)
        months = db.session.scalars(db.select(MonthCount).order_by(MonthCount.month.desc())).all()
        for row in months[:2]:
            counting.count(row, now=now)
        for row in months[2:]:
            write_facts(row, facts_of(months[1]))
            row.stale, row.counted_at = False, now


def facts_of_a_report(kind: int) -> dict:
    """The coded answers of one of the reports that are alike."""
    body = demo.PLAIN | {
        "village": demo.CADRES[0][1],
        "survivor_age": AGES[kind % len(AGES)],
        "violence": [KINDS[kind % len(KINDS)], KINDS[kind * 5 % len(KINDS)]],
        "danger_signs": ["getting_worse"] if kind % 3 else ["none_seen"],
        "place": "household",
        "occupation": "works" if kind % 2 else "housework",
        "access_needs": ["wheelchair"] if kind % 12 == 0 else [],
    }
    body["violence"] = list(dict.fromkeys(body["violence"]))
    if AGES[kind % len(AGES)] in ("0_5", "6_12", "13_17"):
        del body["consent"]
    return parse("report.create", {k: v for k, v in body.items() if v != []}).facts


def _seeds(many: int) -> Iterator[str]:
    known = [facts_of_a_report(kind) for kind in range(ALIKE)]
    lock = opener().encrypt
    for n in range(many):
        made = uuid4()
        yield f"{n}\t{made}\t\\\\x{lock('reports', 'facts', made, known[n % ALIKE]).hex()}\n"


def _number(connection) -> None:
    connection.exec_driver_sql("CREATE TEMP TABLE seeds (n int, id uuid, facts bytea)")
    for name, of in (
        (
            "villages",
            f"SELECT code FROM areas WHERE level = 'village' AND code LIKE '{DISTRICT}%%'",
        ),
        ("cadres", f"SELECT id FROM people WHERE district = '{DISTRICT}' AND village IS NOT NULL"),
        # Those of the demonstration first.
        (
            "caseworkers",
            "SELECT id FROM people JOIN person_roles ON person_id = id WHERE role = 'caseworker'"
            f" AND district = '{DISTRICT}' ORDER BY created_at DESC",
        ),
    ):
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE numbered_{name} AS"
            f" SELECT *, row_number() OVER () - 1 AS n FROM ({of}) found"
        )
