"""What may be tried out by oneself: a list of what may. Medicines on prescription never stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

from myotwitch.case import FINDINGS
from myotwitch.diary import Diary, Illness, Pregnancy, Symptom
from myotwitch.errors import RequestError, TableError
from myotwitch.language import SOURCE_LANGUAGE, _, language_in_use, translated
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.substances import SUBSTANCES, find_substance

ROOM = "myotwitch.course"
ADULT_YEARS = 18.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tryable:
    """Something that may be put into a plan.

    Parameters
    ----------
    substance
        Its key.
    how
        ``leave_off``: taken as usual, or not; ``take``: taken, or not.
    taken, left
        What the person does in periods with and without it.
    most
        Amount a day that a plan does not exceed **[mg]**; None where the person's own usual amount is what counts.
    cautions
        What the person must know first.
    not_with
        Findings with which a doctor decides.
    grade, sources, note
        Why it may be tried.
    """

    substance: str
    how: Literal["leave_off", "take"]
    taken: str
    left: str
    most: Figure | None
    cautions: tuple[str, ...]
    not_with: tuple[str, ...]
    grade: Grade
    sources: tuple[str, ...]
    note: str


@cache
def tryables() -> Mapping[str, Tryable]:
    """Return what may be tried, by the substance's key.

    Raises
    ------
    TableError
        If the table names an unknown substance or source, or lacks a caution.
    """
    found = {}
    for key, row in read_table(ROOM, "experiment_substances.toml").items():
        where = f"The substance {key} of experiment_substances.toml"
        if key not in SUBSTANCES or row["how"] not in ("leave_off", "take") or not row["cautions"]:
            raise TableError(f"{where} must be a known substance, with how = leave_off or take, and cautions.")
        if unknown := set(row["not_with"]) - set(FINDINGS):
            raise TableError(f"{where} names the unknown finding {min(unknown)!r} in not_with.")
        most = figure_from_row(row["most"], "mg", f"{where}, most") if "most" in row else None
        cited = (*row["sources"], *(most.sources if most else ()))
        check_sources_known(cited, load_sources(ROOM), where)
        found[key] = Tryable(
            substance=key,
            how=row["how"],
            taken=row["taken"],
            left=row["left"],
            most=most,
            cautions=tuple(row["cautions"]),
            not_with=tuple(row["not_with"]),
            grade=Grade(row["grade"]),
            sources=tuple(row["sources"]),
            note=row["note"],
        )
    return MappingProxyType(found)


def tryable(name: str) -> Tryable:
    """Return what may be tried under a name.

    Raises
    ------
    UnknownNameError
        If no substance is called so.
    RequestError
        If it is none that may be put into a plan.
    """
    key = find_substance(name).key
    if key not in tryables():
        raise RequestError(
            _(
                "{name} is not put into a plan: whether to take or to stop it is to be decided with a doctor; stopping "
                "some medicines suddenly is dangerous. A plan can be made for {tryables}."
            ).format(name=translated(SUBSTANCES[key].name), tryables=", ".join(_told_names(tryables())))
        )
    return tryables()[key]


def _told_names(keys: Iterable[str]) -> list[str]:
    """Return how substances are called: by their keys in English, as a program takes them."""
    return list(keys) if language_in_use() == SOURCE_LANGUAGE else [translated(SUBSTANCES[key].name) for key in keys]


def check_person(tried: Tryable, diary: Diary, on: date) -> None:
    """Pass if nothing in a diary speaks against trying it without a doctor.

    Raises
    ------
    RequestError
        If the person is under 18 or pregnant, or the last entry of a finding of `not_with` says that it is there.
    """
    age_years = None if diary.person is None else diary.person.age_years(on)
    pregnancies = diary.of(Pregnancy)
    last: dict[str, bool] = {}
    for symptom in diary.of(Symptom):
        last[symptom.finding] = symptom.severity != 0
    for illness in diary.of(Illness):
        if illness.finding is not None:
            last[illness.finding] = illness.event == "began"
    reasons = [translated(FINDINGS[name].label) for name in tried.not_with if last.get(name)]
    if age_years is not None and age_years < ADULT_YEARS:
        reasons.append(_("age under 18"))
    if pregnancies and pregnancies[-1].event == "began":
        reasons.append(_("pregnancy"))
    if reasons:
        raise RequestError(
            _(
                "The diary says: {reasons}. With that, whether to try {name} is to be decided with a doctor; no plan "
                "is made."
            ).format(reasons=", ".join(reasons), name=translated(SUBSTANCES[tried.substance].name))
        )
