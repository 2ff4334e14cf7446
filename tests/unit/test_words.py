"""Every question and code has words in every language; the words of section 12 are verbatim."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.domain.fields import ACTS, SAFE_CONTACT, UPTD_INDICATORS
from app.domain.risk import proposed_risk
from app.forms import (
    CadreContactForm,
    IntakeForm,
    ReportForm,
    VisitGateForm,
    VisitRecordForm,
)
from app.words import LABELS, QUESTIONS, cadre, contact, flag_label, label, question, reason_label
from app.words import report as report_words
from app.words import visit as visit_words
from tests.reports import report

# Fields that no page asks: ids, and what the phone knows by itself.
UNASKED = {
    "visit_id",
    "report_id",
    "alert_id",
    "incomplete",
    "checklist",
    "month",
    "ok",
    "seconds",
    "backs",
    "missed_signs",
}
# Never on the phone (domain.md section 12).
FORBIDDEN = (
    "penyintas",
    "terlapor",
    "asesmen",
    "tersegel",
    "kebutuhan akses",
    "ditindaklanjuti",
    "ktp",
)
SECTION_12 = {
    "danger_now": "Apakah sekarang ada bahaya? Ya · Tidak · Belum tahu",
    "survivor_sex": "Siapa yang mengalami? Perempuan · Laki-laki · Belum tahu",
    "violence": "Apa yang terjadi? Dipukul atau disakiti · Dimaki, diancam, direndahkan · "
    "Dipaksa atau dilecehkan seksual · Tidak dinafkahi, ditelantarkan · "
    "Dipaksa bekerja, diperas · Dijual atau dibawa orang · Dinikahkan di bawah 19 tahun · "
    "Lewat HP atau internet · Lainnya · Belum tahu",
    "last_happened": "Kapan terakhir terjadi? Sekarang ini · Hari ini atau tadi malam · "
    "2–3 hari lalu · 4–7 hari lalu · 1–4 minggu lalu · Lebih dari sebulan · "
    "Belum terjadi, dalam 7 hari · Belum terjadi, masih lama · Belum tahu",
    "danger_signs": "Tanda bahaya Sedang terjadi · Diancam dibunuh · Dicekik atau dibekap · "
    "Pakai senjata, benda tajam · Luka berat atau pingsan · Bilang ingin mati · Dikurung · "
    "Makin sering, makin parah · Baru pisah atau minta cerai · Sedang hamil · "
    "Anak ikut disakiti, diancam · Saya khawatir nyawanya · Tidak ada yang tampak · Belum tahu",
    "reported_person_near": "Orang yang diduga melakukan tinggal serumah atau dekat? "
    "Ya · Tidak · Belum tahu",
    "source": "Tahu dari mana? Dari korban · Lihat sendiri · Keluarganya · Tetangga · Guru · "
    "Bidan atau perawat · Perangkat desa · Pesan HP · Kader lain · Lainnya",
    "consent": "Apakah ia setuju UPTD diberi tahu? Ya · Tidak · Belum bertemu dia · "
    "Belum aman bertanya · Tidak bisa menjawab",
    "contact_via": "Cara aman menemui dia? Lewat saya dulu · Lewat bidan · Telepon dia · "
    "Lewat orang lain · Ia yang menghubungi · Jangan dihubungi dulu",
    "conflict": "Hubungan Anda dengan mereka? Tidak ada · Keluarga saya · Tetangga dekat · "
    "Atasan atau orang berpengaruh · Saya takut kepadanya · Lainnya",
}


@pytest.fixture(scope="module", autouse=True)
def _speaking():
    app = Flask("words")
    app.secret_key = "invented"
    app.config |= {"WTF_CSRF_ENABLED": False, "BABEL_TRANSLATION_DIRECTORIES": _catalogues()}
    Babel(app, default_locale="id")
    with app.test_request_context("/"):
        yield


def _catalogues() -> str:
    from pathlib import Path

    return str(Path(__file__).parents[2] / "translations")


def test_every_question_and_every_code_has_words():
    for fields in (*ACTS.values(), SAFE_CONTACT, UPTD_INDICATORS):
        for one in fields:
            if one.name not in UNASKED:
                assert str(question(one.name).text), one.name
            for code in one.codes:
                assert str(label(one.name, code)), (one.name, code)


@pytest.mark.parametrize("field", SECTION_12)
def test_the_words_of_section_12_stand_verbatim(field):
    with force_locale("id"):
        answers = " · ".join(str(words) for words in LABELS[field].values())
        assert f"{question(field).text} {answers}" == SECTION_12[field]


def test_every_word_is_said_in_indonesian():
    with force_locale("en"):
        english = [str(words) for words in _all_words()]
    with force_locale("id"):
        indonesian = [str(words) for words in _all_words()]
    same = {first for first, second in zip(english, indonesian, strict=True) if first == second}
    names = {"Posyandu", "PKK", "Arisan", "WhatsApp", "SAPA 129", "Admin", "Auditor"}
    assert same <= names | {word for word in same if not word[0].isalpha()}


def test_hard_words_never_reach_the_phone():
    with force_locale("id"):
        for module in (report_words, contact, visit_words):
            spoken = [one.text for one in module.QUESTIONS.values()]
            spoken += [one.hint for one in module.QUESTIONS.values()]
            spoken += [words for codes in module.LABELS.values() for words in codes.values()]
            for words in spoken:
                assert not any(hard in str(words).lower() for hard in FORBIDDEN), str(words)
        for codes in cadre.LABELS.values():
            for words in codes.values():
                assert not any(hard in str(words).lower() for hard in FORBIDDEN), str(words)


def test_every_reason_and_every_flag_can_be_read():
    for answers in (
        report(danger_now="yes", violence=["trafficking", "sexual"], last_happened="planned_7d"),
        report(survivor_age="6_12", danger_signs=["pregnant_now", "confined", "strangled"]),
        report(danger_signs=["unknown"], access_needs=["sight"], last_happened="now"),
    ):
        for reason in proposed_risk(answers).reasons:
            assert str(reason_label(reason))
    what, where = flag_label("suspicious.nik:note")
    assert (str(what), str(where)) == ("Seperti NIK", "Keterangan")
    assert flag_label("no.such") == ("no.such", "")


def _all_words():
    for codes in LABELS.values():
        yield from codes.values()
    for one in QUESTIONS.values():
        yield one.text
        yield one.short


# Forms ---------------------------------------------------------------------------------------


def test_a_report_is_asked_screen_by_screen_in_the_order_of_the_specification():
    screens = ReportForm().by_screen()
    assert list(screens) == list(range(2, 13))
    assert [one.short_name for one in screens[9]] == ["consent", "child_wish"]
    assert [one.short_name for one in screens[12]] == ["village"]


def test_a_control_carries_the_rule_by_which_the_page_skips_it():
    consent = ReportForm().consent
    assert consent.render_kw["data-ask-when"] == '{"not":{"survivor_age":["0_5","6_12","13_17"]}}'
    assert "data-mandatory" in consent.render_kw
    note = str(ReportForm().note())
    assert 'data-max="280"' in note
    assert 'autocomplete="off"' in note
    assert 'spellcheck="false"' in note
    assert ReportForm().danger_signs.render_kw["data-alone"] == "none_seen unknown"


def test_every_form_renders_every_control():
    for form in (ReportForm(), VisitGateForm(), VisitRecordForm(), CadreContactForm()):
        assert form.questions()
        for control in form.questions():
            assert str(control())
        assert "csrf_token" not in form


def test_desk_intake_reads_what_was_typed_in_the_districts_own_time():
    app = Flask("intake")
    app.secret_key = "invented"
    app.config["WTF_CSRF_ENABLED"] = False
    Babel(app, default_locale="id")
    typed = {name: value for name, value in report().items() if name != "safe_contact"}
    typed |= {"channel": "phone", "told_at": "2026-11-21T10:00", "safe_contact-number": "0812"}
    from zoneinfo import ZoneInfo

    with app.test_request_context("/", method="POST", data=typed):
        parsed = IntakeForm().parsed(ZoneInfo("Asia/Jakarta"))

    assert parsed.facts["told_at"] == "2026-11-21T03:00:00+00:00"
    assert parsed.texts["safe_contact"] == {"number": "0812"}
    assert parsed.texts["survivor_alias"] == "Bunga"
    with app.test_request_context(
        "/", method="POST", data=typed | {"source": "", "note": "x" * 281}
    ):
        form = IntakeForm()
        assert form.parsed() is None
        assert form.note.errors
        assert form.note.data == "x" * 281


def test_templates_find_words_by_language_and_escape_only_what_fills_their_blanks(app):
    said = app.jinja_env.from_string(
        '{{ _("%(minutes)s min left", minutes=what) }}|{{ pgettext("rail", "Queue") }}|{{ _(own) }}'
    )
    told = {"what": "<b>", "own": "Not yet complete"}

    with app.test_request_context("/"), force_locale("en"):
        assert said.render(told) == "&lt;b&gt; min left|Queue|Not yet complete"
    for _again in range(2):
        with app.test_request_context("/"), force_locale("id"):
            assert said.render(told) == "&lt;b&gt; menit lagi|Antrean|Belum lengkap"
