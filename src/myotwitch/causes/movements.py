"""Twitching as it was told or recorded: where it is, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from myotwitch.anatomy.places import REGION_OF_PLACE, Region
from myotwitch.case.case import TwitchingPlace
from myotwitch.causes.vocabulary import bout_class, side_class, since_class
from myotwitch.twitches.events import Twitches
from myotwitch.twitches.kinds import Kind

SIDE_OF_PLACE: Mapping[str, str] = MappingProxyType(
    {"one_arm": "one", "one_leg": "one", "one_side": "one", "both_arms": "both", "both_legs": "both"}
)
"""Places whose name says the side already."""

PAINFUL_WORDS = ("painful", "painless")

CHARACTER_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.FASCICULATION: "flicker",
        Kind.MYOKYMIA: "ripple",
        Kind.NEUROMYOTONIA: "ripple",
        Kind.CRAMP: "cramp",
        Kind.MYOCLONUS: "jerk",
    }
)
"""What a measured kind of discharge looks like; other kinds are no twitching that a person could report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """Twitching of one region, as one entry of the case or one recording tells it.

    Parameters
    ----------
    region, place
        Where; None where only the twitching itself was told.
    words
        By descriptor of `DESCRIPTORS` (and ``painful``) the words that were told.
    muscle, side
        Key of the muscle and side of the body, where told.
    is_measured
        True if a recording found it and the person did not report it.
    """

    region: Region | None
    place: str | None
    words: Mapping[str, tuple[str, ...]] = field(hash=False)
    muscle: str | None = None
    side: str | None = None
    is_measured: bool = False

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Most fully described first, then by name: the same for every order of telling."""
        told = sorted((name, *words) for name, words in self.words.items())
        where = (self.region or "", self.place or "", self.muscle or "", self.side or "")
        return (self.is_measured, -len(told), *where, told)


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyRecording:
    """A region that was recorded for so long **[s]** without any twitch."""

    region: Region
    analysed_s: float


def reported_movement(entry: TwitchingPlace) -> Movement:
    """Return what an entry of a case tells."""
    words: dict[str, tuple[str, ...]] = {}
    if entry.character is not None:
        words["characters"] = (entry.character.value,)
    if entry.when:
        words["when"] = tuple(sorted(when.value for when in entry.when))
    if entry.since_days is not None:
        words["since"] = (since_class(entry.since_days),)
    if entry.bout_seconds is not None:
        words["bout"] = (bout_class(entry.bout_seconds),)
    if entry.trend is not None:
        words["trend"] = (entry.trend.value,)
    if entry.painful is not None:
        words["painful"] = (PAINFUL_WORDS[0] if entry.painful else PAINFUL_WORDS[1],)
    if entry.place in SIDE_OF_PLACE:
        words["side"] = (SIDE_OF_PLACE[str(entry.place)],)
    elif entry.side is not None:
        words["side"] = (side_class(entry.side),)
    region = None if entry.place is None else REGION_OF_PLACE[entry.place]
    return Movement(region=region, place=entry.place, words=words, muscle=entry.muscle, side=entry.side)


def measured_movements(twitches: Sequence[Twitches]) -> tuple[Movement, ...]:
    """Return one movement for each region in which a recording found something that a person could report."""
    found: dict[Region, Movement] = {}
    for one in twitches:
        for row, kind in enumerate(one.kind):
            place = one.observation.channels[int(one.peak_channel_index[row])].place
            if place is None or kind not in CHARACTER_OF_KIND or place not in REGION_OF_PLACE:
                continue
            region = REGION_OF_PLACE[place]
            words = {"characters": (CHARACTER_OF_KIND[kind],)}
            found.setdefault(region, Movement(region=region, place=place, words=words, is_measured=True))
    return tuple(found.values())


def empty_recordings(twitches: Sequence[Twitches]) -> tuple[EmptyRecording, ...]:
    """Return the regions that were searched and in which no recording found any discharge, the time being the sum."""
    searched: dict[Region, float] = {}
    found: set[Region] = set()
    for one in twitches:
        channels = one.observation.channels
        regions = {
            REGION_OF_PLACE[channel.place]
            for channel in channels
            if channel.usable and channel.place is not None and channel.place in REGION_OF_PLACE
        }
        for region in regions:
            searched[region] = searched.get(region, 0.0) + one.observation.analysed_s
        for channel, is_seen in zip(channels, one.on_channel.T.tolist(), strict=True):
            if any(is_seen) and channel.place in REGION_OF_PLACE:
                found.add(REGION_OF_PLACE[str(channel.place)])
    return tuple(
        EmptyRecording(region=region, analysed_s=searched[region])
        for region in Region
        if searched.get(region, 0.0) > 0 and region not in found
    )
