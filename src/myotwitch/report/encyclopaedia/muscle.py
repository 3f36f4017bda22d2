"""The page of a muscle: its names, where it is, which nerve and roots drive it, and how fast it twitches."""

from __future__ import annotations

from collections.abc import Iterable

from myotwitch.anatomy import MUSCLES, NERVES, PLACE_LABELS, Muscle
from myotwitch.anatomy.nerves import with_trunks
from myotwitch.causes import load_catalogue
from myotwitch.language import _, digits, translated
from myotwitch.report.encyclopaedia.finding import adult_prior
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, known_words, number_text, prose
from myotwitch.report.encyclopaedia.rules import EXAMPLE_AGE_YEARS
from myotwitch.report.encyclopaedia.words import REGION_LABELS, share_words
from myotwitch.sources import Source, load_sources

MOST_CAUSES = 6
LEAST_SHARE = 0.1
"""A cause is told if it makes at least this share of those who have it notice movement in the region."""


def muscle_page(key: str) -> Page:
    """Return the page of the muscle with this key.

    Raises
    ------
    KeyError
        If it is not one of `MUSCLES`.
    """
    muscle = MUSCLES[key]
    other_names = ", ".join(map(translated, (*muscle.synonyms, *muscle.loose_names)))
    heading = _("What often twitches there: {region}").format(region=translated(REGION_LABELS[muscle.region]))
    return Page(
        topic=Topic(PageKind.MUSCLE, key),
        title=translated(muscle.name),
        doctor_title=f"{muscle.latin} ({key})",
        sections=(
            prose(
                _("What it is"),
                _("Doctors call it: {name}.").format(name=muscle.latin),
                _("Also called: {names}.").format(names=other_names) if other_names else "",
                _("Its twitching is noticed at: {place}.").format(place=translated(PLACE_LABELS[muscle.place])),
            ),
            Section(heading=_("What drives it"), lines=tuple(_supply(muscle))),
            _speed(muscle),
            Section(heading=heading, lines=tuple(_causes(muscle))),
        ),
        sources=_sources(muscle),
    )


def _supply(muscle: Muscle) -> Iterable[Line]:
    known = known_words(muscle.grade, muscle.sources)
    for nerve in muscle.nerves:
        trunks = [NERVES[key] for key in with_trunks(nerve)]
        named = _("Nerve: {name}").format(name=_(", of the ").join(translated(trunk.name) for trunk in trunks))
        yield Line(
            text=_("Nerve: {name}.").format(name=translated(trunks[0].plain_name)),
            doctor_text=f"{named} {known} {translated(muscle.note)}".rstrip(),
        )
    yield Line(
        text=_("Roots, the main one first: {roots}.").format(roots=", ".join(muscle.roots)),
        about=tuple(
            Topic(PageKind.MUSCLE, other.key)
            for other in MUSCLES.values()
            if other.key != muscle.key and other.nerves[0] == muscle.nerves[0] and other.main_root == muscle.main_root
        ),
    )


def _speed(muscle: Muscle) -> Section:
    figure = muscle.contraction_time
    if figure is None:
        return prose(_("How fast one twitch is"), _("No source was read that measured it in this muscle."))
    value, low, high = (number_text(number) for number in (figure.value, figure.low, figure.high))
    line = Line(
        text=_("One twitch reaches its peak after about {value} ms (between {low} and {high}).").format(
            value=value, low=low, high=high
        ),
        doctor_text=_("Contraction time of a single twitch"),
        figure=figure,
    )
    return Section(heading=_("How fast one twitch is"), lines=(line,), is_prose=True)


def _causes(muscle: Muscle) -> Iterable[Line]:
    """Yield what most often makes the region move: the share who notice it there, times how common the cause is."""
    region = muscle.region.value
    telling = [
        (cause.places.weights[region], cause)
        for cause in load_catalogue().causes.values()
        if not cause.feared and cause.places is not None and cause.places.weights.get(region, 0.0) >= LEAST_SHARE
    ]
    telling.sort(key=lambda item: -item[0] * adult_prior(item[1]))
    for share, cause in telling[:MOST_CAUSES]:
        yield Line(
            text=_("{cause} – {share} of those who have it notice it there").format(
                cause=translated(cause.plain_title), share=share_words(share)
            ),
            doctor_text=_("{cause}: {share} of those who have it; prior {prior} at age {age}").format(
                cause=translated(cause.title),
                share=digits(share),
                prior=digits(adult_prior(cause), ".2g"),
                age=digits(EXAMPLE_AGE_YEARS),
            ),
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _sources(muscle: Muscle) -> tuple[Source, ...]:
    sources = load_sources("myotwitch.anatomy")
    time = muscle.contraction_time
    keys = (*muscle.sources, *(time.sources if time is not None else ()))
    return tuple(sources[key] for key in dict.fromkeys(keys))
