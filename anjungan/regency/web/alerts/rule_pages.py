"""The rules of alerts: what is bad, how patient we are, and where messages go."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind, Rule, Severity, Unit
from anjungan.regency.alerts.message_texts import compose_trial
from anjungan.regency.alerts.outbox import enqueue, newest_messages
from anjungan.regency.alerts.rules import BadRuleError, has_one_limit, rules_in_force, set_rule
from anjungan.regency.alerts.telling import Occasion
from anjungan.regency.alerts.words import KIND_WORDS, SEVERITY_WORDS, UNIT_WORDS, number
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.alerts import words
from anjungan.regency.web.alerts.list_query import read_kind
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

_MINUTE_S: Final = 60
Typed = Annotated[str, msgspec.Meta(max_length=20)]


class RuleForm(msgspec.Struct, frozen=True):
    """What the form of one rule sends; numbers may have a decimal comma."""

    severity: Severity
    grace_min: Typed
    opens_at: Typed = ""
    closes_at: Typed = ""
    enabled: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with its words."""

    kind: AlertKind
    title: str
    icon: str
    rule: Rule
    unit: str
    has_limits: bool
    has_one_limit: bool
    opens_at: str
    closes_at: str
    grace_min: str
    is_changed: bool


@get("/setelan/peringatan", opt={"needs": Permission.MANAGE_SETTINGS}, sync_to_thread=True)
def rule_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """All rules, the routes by name, and the newest messages."""
    return _page(request, site, saved=request.query_params.get("tersimpan", ""))


@post("/setelan/peringatan/uji", opt={"needs": Permission.MANAGE_SETTINGS}, sync_to_thread=True)
def send_trial(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Send a trial message by every route."""
    staff = session_of(request).staff
    now = site.now()
    text = compose_trial(
        asked_by=staff.display_name, public_url=site.settings.web.public_url, now=now
    )
    with site.database.writing() as connection:
        sent = enqueue(
            connection,
            incident_id=None,
            occasion=Occasion.TRIAL,
            routes=site.settings.alerts.routes,
            text=text,
            now=now,
        )
        record(
            connection,
            actor_of(staff),
            AuditAction.ALERT_TRIAL_SENT,
            subject="alerts",
            detail=f"{sent} routes",
            now=now,
        )
    return Redirect("/setelan/peringatan#tujuan", status_code=303)


@post(
    "/setelan/peringatan/{kind:str}",
    opt={"needs": Permission.MANAGE_SETTINGS},
    sync_to_thread=True,
)
def change_rule(
    request: PageRequest,
    site: NamedDependency[Site],
    kind: FromPath[str],
    data: Annotated[RuleForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Change a rule, or set it back to its default."""
    known = read_kind(kind)
    if known is None:
        return site.message(404, "Tidak ada", "Jenis peringatan ini tidak ada.")
    staff = session_of(request).staff
    now = site.now()
    try:
        rule = DEFAULT_RULES[known] if data.default else _rule(known, data)
        with site.database.writing() as connection:
            set_rule(connection, known, rule, by=staff.display_name, now=now)
            record(
                connection,
                actor_of(staff),
                AuditAction.ALERT_RULE_CHANGED,
                subject=known.value,
                detail=_detail(rule),
                now=now,
            )
    except BadRuleError as error:
        return _page(request, site, problem=str(error), at=known, status_code=422)
    return Redirect(f"/setelan/peringatan?tersimpan={known.value}#{known.value}", status_code=303)


def _page(
    request: PageRequest,
    site: Site,
    *,
    problem: str = "",
    at: AlertKind | None = None,
    saved: str = "",
    status_code: int = 200,
) -> Response[str]:
    with site.database.reading() as connection:
        rules = rules_in_force(connection)
        messages = newest_messages(connection)
    alerts = site.settings.alerts
    return staff_page(
        site,
        session_of(request),
        "alerts/rules.html",
        section="alerts",
        status_code=status_code,
        lines=[_line(kind, rules[kind]) for kind in DEFAULT_RULES],
        severities=SEVERITY_WORDS,
        kinds=KIND_WORDS,
        routes=alerts.routes,
        messages=messages,
        message_sign=words.message_sign,
        problem_words=words.problem_words,
        occasion_words=words.OCCASION_WORDS,
        problem=problem,
        at=at,
        saved=saved,
        pace=alerts.pace,
        district_least=alerts.district_least_kiosks,
        regency_least=alerts.regency_least_kiosks,
        window_min=round(alerts.silence_window_s / _MINUTE_S),
    )


def _line(kind: AlertKind, rule: Rule) -> RuleLine:
    return RuleLine(
        kind=kind,
        title=KIND_WORDS[kind],
        icon=words.KIND_ICONS[kind],
        rule=rule,
        unit=UNIT_WORDS[rule.unit],
        has_limits=rule.unit is not Unit.NONE,
        has_one_limit=has_one_limit(kind),
        opens_at=number(rule.opens_at),
        closes_at=number(rule.closes_at),
        grace_min=number(rule.grace_s / _MINUTE_S),
        is_changed=rule != DEFAULT_RULES[kind],
    )


def _rule(kind: AlertKind, form: RuleForm) -> Rule:
    usual = DEFAULT_RULES[kind]
    opens_at = closes_at = None
    if usual.unit is not Unit.NONE:
        opens_at = _number(form.opens_at)
        closes_at = opens_at if has_one_limit(kind) else _number(form.closes_at)
    return Rule(
        severity=form.severity,
        grace_s=round(_number(form.grace_min) * _MINUTE_S),
        opens_at=opens_at,
        closes_at=closes_at,
        unit=usual.unit,
        enabled=bool(form.enabled),
    )


def _number(text: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        raise BadRuleError("Isi dengan angka.") from None
    if not abs(value) < 1e9:  # noqa: PLR2004 - neither endless nor no number
        raise BadRuleError("Isi dengan angka yang wajar.")
    return value


def _detail(rule: Rule) -> str:
    state = "on" if rule.enabled else "off"
    return (
        f"{state} {rule.severity.value} grace {rule.grace_s}s "
        f"limits {rule.opens_at} {rule.closes_at}"
    )


HANDLERS: Final = (rule_page, send_trial, change_rule)
