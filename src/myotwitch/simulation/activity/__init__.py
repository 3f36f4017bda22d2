"""Spontaneous and voluntary activity, one module a class, by published statistics or by the model of the axon."""

from myotwitch.simulation.activity.body import Body
from myotwitch.simulation.activity.classes import CLASSES, ActivityClass, episodes_of
from myotwitch.simulation.activity.discharges import ALONE, Discharges, Stream, episode
from myotwitch.simulation.activity.settings import Activity
from myotwitch.simulation.activity.statistics import draw, statistic, statistics

__all__ = [
    "ALONE",
    "CLASSES",
    "Activity",
    "ActivityClass",
    "Body",
    "Discharges",
    "Stream",
    "draw",
    "episode",
    "episodes_of",
    "statistic",
    "statistics",
]
