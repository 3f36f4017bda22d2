"""myotwitch finds muscle twitches, explains what likely causes them and says whether a doctor should look."""

__version__ = "0.1.0"
