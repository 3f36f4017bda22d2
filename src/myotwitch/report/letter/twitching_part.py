"""What twitches, where, since when and how often, as the page for the doctor tells it."""

from __future__ import annotations

from myotwitch.anatomy import MUSCLES, NERVES
from myotwitch.case import TwitchingPlace
from myotwitch.diary import Bout, case_windows
from myotwitch.language import _, ngettext, translated
from myotwitch.report.body_map import HEAT_DAYS, heat_of
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.content import Block, Column, Figure, Table, Words
from myotwitch.report.letter.map_drawing import map_figure
from myotwitch.report.letter.words import day_text, length_text, listed, number_text, place_text
from myotwitch.units import HOURS_PER_DAY, SECONDS_PER_MINUTE

MOST_PLACES = 7
"""Places on the first page."""


def places_table(basis: Basis) -> Table | None:
    """Return what twitches as the first page shows it; None where nothing was noted."""
    if not any(place.place or place.muscle for place in basis.twitching):
        return None
    left_out = len(basis.twitching) - MOST_PLACES
    remark = ngettext(
        "{count} more place on the next pages.", "{count} more places on the next pages.", max(left_out, 1)
    ).format(count=left_out)
    return Table(
        columns=(
            Column(title=_("Where"), share=2.3),
            Column(title=_("Noticed for"), share=2.25),
            Column(title=_("Bouts a day"), is_number=True, share=1.3),
            Column(title=_("One lasts"), is_number=True, share=0.9),
        ),
        rows=tuple(
            (
                place_text(place.place, place.muscle, place.side),
                since_text(basis, place),
                _or_dash(place.bouts_per_day),
                _bout_length(place),
            )
            for place in basis.twitching[:MOST_PLACES]
        ),
        remark=remark if left_out > 0 else "",
    )


def body_figure(basis: Basis) -> Figure | None:
    """Return the map of the last weeks in which it twitched; None where no place was told."""
    bouts = basis.told.of(Bout)
    if not bouts:
        return None
    until = min(basis.at, bouts[-1].time)
    caption = _("Bouts of {days} days up to {day}: the darker, the more.")
    return map_figure(heat_of(bouts, until), caption.format(days=HEAT_DAYS, day=day_text(until.date())))


def since_text(basis: Basis, place: TwitchingPlace) -> str:
    """Return for how long it has been noticed: at least, where it was there when the diary began."""
    first = basis.told.first
    if first is None or place.since_days is None:
        return _("not known")
    diary_days = (basis.at - first).total_seconds() / 3600 / HOURS_PER_DAY
    length = length_text(place.since_days)
    if diary_days - place.since_days <= case_windows().unknown_start_days:
        return _("at least {length}").format(length=length)
    return length


def place_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return all that was noted of each place."""
    if not basis.twitching:
        return ()
    table = Table(
        columns=(
            Column(title=_("Where"), share=2.9),
            Column(title=_("Noticed for"), share=1.9),
            Column(title=_("Bouts a day"), is_number=True),
            Column(title=_("One lasts"), is_number=True),
            Column(title=_("How it looks, and when"), share=2.6),
            Column(title=_("Course"), share=1.1),
        ),
        rows=tuple(
            (
                place_text(place.place, place.muscle, place.side),
                since_text(basis, place),
                _or_dash(place.bouts_per_day),
                _bout_length(place),
                _looks(place),
                "–" if place.trend is None else trend_text(place.trend.value),
            )
            for place in basis.twitching
        ),
        remark=_(
            "Bouts a day are those of a waking day in watched time; a dash: not noted, or too little was watched."
        ),
    )
    return (table, *_supply(basis))


def trend_text(trend: str) -> str:
    """Return how a place has changed."""
    return {
        "improving": _("getting better"),
        "stable": _("the same"),
        "worsening": _("getting worse"),
        "comes_and_goes": _("comes and goes"),
    }[trend]


def _supply(basis: Basis) -> tuple[Block, ...]:
    """Return which nerves drive the muscles that were named, and what they share."""
    named = tuple(dict.fromkeys(place.muscle for place in basis.twitching if place.muscle in MUSCLES))
    if not named:
        return ()
    table = Table(
        columns=(Column(title=_("Muscle"), share=1.6), Column(title=_("Nerve"), share=1.6), Column(title=_("Roots"))),
        rows=tuple(
            (
                _named(key),
                listed(translated(NERVES[nerve].name) for nerve in MUSCLES[key].nerves),
                listed(MUSCLES[key].roots),
            )
            for key in named
            if key is not None
        ),
    )
    shared = () if basis.assessment is None else basis.assessment.shared_supply
    if len(named) < 2 or not shared:
        return (table,)
    names = listed(translated(supply.name) for supply in shared[:3])
    return (table, Words(lead=_("In common to all of them"), text=names))


def _named(key: str) -> str:
    """Return a muscle with its Latin name, once."""
    name, latin = translated(MUSCLES[key].name), MUSCLES[key].latin.replace("Musculus", "M.")
    return name if latin.lower() in name.lower() else f"{name} ({latin})"


def _looks(place: TwitchingPlace) -> str:
    characters = {
        "flicker": _("flicker"), "ripple": _("ripple"), "jerk": _("jerk"), "shaking": _("shaking"), "cramp": _("cramp"),
        "sustained": _("sustained pull"), "tic": _("tic"), "flutter": _("flutter"), "pulsation": _("pulsation"),
    }  # fmt: skip
    times = {
        "rest": _("at rest"), "falling_asleep": _("on falling asleep"), "asleep": _("asleep"),
        "on_waking": _("on waking"), "after_exercise": _("after exercise"), "during_movement": _("during movement"),
        "always": _("always"),
    }  # fmt: skip
    words = [] if place.character is None else [characters[place.character.value]]
    words += [times[when.value] for when in place.when]
    if place.painful is not None:
        words.append(_("painful") if place.painful else _("painless"))
    return listed(words) or "–"


def _bout_length(place: TwitchingPlace) -> str:
    seconds = place.bout_seconds
    if seconds is None:
        return "–"
    if seconds >= 2 * SECONDS_PER_MINUTE:
        return _("{count} min").format(count=number_text(seconds / SECONDS_PER_MINUTE))
    return _("{count} s").format(count=number_text(seconds))


def _or_dash(value: float | None) -> str:
    return "–" if value is None else number_text(value)
