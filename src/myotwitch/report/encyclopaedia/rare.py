"""The pages of rare diseases: the list behind the group, and what the annotations say of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from myotwitch.causes import load_catalogue
from myotwitch.causes.rare import RARE_CAUSE, RareDisease, RareSign, load_rare_diseases
from myotwitch.language import _, later, ngettext, translated
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, prose
from myotwitch.sources import Source

SOURCE = "hpo_2025"
KIND_LABELS = {
    "fasciculation": later("Twitching of small parts of a muscle (fasciculation)"),
    "myokymia": later("Rippling under the skin (myokymia)"),
    "myoclonus": later("Jerks (myoclonus)"),
    "tremor": later("Shaking (tremor)"),
    "spasm": later("Cramps and spasms"),
    "tic": later("Tics"),
    "tetany": later("Tetany"),
}


def rare_disease_page(key: str) -> Page:
    """Return the page of the rare disease with an OMIM or Orphanet identifier.

    Raises
    ------
    KeyError
        If the table does not hold it.
    """
    disease = rare_diseases_by_key()[key]
    return Page(
        topic=Topic(PageKind.RARE, key),
        title=disease.name,
        doctor_title=f"{disease.name} ({key})",
        sections=(
            prose(
                _("What it is"),
                _(
                    "A rare disease. Nearly everybody who twitches has something common instead; it is listed for "
                    "specialists who look for its name."
                ),
            ),
            Section(heading=_("Its signs of twitching"), lines=tuple(_sign_line(sign) for sign in disease.signs)),
            Section(
                heading=_("How it takes part in an answer"),
                lines=(
                    Line(
                        text=_("Answers name such diseases as one group, never singly."),
                        about=(Topic(PageKind.CAUSE, RARE_CAUSE),),
                    ),
                ),
                is_prose=True,
            ),
            credit(),
        ),
        sources=_sources(),
    )


def list_of_rare_diseases() -> Iterable[Section]:
    """Yield the diseases of the group by what the twitching looks like: their number for a person, all for a doctor."""
    for kind, label in KIND_LABELS.items():
        with_kind = [disease for disease in load_rare_diseases().diseases if kind in disease.kinds]
        told = ngettext(
            "{count} disease; it can be opened by its name.",
            "{count} diseases; any of them can be opened by its name.",
            len(with_kind),
        )
        counted = Line(text=told.format(count=len(with_kind)))
        named = (Line(text="", doctor_text=_name_line(disease, kind)) for disease in with_kind)
        yield Section(heading=translated(label), lines=(counted, *named))
    yield credit()


def credit() -> Section:
    """Return whom the list is owed to, with its version."""
    table = load_rare_diseases()
    return prose(_("Where the list comes from"), translated(table.attribution), translated(table.licence))


@cache
def rare_diseases_by_key() -> dict[str, RareDisease]:
    """Return the rare diseases by their identifiers."""
    return {disease.key: disease for disease in load_rare_diseases().diseases}


def _sources() -> tuple[Source, ...]:
    return (load_catalogue().sources[SOURCE],)


def _sign_line(sign: RareSign) -> Line:
    often = f"; {sign.frequency}" if sign.frequency else _("; how often is not said")
    return Line(text=f"{sign.name}{often}", doctor_text=f"{sign.name} ({sign.term}){often}")


def _name_line(disease: RareDisease, kind: str) -> str:
    return f"{disease.name} ({disease.key}): {_listed([sign for sign in disease.signs if sign.kind == kind])}"


def _listed(signs: Sequence[RareSign]) -> str:
    return ", ".join(f"{sign.name} {sign.frequency}".rstrip() for sign in signs)
