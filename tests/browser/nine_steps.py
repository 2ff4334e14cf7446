"""What each does on the way of one case through its nine stages (`test_nine_stages`)."""

from __future__ import annotations

from uuid import UUID

from app.db import db
from app.models import Case, Recall, ServiceReferral, Visit, VisitRecord
from tests import phone as by_protocol
from tests.browser.care_hands import WORDS, Officer, here_now
from tests.browser.hands import Phone
from tests.browser.pocket import eventually, one

TAKEN = "form[action$='/withdraw'] [name=purposes]"


def states(kind) -> set[str]:
    """Which states the rows of a table are in."""
    db.session.rollback()
    return set(db.session.scalars(db.select(kind.state)))


def two_partners(salak: Officer) -> None:
    """A clinic, and a hospital for which it stands in."""
    for name, kind, stands_in in (
        ("Klinik Contoh", "clinic", {}),
        ("RSUD Contoh", "hospital", {"fallback": "Klinik Contoh"}),
    ):
        salak.to("partners")
        salak.go("n")
        salak.fill(kind=kind, name=name, number="0281 000111", **stands_in)


def accepted(salak: Officer) -> Case:
    """The report is opened, screened and given to Teratai."""
    salak.to("queue")
    salak.press("j")
    salak.go()
    salak.follow("form[action$='/open'] button")
    salak.answer("form[action$='/screen'] [name=screening]", ["violence_against_woman"])
    salak.answer("form[action$='/screen'] [name=authority]", "district")
    salak.answer("form[action$='/screen'] [name=caseworker]", "Teratai")
    salak.press("Tab")  # In a list a letter is a letter.
    salak.letter("a")
    return eventually(lambda: one(Case))


def from_intake_to_plan(teratai: Officer) -> None:
    """Told, consent, assessment, plan: up to intervention."""
    teratai.to("cases")
    teratai.press("j")
    teratai.go()
    teratai.follow(".stages a[href$='/intake']")
    teratai.fill(told=["survivor", "caseworker"])
    teratai.onward()
    yes = dict.fromkeys(
        ("record", "contact", "visit", "refer_medical", "refer_psychosocial"), "yes"
    )
    teratai.fill(
        explained=["what_is_kept", "what_for", "who_sees", "how_long", "may_withdraw"],
        rights_read="yes",
        giver="survivor",
        method="written",
        **{f"agree_{purpose}": decision for purpose, decision in yes.items()},
        agree_refer_legal="thinking",
    )
    teratai.onward()
    _assessed(teratai, "medium")
    teratai.onward()
    for need, answer in (("psychosocial", "accepts"), ("legal", "refuses")):
        teratai.fill(plan_need=need, **WORDS, who="Kita", due_on=here_now(30), plan_answer=answer)
    teratai.onward()
    teratai.stands_at("work")


def _assessed(teratai: Officer, risk: str) -> None:
    teratai.fill(
        screening=["violence_against_woman"],
        risk=risk,
        authority="district",
        needs=["psychosocial"],
        assess_note="Rekaan.",
    )


def one_refuses_and_one_stands_in(teratai: Officer, wijaya: Officer) -> None:
    """The hospital is full, the clinic serves her; the head agrees to each."""
    _asked(teratai, "psychosocial.counselling", "RSUD Contoh")
    _sent(teratai, wijaya)
    teratai.fill("/answer", answer="partner_refused", refusal="full")
    teratai.follow("form[action$='/reroute'] button")
    teratai.sees("Klinik Contoh")
    _sent(teratai, wijaya)
    teratai.follow("form:has([name=kind]) button")
    teratai.press("p")
    assert teratai.focused("[data-print]")
    teratai.follow(".crumb")
    for answer in ("accepted", "served"):
        teratai.fill("/answer", answer=answer)
    teratai.follow("form:has([value=done]) button")
    assert states(ServiceReferral) == {"rerouted", "done"}


def _asked(teratai: Officer, what: str, partner: str) -> None:
    teratai.care()
    teratai.follow("main a[href$='/services/new']")
    teratai.answer("[name=asked]", what)
    teratai.follow("button[value=offer]")
    teratai.answer("[name=partner]", partner)
    teratai.follow("button[value=save]")


def _sent(teratai: Officer, wijaya: Officer) -> None:
    teratai.follow("form[action$='/submit'] button")
    wijaya.to("queue")
    wijaya.follow("main .notices a[href*='/services']")
    wijaya.follow("main a[href*='/services/']")
    wijaya.follow("form[action$='/approve'] button")
    teratai.open(teratai.path)


def handed(teratai: Officer, who: str) -> Visit:
    """A visit for this cadre, from now on."""
    teratai.care("hand")
    teratai.answer("[name=cadre]", who)
    teratai.answer("[name=opens_at]", here_now())
    teratai.answer("[name=agreed_on]", here_now())
    teratai.follow("[data-key=a]")
    db.session.rollback()
    return db.session.get_one(Visit, UUID(teratai.page.url.rpartition("/")[2]))


def visited(phone: Phone, pin: str) -> None:
    """Her phone takes it, passes the gate, goes, comes back and records."""
    phone.page.reload()
    phone.unlock(pin)
    phone.press("visits")
    phone.at("visits")
    phone.press("open")
    phone.at("accept")
    phone.choose("conflict", "none")
    phone.press("accept")
    phone.at("visits")
    phone.press("open")
    phone.at("prepare")
    phone.choose("still_agreed", "yes")
    phone.press("ready")
    phone.at("visits")
    phone.press("open")
    phone.at("gate")
    for question in ("still_agreed", "cover_ready", "signal_there"):
        phone.choose(question, "yes")
    phone.press("leave")
    phone.at("running")
    phone.press("done")
    phone.at("ended")
    phone.press("record")
    phone.at("record")
    phone.choose("outcome", "met")
    phone.choose("alone_with_survivor", "yes")
    phone.choose("protected", "partly")
    phone.press("next")
    eventually(lambda: one(VisitRecord))


def taken_back(teratai: Officer) -> None:
    """First aid went out; she withdraws that yes; the hospital answers the recall."""
    _asked(teratai, "medical.first_aid", "RSUD Contoh")
    teratai.follow("form[action$='/submit'] button")  # It cannot wait: it goes out at once.
    teratai.care("consent")
    teratai.unfold("form[action$='/withdraw']")
    while teratai.page.locator(f"{TAKEN}:checked:not([value=refer_medical])").count():
        teratai.tab_to(f"{TAKEN}:checked:not([value=refer_medical])")
        teratai.press("Space")
    teratai.answer(TAKEN, ["refer_medical"])
    teratai.follow("form[action$='/withdraw'] button")
    teratai.care()
    teratai.answer("#recall [type=radio]", "kept_by_partner_law")
    teratai.follow("#recall form button")
    assert eventually(lambda: one(Recall).result) == "kept_by_partner_law"


def stopped(phone: by_protocol.Phone, visit: Visit) -> None:
    """A phone that speaks the protocol breaks the visit off."""
    phone.fetch()
    about = {"visit_id": str(visit.id)}
    phone.seal("visit.accept", about | {"conflict": "none"})
    gate = {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60}
    phone.seal("visit.start", about | gate)
    phone.seal("visit.end", about | {"how": "unsafe_stopped", "need": "call_me"})
    stopped = {"outcome": "unsafe_stopped", "stop_reason": "person_came"}
    phone.seal("visit.record", about | stopped | {"alone_with_survivor": "no"})
    assert phone.send().status == 200
    eventually(lambda: db.session.get_one(Visit, visit.id).state == "recorded")


def assessed_again(teratai: Officer) -> None:
    """Back to assessment with another level, and on through what stays written."""
    teratai.care("monitoring")
    teratai.fill("/again", again_reason="Rekaan: ia didatangi.")
    _assessed(teratai, "high")
    for stage in ("plan", "work", "monitoring"):
        teratai.onward()
        teratai.stands_at(stage)
    teratai.fill(service_level="right", review_note="Rekaan.")
    teratai.onward()


def evaluated(teratai: Officer) -> None:
    """The goal reached, each partner scored, what she says."""
    teratai.follow("button[name=state][value=done]")
    for _partner in range(2):
        teratai.follow("main a.ghost[href$='/score']")
        teratai.fill(on_time="yes", respectful="yes", met_need="partly", told_back="no")
        teratai.care("evaluation")
    teratai.fill(protected="yes", feels_safe="partly", satisfied="yes")
    teratai.onward()
    teratai.stands_at("closing")
