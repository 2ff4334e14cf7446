"""Every route of the desk against every role, and every object against who may not know of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import PERMISSIONS, STAFF, Role
from app.domain.statistics import Tier
from app.domain.transfer import Ground
from app.models import CallRequest, Person, Quarantined
from app.sealing import b64, new_private, public_of
from app.services import deadlines, partner_answers, partners, posts, recalls, statistics, transfers
from app.services.partners import Details
from tests.desk import as_staff, in_care, phone_of, reported, screened, staff
from tests.make import NOON, fresh, person
from tests.onward import sent, taken_back

# Who may pass a route at all; whose object it is comes after.
ROUTES = {
    ("GET", "/desk/queue"): "queue.see",
    ("POST", "/desk/queue/search"): "queue.see",
    ("GET", "/desk/intake"): "intake.write",
    ("POST", "/desk/intake"): "intake.write",
    ("GET", "/desk/replies"): "intake.write",
    ("POST", "/desk/replies"): "settings.change",
    ("POST", "/desk/replies/<row>/<how>"): "settings.change",
    ("GET", "/desk/referrals/<referral>"): "referral.see",
    ("POST", "/desk/referrals/<referral>/open"): "referral.open",
    ("POST", "/desk/referrals/<referral>/paper"): "paper.print",
    ("POST", "/desk/referrals/<referral>/take"): "referral.see",
    ("POST", "/desk/referrals/<referral>/screen"): "referral.screen",
    ("POST", "/desk/referrals/<referral>/ask"): "referral.return",
    ("POST", "/desk/referrals/<referral>/not-ours"): "referral.not_ours",
    ("POST", "/desk/referrals/<referral>/duplicate"): "referral.duplicate",
    ("GET", "/desk/referrals/<referral>/same/<twin>"): "referral.see",
    ("POST", "/desk/referrals/<referral>/same/<twin>"): "referral.duplicate",
    ("POST", "/desk/referrals/<referral>/same/<twin>/open"): "referral.open",
    ("POST", "/desk/referrals/<referral>/undo"): "referral.screen",
    ("POST", "/desk/referrals/<referral>/related"): "referral.see",
    ("GET", "/desk/referrals/<referral>/kept-out"): "referral.keep_out",
    ("POST", "/desk/referrals/<referral>/kept-out"): "referral.keep_out",
    ("POST", "/desk/referrals/<referral>/kept-out/<person>/back"): "referral.keep_out",
    ("GET", "/desk/transfers"): "transfer.see",
    ("POST", "/desk/transfers"): "transfer.answer",
    ("GET", "/desk/referrals/<referral>/transfer"): "referral.transfer",
    ("POST", "/desk/referrals/<referral>/transfer"): "referral.transfer",
    ("GET", "/desk/transfers/<transfer>"): "transfer.see",
    ("POST", "/desk/transfers/<transfer>/answer"): "transfer.answer",
    ("POST", "/desk/transfers/<transfer>/take-back"): "referral.transfer",
    ("POST", "/desk/transfers/<transfer>/file"): "referral.transfer",
    ("POST", "/desk/transfers/<transfer>/later"): "referral.transfer",
    ("POST", "/desk/transfers/<transfer>/later/<news>/file"): "referral.transfer",
    ("POST", "/desk/transfers/<transfer>/letter"): "paper.print",
    ("GET", "/desk/clocks"): "clock.see",
    ("POST", "/desk/clocks"): "clock.correct",
    ("GET", "/desk/clocks/<clock>"): "clock.see",
    ("POST", "/desk/clocks/<clock>/correct"): "clock.correct",
    ("POST", "/desk/clocks/<clock>/<turn>"): "clock.correct",
    ("POST", "/desk/clocks/<clock>/end"): "clock.correct",
    ("POST", "/desk/clocks/<clock>/agree"): "clock.approve",
    ("POST", "/desk/clocks/<clock>/parent-office"): "clock.correct",
    ("POST", "/desk/clocks/<clock>/refuse"): "clock.correct",
    ("GET", "/desk/referrals/<referral>/clocks"): "clock.see",
    ("POST", "/desk/referrals/<referral>/clocks"): "clock.correct",
    ("GET", "/desk/cases"): "case.see",
    ("GET", "/desk/cases/<case>"): "case.see",
    ("GET", "/desk/cases/<case>/assign"): "referral.assign",
    ("POST", "/desk/cases/<case>/assign"): "referral.assign",
    ("GET", "/desk/workload"): "workload.see",
    ("POST", "/desk/workload/away"): "away.note",
    ("POST", "/desk/workload/away/<absence>/strike"): "away.note",
    ("GET", "/desk/workload/standards"): "workload.see",
    ("GET", "/desk/workload/standards/<standard>"): "settings.change",
    ("POST", "/desk/workload/standards/<standard>"): "settings.change",
    ("POST", "/desk/workload/standards/<standard>/default"): "settings.change",
    ("GET", "/desk/workload/posts"): "posts.change",
    ("POST", "/desk/workload/posts"): "posts.change",
    ("GET", "/desk/workload/posts/<post>"): "posts.change",
    ("POST", "/desk/workload/posts/<post>"): "posts.change",
    ("POST", "/desk/workload/posts/<post>/terms/<row>/end"): "posts.change",
    ("POST", "/desk/workload/posts/<post>/end"): "posts.change",
    ("GET", "/desk/workload/annex"): "workload.see",
    ("GET", "/desk/workload/mine"): "work.log",
    ("POST", "/desk/workload/mine"): "work.log",
    ("POST", "/desk/workload/mine/<row>/strike"): "work.log",
    ("GET", "/desk/cases/<case>/hand"): "visit.hand",
    ("POST", "/desk/cases/<case>/hand"): "visit.hand",
    ("POST", "/desk/cases/<case>/series/<row>/end"): "visit.withdraw",
    ("GET", "/desk/cases/<case>/intake"): "case.see",
    ("POST", "/desk/cases/<case>/intake"): "case.move",
    ("POST", "/desk/cases/<case>/stage"): "case.move",
    ("POST", "/desk/cases/<case>/risk"): "risk.raise",
    ("POST", "/desk/cases/<case>/open"): "case.open",
    ("GET", "/desk/cases/<case>/consent"): "case.see",
    ("POST", "/desk/cases/<case>/consent"): "consent.record",
    ("POST", "/desk/cases/<case>/consent/withdraw"): "consent.record",
    ("POST", "/desk/cases/<case>/consent/basis"): "consent.record",
    ("GET", "/desk/cases/<case>/assessment"): "case.see",
    ("POST", "/desk/cases/<case>/assessment"): "case.assess",
    ("GET", "/desk/cases/<case>/plan"): "case.see",
    ("POST", "/desk/cases/<case>/plan"): "case.plan",
    ("POST", "/desk/cases/<case>/plan/<row>/answer"): "case.plan",
    ("POST", "/desk/cases/<case>/plan/<row>/state"): "case.plan",
    ("GET", "/desk/cases/<case>/work"): "case.see",
    ("POST", "/desk/cases/<case>/work"): "work.log",
    ("POST", "/desk/cases/<case>/work/<row>/strike"): "work.log",
    ("POST", "/desk/cases/<case>/attempts"): "work.log",
    ("POST", "/desk/cases/<case>/attempts/<row>/strike"): "work.log",
    ("POST", "/desk/cases/<case>/reach"): "case.open",
    ("GET", "/desk/cases/<case>/safe-way"): "safe_way.set",
    ("POST", "/desk/cases/<case>/safe-way"): "safe_way.set",
    ("GET", "/desk/cases/<case>/monitoring"): "case.see",
    ("POST", "/desk/cases/<case>/monitoring"): "case.review",
    ("POST", "/desk/cases/<case>/again"): "case.move",
    ("GET", "/desk/cases/<case>/evaluation"): "case.see",
    ("POST", "/desk/cases/<case>/evaluation"): "case.review",
    ("GET", "/desk/cases/<case>/partners/<partner>/score"): "case.review",
    ("POST", "/desk/cases/<case>/partners/<partner>/score"): "case.review",
    ("GET", "/desk/cases/<case>/closing"): "case.see",
    ("POST", "/desk/cases/<case>/closing"): "case.close",
    ("POST", "/desk/cases/<case>/closing/<row>/agree"): "case.approve_closing",
    ("POST", "/desk/cases/<case>/closing/<row>/parent-office"): "case.close",
    ("POST", "/desk/cases/<case>/closing/<row>/keep-open"): "case.close",
    ("GET", "/desk/cases/<case>/follow-up"): "case.see",
    ("POST", "/desk/cases/<case>/follow-up/<row>"): "case.follow_up",
    ("POST", "/desk/cases/<case>/reopen"): "case.move",
    ("GET", "/desk/people/<person>/handover"): "handover.make",
    ("POST", "/desk/people/<person>/handover"): "handover.make",
    ("POST", "/desk/people/<person>/handover/<case>"): "handover.make",
    ("POST", "/desk/people/<person>/handover/put-back/<referral>"): "handover.make",
    ("POST", "/desk/people/<person>/handover/end"): "handover.make",
    ("GET", "/desk/visits"): "visit.see",
    ("GET", "/desk/visits/<visit>"): "visit.see",
    ("POST", "/desk/visits/<visit>/number"): "visit.see",
    ("POST", "/desk/visits/<visit>/open"): "visit.open",
    ("POST", "/desk/visits/<visit>/withdraw"): "visit.withdraw",
    ("POST", "/desk/calls/<call>/number"): "visit.see",
    ("POST", "/desk/calls/<call>/done"): "visit.see",
    ("GET", "/desk/services"): "case.see",
    ("GET", "/desk/services/<service>"): "case.see",
    ("GET", "/desk/cases/<case>/services/new"): "service.write",
    ("POST", "/desk/cases/<case>/services/new"): "service.write",
    ("POST", "/desk/services/<service>/submit"): "service.write",
    ("POST", "/desk/services/<service>/approve"): "service.approve",
    ("POST", "/desk/services/<service>/back"): "service.approve",
    ("POST", "/desk/services/<service>/answer"): "service.write",
    ("POST", "/desk/services/<service>/move"): "service.write",
    ("POST", "/desk/services/<service>/take-back"): "service.write",
    ("POST", "/desk/services/<service>/reroute"): "service.write",
    ("POST", "/desk/services/<service>/link"): "service.write",
    ("POST", "/desk/answers/<link>/confirm"): "service.write",
    ("POST", "/desk/answers/<link>/discard"): "service.write",
    ("POST", "/desk/services/<service>/paper"): "paper.print",
    ("POST", "/desk/cases/<case>/paper"): "paper.print",
    ("POST", "/desk/cases/<case>/simfoni"): "paper.print",
    ("GET", "/desk/recalls"): "case.see",
    ("POST", "/desk/recalls/<recall>/settle"): "service.write",
    ("GET", "/desk/partners"): "partner.see",
    ("POST", "/desk/partners"): "partner.see",
    ("GET", "/desk/partners/scorecard"): "partner.see",
    ("GET", "/desk/partners/new"): "partner.change",
    ("POST", "/desk/partners/new"): "partner.change",
    ("GET", "/desk/partners/<partner>"): "partner.see",
    ("GET", "/desk/partners/<partner>/edit"): "partner.change",
    ("POST", "/desk/partners/<partner>/edit"): "partner.change",
    ("POST", "/desk/partners/<partner>/check"): "partner.change",
    ("POST", "/desk/partners/<partner>/retire"): "partner.change",
    ("GET", "/desk/roster"): "roster.see",
    ("POST", "/desk/roster"): "roster.plan",
    ("POST", "/desk/roster/repeat"): "roster.plan",
    ("POST", "/desk/roster/swap"): "roster.plan",
    ("POST", "/desk/roster/stand-in"): "roster.take",
    ("GET", "/desk/roster/month/<month>"): "roster.see",
    ("POST", "/desk/roster/month/<month>/holidays"): "holiday.change",
    ("POST", "/desk/roster/holidays/<on>/remove"): "holiday.change",
    ("GET", "/desk/duty"): "duty.see",
    ("GET", "/desk/duty/<referral>"): "duty.see",
    ("POST", "/desk/duty/<referral>/take"): "duty.take",
    ("POST", "/desk/duty/<referral>/pass-on"): "duty.take",
    ("POST", "/desk/duty/<referral>/number"): "duty.take",
    ("POST", "/desk/duty/say"): "duty.say",
    ("GET", "/desk/passkeys/new"): "passkey.own",
    ("POST", "/desk/passkeys/new"): "passkey.own",
    ("POST", "/desk/passkeys/<passkey>/remove"): "passkey.own",
    ("POST", "/desk/people/<person>/passkeys/<passkey>/remove"): "people.change",
    ("GET", "/desk/card"): "people.see",
    ("GET", "/desk/book"): "settings.see",
    ("POST", "/desk/book/numbers"): "settings.change",
    ("POST", "/desk/book/dates"): "settings.change",
    ("POST", "/desk/book/tips"): "settings.change",
    ("POST", "/desk/book/<kind>/<entry>/remove"): "settings.change",
    ("GET", "/desk/book/checklists"): "settings.see",
    ("POST", "/desk/book/checklists"): "settings.change",
    ("POST", "/desk/book/items/<entry>/<how>"): "settings.change",
    ("GET", "/desk/statistics"): "statistics.see",
    ("POST", "/desk/statistics/count"): "statistics.see",
    ("GET", "/desk/statistics/month/<month>"): "statistics.see",
    ("GET", "/desk/statistics/month/<month>/sheet"): "statistics.see",
    ("POST", "/desk/statistics/give"): "statistics.give",
    ("GET", "/desk/statistics/<tier>/<year>"): "statistics.see",
    ("GET", "/desk/statistics/<tier>/<year>/sheet"): "statistics.see",
    ("GET", "/desk/statistics/villages"): "statistics.see",
    ("GET", "/desk/ready"): "people.see",
    ("GET", "/desk/ready/<area>"): "people.see",
    ("GET", "/desk/people"): "people.see",
    ("POST", "/desk/people"): "people.see",
    ("GET", "/desk/people/<person>"): "people.see",
    ("GET", "/desk/people/new"): "people.add",
    ("POST", "/desk/people/new"): "people.add",
    ("POST", "/desk/people/<person>/contact"): "people.see",
    ("POST", "/desk/people/<person>/leave"): "people.change",
    ("POST", "/desk/people/<person>/roles"): "people.roles",
    ("POST", "/desk/people/<person>/invite"): "phones.invite",
    ("POST", "/desk/people/<person>/call-first"): "phones.invite",
    ("GET", "/desk/people/<person>/leaving"): "handover.make",
    ("POST", "/desk/people/<person>/leaving"): "handover.make",
    ("POST", "/desk/people/<person>/leaving/end"): "handover.make",
    ("GET", "/desk/phones/<device>/lost"): "phones.see",
    ("POST", "/desk/phones/<device>/confirm"): "phones.confirm",
    ("POST", "/desk/phones/<device>/revoke"): "phones.revoke",
    ("POST", "/desk/phones/<device>/hers"): "phones.confirm",
    ("GET", "/desk/delivery"): "delivery.see",
    ("GET", "/desk/quarantine"): "quarantine.see",
    ("GET", "/desk/quarantine/<kept>"): "quarantine.see",
    ("POST", "/desk/quarantine/<kept>/open"): "quarantine.see",
    ("POST", "/desk/quarantine/<kept>/apply"): "quarantine.apply",
    ("POST", "/desk/quarantine/<kept>/ask"): "quarantine.ask",
    ("POST", "/desk/quarantine/<kept>/discard"): "quarantine.discard",
    ("POST", "/desk/quarantine/<kept>/keep"): "quarantine.approve_discard",
    ("GET", "/desk/trail"): "trail.see",
    ("POST", "/desk/trail/verify"): "trail.verify",
    ("GET", "/desk/settings"): "desk.enter",
    ("POST", "/desk/settings/language"): "desk.enter",
    ("GET", "/desk/rules"): "desk.enter",
    ("GET", "/desk/rules/<rule>"): "settings.change",
    ("POST", "/desk/rules/<rule>"): "settings.change",
    ("POST", "/desk/rules/<rule>/default"): "settings.change",
    ("GET", "/desk/alerts"): "alert.see",
    ("POST", "/desk/alerts/seen"): "alert.acknowledge",
    ("POST", "/desk/alerts/<alert>/look"): "alert.acknowledge",
    ("POST", "/desk/alerts/<alert>/acknowledge"): "alert.acknowledge",
    ("PUT", "/desk/push-subscription"): "push.subscribe",
    ("DELETE", "/desk/push-subscription"): "push.subscribe",
}
# The door itself, and what leads or belongs to it.
WITHOUT = {"desk.enter", "desk.step_up", "desk.sign_out", "desk.home", "desk.asset", "desk.worker"}
WITHOUT |= {"desk.came", "desk.duty_unlock", "desk.duty_close"}


@pytest.fixture
def objects(app) -> dict[str, str]:
    """One of everything, accompanied by somebody else; one referral is nobody's yet."""
    with transaction() as session:
        melati = person(Role.CADRE)
        device = phone_of(melati)
        owner = staff(Role.COORDINATOR, Role.CASEWORKER, label="Petugas Jambu")
        referral = reported(melati)
        case = in_care(melati, owner, danger_signs=["weapon"])
        call = CallRequest(
            id=fresh(),
            district=melati.district,
            person_id=melati.id,
            why="asked",
            asked_at=utc_now(),
            due_at=utc_now(),
        )
        details = Details(kind="hospital", name="RSUD Contoh")
        partner = partners.add(details, as_staff(owner), now=utc_now())
        service, link, recall = _onward(case, as_staff(owner), partner)
        kept = Quarantined(
            id=fresh(),
            server_seq=1,
            envelope_id=fresh(),
            district=melati.district,
            device_id=device.id,
            reason="invalid",
            at=utc_now(),
        )
        session.add_all([call, kept])
        statistics.give_out(as_staff(owner), Tier.OFFICE, "2025-01", "2025-12", now=utc_now())
        found = {
            "referral": referral.id,
            "twin": reported(melati).id,
            "case": case,
            "visit": fresh(),
            "call": call.id,
            "clock": deadlines.of_referral(referral)[0].id,
            "turn": "pause",
            "news": fresh(),
            "transfer": _sent_on(as_staff(owner), melati).id,
            "person": melati.id,
            "device": device.id,
            "kept": kept.id,
            "partner": partner.id,
            "service": service.id,
            "link": link.id,
            "recall": recall.id,
            "alert": fresh(),
            "area": "33.02.17",
            "passkey": fresh(),
            "on": "2027-01-01",
            "row": fresh(),
            "absence": fresh(),
            "standard": "work.contact",
            "rule": "transfer.answer",
            "post": posts.add("driver", "Sopir", NOON.date(), as_staff(owner), now=NOON).id,
            "kind": "number",
            "entry": 4711,
            "how": "up",
            "month": "2025-05",
            "tier": "office",
            "year": 2025,
        }
    return {name: str(value) for name, value in found.items()}


def _sent_on(me, cadre):
    """A sealed copy that is on its way to an office elsewhere."""
    referral = screened(reported(cadre), db.session.get_one(Person, me.id))
    line = f"intake.32.01.1 {b64(public_of(new_private()))}"
    ground = Ground("consent", "written", "pindah ke sana")
    return transfers.send_file(referral, line, "UPTD Bogor", ground, me, now=utc_now())


def _onward(case, me, partner):
    service = sent(case, me, partner, now=utc_now())
    partner_answers.make(service, me, now=utc_now())
    taken_back(case, "record", now=utc_now())
    return service, partner_answers.of(service)[0], recalls.of_case(case)[0]


def address(route: str, objects: dict[str, str]) -> str:
    for name, value in objects.items():
        route = route.replace(f"<{name}>", value)
    return route


def test_every_route_of_the_desk_stands_in_the_matrix(app):
    known = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("desk.") and rule.endpoint not in WITHOUT:
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                parts = ["<>" if part.startswith("<") else part for part in rule.rule.split("/")]
                known.add((method, "/".join(parts)))

    listed = {
        (method, "/".join("<>" if part.startswith("<") else part for part in route.split("/")))
        for method, route in ROUTES
    }

    assert known == listed


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_role_that_may_not_finds_nothing_there(sit, objects, role):
    desk = sit(role, label="Petugas Salak")
    for (method, route), permission in ROUTES.items():
        if role in PERMISSIONS[permission]:
            continue
        place = address(route, objects)
        if method == "GET":
            answer = desk.get(place)
        elif method == "POST":
            answer = desk.post(place)
        else:
            answer = desk.client.open(
                place, method=method, base_url="https://localhost", headers=desk.token_header()
            )
        assert answer.status_code == 404, (role, method, route)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_role_that_may_sees_its_pages(sit, objects, role):
    desk = sit(role, label="Petugas Salak")
    for (method, route), permission in ROUTES.items():
        if method != "GET" or role not in PERMISSIONS[permission] or "<visit>" in route:
            continue
        answer = desk.get(address(route, objects))
        assert answer.status_code in (200, 303), (role, route, answer.status_code)
        if b'id="places"' in answer.data:
            assert b'href="/desk/settings"' in answer.data, f"{route} has lost its menu"


def test_another_districts_staff_find_nothing_of_ours(app, objects):
    from app.models import Area, District
    from tests.desk import Desk

    with transaction() as session:
        session.add(Area(code="52.72", level="regency", parent_code=None, name="KOTA LAIN"))
        session.flush()
        session.add(District(code="52.72"))
        session.flush()
        stranger = person(Role.COORDINATOR, Role.HEAD, Role.CASEWORKER, district="52.72")
    desk = Desk(app, stranger)

    for method, route in ROUTES:
        if "<" not in route or any(
            part in route for part in ("<visit>", "<alert>", "<month>", "<standard>", "<rule>")
        ):
            continue  # A month is no object of anybody: each district has its own.
        place = address(route, objects)
        answer = desk.get(place) if method == "GET" else desk.post(place, FILLED)
        assert answer.status_code == 404, (method, route, answer.status_code)


def test_a_cadre_has_no_desk(app):
    from tests.desk import Desk

    with transaction():
        melati = person(Role.CADRE)
    desk = Desk(app, melati)

    assert desk.get("/desk/queue").status_code == 303


def test_nothing_was_decided_by_those_who_may_not(sit, objects):
    auditor = sit(Role.AUDITOR, label="Petugas Kamboja")
    for (method, route), permission in ROUTES.items():
        if method == "POST" and Role.AUDITOR not in PERMISSIONS[permission]:
            auditor.post(address(route, objects), FILLED)

    kept = db.session.get_one(Quarantined, UUID(objects["kept"]))
    assert kept.settlement is None


FILLED = {
    "reason": "contact",
    "words": "Salak sedang cuti",
    "screening": "violence_against_woman",
    "risk": "high",
    "authority": "district",
    "question": "Kapan?",
    "told": "x",
    "sent_to": "y",
    "other": "Q04XZ",
    "caseworker": "",
    "why": "empty",
}
