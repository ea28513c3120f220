"""How the district stands on a question, beside one's own answer."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.fields.field import Values
from bot.domain.ledger.district import BATCH, Figure
from bot.domain.ledger.obligation import Obligation
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Open
from bot.views.territories import Named, name
from bot.views.values import unit_beside, value_text
from bot.views.words import esc, number, percent, screen, shorten

_TENTH = Decimal("0.1")


def compared(known: Mapping[str, Named], territory: str) -> str:
    """What the screen is called: by the territory, if one is compared."""
    if territory:
        return f"{name(territory, known)}: как у других"
    return "Как по всем территориям" if known else "Как в районе"


def district(
    heading: str, obligation: Obligation, asked: int, answered: int, figures: Sequence[Figure], own: Values
) -> Screen:
    """Shows shares and totals of those compared beside `own`, the organization's answer."""
    title = (
        f"{obligation.round.directive.title} · {obligation.round.title}"
        if obligation.round.title
        else obligation.round.directive.title
    )
    lines = [f"<b>{esc(heading)}</b>: {esc(title)}", f"Ответили {answered} из {asked}"]
    for figure in figures:
        lines += ["", f"<b>{esc(shorten(figure.field.label, 90))}</b>", *_figure(figure, own.get(figure.field.id))]
    if asked < BATCH:
        lines += ["", f"Запрос получили меньше {BATCH} организаций: сводных показателей нет."]
    elif not figures:
        lines += ["", f"Показатели появятся, когда ответят хотя бы {BATCH} организаций."]
    else:
        lines += ["", f"<i>Обновится, когда прибавится ещё {BATCH} ответов. Ответы других не показываются.</i>"]
    return screen(*lines, rows=[[Button("‹ К ответу", Open(obligation=obligation.id).pack())]])


def _figure(figure: Figure, own: object) -> list[str]:
    unit = f" {esc(unit_beside(figure.field))}" if unit_beside(figure.field) else ""
    mine = [] if own is None else [f"У вас: {esc(shorten(value_text(figure.field, own), 120))}"]
    if figure.total is not None and figure.average is not None:
        return [
            f"Всего: {number(figure.total)}{unit}, в среднем {_rounded(figure.average)} (организаций: {figure.count})",
            *mine,
        ]
    if figure.median is not None:
        return [f"Медиана: {_rounded(figure.median)}{unit} (организаций: {figure.count})", *mine]
    shares = [
        f"{esc(value_text(figure.field, option) if isinstance(option, bool) else option)} — {percent(share)}"
        for option, share in figure.shares
    ]
    return [*shares, *mine]


def _rounded(value: Decimal) -> str:
    return number(value.quantize(_TENTH, ROUND_HALF_UP))
