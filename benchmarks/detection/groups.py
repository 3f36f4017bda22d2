"""Groups of scenes that one figure sums up."""

from __future__ import annotations

from collections.abc import Iterable


def grouped(scenes: Iterable[str]) -> dict[str, list[str]]:
    """Return the scenes of each group, of those given; groups without a scene are left out."""
    names = list(scenes)
    groups = {
        "all disturbed": [name for name in names if is_disturbed(name) and has_twitches(name)],
        "all with twitches": [name for name in names if has_twitches(name)],
        "all with several units": [name for name in names if has_units(name)],
        "all rest": [name for name in names if is_rest(name)],
        "all kinds, needle": [name for name in names if is_kind(name) and "needle" in name],
        "all kinds, surface": [name for name in names if is_kind(name) and "surface" in name],
    }
    return {group: members for group, members in groups.items() if members}


def is_rest(name: str) -> bool:
    """Return whether a scene holds no twitch."""
    return name.startswith("rest")


def is_kind(name: str) -> bool:
    """Return whether a scene shows a kind of activity."""
    return name.startswith("kind: ")


def is_disturbed(name: str) -> bool:
    """Return whether something disturbs a scene."""
    return " with " in name


def has_twitches(name: str) -> bool:
    """Return whether a scene's figure is how well its twitches are found."""
    return not is_rest(name) and not is_kind(name)


def has_units(name: str) -> bool:
    """Return whether a scene has several units to tell apart."""
    return has_twitches(name) and any(part in name for part in ("units", "change of shape", "grid", "pairs with"))
