"""The pages of rare diseases: the list behind the group, and what the annotations say of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from myotwitch.causes import load_catalogue
from myotwitch.causes.rare import RARE_CAUSE, RareDisease, RareSign, load_rare_diseases
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, prose
from myotwitch.sources import Source

SOURCE = "hpo_2025"
KIND_LABELS = {
    "fasciculation": "Twitching of small parts of a muscle (fasciculation)",
    "myokymia": "Rippling under the skin (myokymia)",
    "myoclonus": "Jerks (myoclonus)",
    "tremor": "Shaking (tremor)",
    "spasm": "Cramps and spasms",
    "tic": "Tics",
    "tetany": "Tetany",
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
                "What it is",
                "A rare disease. Nearly everybody who twitches has something common instead; it is listed for "
                "specialists who look for its name.",
            ),
            Section(heading="Its signs of twitching", lines=tuple(_sign_line(sign) for sign in disease.signs)),
            Section(
                heading="How it takes part in an answer",
                lines=(
                    Line(
                        text="Answers name such diseases as one group, never singly.",
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
        counted = Line(text=f"{len(with_kind)} diseases; any of them can be opened by its name.")
        named = (Line(text="", doctor_text=_name_line(disease, kind)) for disease in with_kind)
        yield Section(heading=label, lines=(counted, *named))
    yield credit()


def credit() -> Section:
    """Return whom the list is owed to, with its version."""
    table = load_rare_diseases()
    return prose("Where the list comes from", table.attribution, table.licence)


@cache
def rare_diseases_by_key() -> dict[str, RareDisease]:
    """Return the rare diseases by their identifiers."""
    return {disease.key: disease for disease in load_rare_diseases().diseases}


def _sources() -> tuple[Source, ...]:
    return (load_catalogue().sources[SOURCE],)


def _sign_line(sign: RareSign) -> Line:
    often = f"; {sign.frequency}" if sign.frequency else "; how often is not said"
    return Line(text=f"{sign.name}{often}", doctor_text=f"{sign.name} ({sign.term}){often}")


def _name_line(disease: RareDisease, kind: str) -> str:
    return f"{disease.name} ({disease.key}): {_listed([sign for sign in disease.signs if sign.kind == kind])}"


def _listed(signs: Sequence[RareSign]) -> str:
    return ", ".join(f"{sign.name} {sign.frequency}".rstrip() for sign in signs)
