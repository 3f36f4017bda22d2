"""From a recording to the twitches in it: `detect`, its settings, and the detectors by name."""

from myotwitch.detection.detectors import DETECTORS, Detector, detect
from myotwitch.detection.live import Follower, Update, follow
from myotwitch.detection.settings import DetectionSettings

__all__ = ["DETECTORS", "DetectionSettings", "Detector", "Follower", "Update", "detect", "follow"]
