"""Forms made of the domain's fields, for the phone's page and for the desk; they add no rule.

Every control carries what `forms.js` needs: `data-ask-when` (the skip rule as JSON), `data-max`
(characters), `data-alone` (codes that stand for themselves), `data-kind` and `data-mandatory`.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from flask_wtf import FlaskForm
from wtforms import Form as PlainForm
from wtforms import (
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import Field as Control
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    DateTimeLocalInput,
    ListWidget,
    MonthInput,
    NumberInput,
    TelInput,
    TextArea,
    TextInput,
    TimeInput,
)

from app.domain import fields as domain
from app.domain.errors import Invalid
from app.domain.fields import Field, Kind, Parsed, parse
from app.words import label, question, refusal

_LONG = 80  # characters from which a text gets more than one line
_WIDGETS = {
    Kind.NUMBER: TelInput,
    Kind.TIME: TimeInput,
    Kind.DAY: DateInput,
    Kind.MONTH: MonthInput,
    Kind.MOMENT: DateTimeLocalInput,
    Kind.COUNT: NumberInput,
}
# More make no number that any question allows, and `int` refuses thousands of them.
_DIGITS = 9


class _Asking:
    """Knows the domain's field behind each control, as `control.question_of`."""

    asks: Mapping[str, Field] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, control in self._fields.items():
            if name in self.asks:
                control.question_of = self.asks[name]


class _Group(_Asking, PlainForm):
    """Questions within a question."""


class QuestionForm(_Asking, FlaskForm):
    """The questions of one act; `parsed` is the only check there is."""

    act = ""

    def parsed(self, zone: tzinfo = UTC) -> Parsed | None:
        """Return what was answered, or None after saying at the field what is wrong.

        `zone` is the district's, in which moments were typed.
        """
        if not self.validate_on_submit():
            return None
        try:
            return parse(self.act, self.body(zone))
        except Invalid as refused:
            control = _named(self, refused.details.get("field"))
            if control is None:
                raise
            control.errors = [*control.errors, refusal(refused.code)]
            self._say_what_else_is_missing(zone)
            return None

    def _say_what_else_is_missing(self, zone: tzinfo) -> None:
        """Name at once every question that must be answered; `parse` stops at the first."""
        answers = _answers(self, zone)
        for control in self.questions():
            one = control.question_of
            if one.mandatory and one.asked(answers) and one.name not in answers:
                control.errors = control.errors or [refusal("field.missing")]

    def body(self, zone: tzinfo = UTC) -> dict[str, object]:
        """Return the answers as a body of the act, without those that nothing had asked for."""
        answers = _answers(self, zone)
        return {
            name: value for name, value in answers.items() if self[name].question_of.asked(answers)
        }

    def by_screen(self) -> dict[int, list[Control]]:
        """Return the controls of each numbered screen, in order."""
        screens: dict[int, list[Control]] = {}
        for control in self.questions():
            if control.question_of.screen:
                screens.setdefault(control.question_of.screen, []).append(control)
        return screens

    def without_screen(self) -> list[Control]:
        """Return the controls of *Tambah keterangan*, or of a form that has one page only."""
        return [control for control in self.questions() if not control.question_of.screen]

    def questions(self) -> list[Control]:
        """Return the controls that ask something."""
        return [control for control in self if hasattr(control, "question_of")]


def _answers(form: PlainForm, zone: tzinfo) -> dict[str, object]:
    answers = {}
    for control in form:
        one = getattr(control, "question_of", None)
        if one is None:
            continue
        value = _answers(control.form, zone) if one.kind is Kind.GROUP else control.data
        if value in (None, "", [], {}):
            continue
        answers[one.name] = _typed(one.kind, value, zone)
    return answers


def _typed(kind: Kind, value: object, zone: tzinfo) -> object:
    """Return what a control sent as `parse` wants it; what is no number goes on as it came."""
    if kind is Kind.MOMENT:
        return _moment(value, zone)
    whole = kind is Kind.COUNT and value.isdecimal() and len(value) <= _DIGITS
    return int(value) if whole else value


def _named(form: PlainForm, name: object) -> Control | None:
    for control in form:
        if isinstance(control, FormField) and (inner := _named(control.form, name)) is not None:
            return inner
        if control.short_name == name:
            return control
    return None


def _moment(value: str, zone: tzinfo) -> str:
    """Return what a date-and-time control sent with the district's zone; nonsense as it came."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _data(one: Field) -> dict[str, object]:
    """Return the attributes that the page's script reads."""
    attributes: dict[str, object] = {
        "data-field": one.name,
        "data-kind": one.kind.value,
        "autocomplete": "off",
    }
    if one.asked_when is not None:
        attributes["data-ask-when"] = json.dumps(one.asked_when, separators=(",", ":"))
    if one.mandatory:
        attributes["data-mandatory"] = ""
    if one.alone:
        attributes["data-alone"] = " ".join(one.alone)
    if one.limit is not None and one.kind in (Kind.TEXT, Kind.NUMBER):
        attributes |= {"data-max": one.limit, "maxlength": one.limit, "spellcheck": "false"}
    if one.kind is Kind.COUNT:
        attributes |= {"min": 0, "max": one.limit}
    return attributes


class _Ticks(SelectMultipleField):
    """Boxes to tick; unknown codes are for `parse` to refuse."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: PlainForm) -> None:
        """Leave it to `parse`."""


class _Buttons(RadioField):
    """One of several; unknown codes are for `parse` to refuse."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, validate_choice=False, **kwargs)


def _control(one: Field, act: str = ""):
    words = question(one.name, act)
    common = {"label": words.text, "description": words.hint, "render_kw": _data(one)}
    if one.kind is Kind.CHOICE:
        return _Buttons(choices=_choices(one), **common)
    if one.kind is Kind.CHOICES:
        return _Ticks(choices=_choices(one), **common)
    if one.kind is Kind.GROUP:
        group = type(f"{one.name.title()}Form", (_Group,), _members(one.parts))
        return FormField(group, label=words.text, render_kw=_data(one))
    if one.kind in (Kind.ID, Kind.AREA):
        # The page or the view fills in which ones there are.
        return SelectField(choices=[], validate_choice=False, **common)
    long = one.kind is Kind.TEXT and one.limit >= _LONG
    widget = TextArea() if long else _WIDGETS.get(one.kind, TextInput)()
    return StringField(widget=widget, **common)


def _choices(one: Field) -> list[tuple[str, object]]:
    return [(code, label(one.name, code)) for code in one.codes]


# No page asks these: they come from where the form stands, from tapping, or from a list of its own.
_UNASKED = frozenset(
    {"visit_id", "report_id", "alert_id", "incomplete", "checklist", "entered_by", "month"}
)


def _members(fields: Iterable[Field], act: str = "") -> dict[str, object]:
    asked = {one.name: one for one in fields if one.name not in _UNASKED}
    return {"asks": asked, **{name: _control(one, act) for name, one in asked.items()}}


def _form(name: str, act: str, doc: str, *, phone: bool = True) -> type[QuestionForm]:
    members = {"act": act, "__doc__": doc, **_members(domain.ACTS[act], act)}
    if phone:  # sealed and sent by the phone's own door, never posted as a form
        members["Meta"] = type("Meta", (), {"csrf": False})
    return type(name, (QuestionForm,), members)


ReportForm = _form("ReportForm", "report.create", "The early report, screen by screen.")
VisitDeclineForm = _form("VisitDeclineForm", "visit.decline", "Not this visit, and why.")
VisitGateForm = _form("VisitGateForm", "visit.start", "Berangkat: three questions or seven.")
VisitRecordForm = _form("VisitRecordForm", "visit.record", "After the visit.")
CadreContactForm = _form("CadreContactForm", "contact.update", "How the cadre is reached.")
IntakeForm = _form("IntakeForm", "desk.intake", "Laporan baru at the desk.", phone=False)
ScreenForm = _form("ScreenForm", "desk.screen", "Screening.", phone=False)
HandVisitForm = _form("HandVisitForm", "desk.hand", "A visit for a cadre.", phone=False)

ToldForm = _form("ToldForm", "desk.told", "Who was told at intake.", phone=False)
ConsentForm = _form("ConsentForm", "desk.consent", "One talk about consent.", phone=False)
WithdrawForm = _form("WithdrawForm", "desk.withdraw", "She takes it back.", phone=False)
BasisForm = _form("BasisForm", "desk.basis", "A basis without consent.", phone=False)
AssessForm = _form("AssessForm", "desk.assess", "Assessment.", phone=False)
RiskForm = _form("RiskForm", "desk.risk", "Another level of risk.", phone=False)
PlanRowForm = _form("PlanRowForm", "desk.plan_row", "One row of the plan.", phone=False)
AttemptForm = _form("AttemptForm", "desk.attempt", "An attempt to reach her.", phone=False)
WorkForm = _form("WorkForm", "desk.work", "Minutes of work.", phone=False)
MonitorForm = _form("MonitorForm", "desk.monitor", "A look back meanwhile.", phone=False)
AgainForm = _form("AgainForm", "desk.again", "Assess again.", phone=False)
EvaluateForm = _form("EvaluateForm", "desk.evaluate", "A look back at the end.", phone=False)
ScoreForm = _form("ScoreForm", "desk.score", "How a partner did for her.", phone=False)
CloseForm = _form("CloseForm", "desk.close", "Asking to close a case.", phone=False)
FollowUpForm = _form("FollowUpForm", "desk.follow_up", "Asking after her.", phone=False)
ReopenForm = _form("ReopenForm", "desk.reopen", "Open a case again.", phone=False)
SafeWayForm = _form("SafeWayForm", "desk.safe_way", "How she is reached now.", phone=False)
