"""From electrolytes to the twitch and its recording: axons, motor units, muscle, electrodes and what disturbs them.

A scene says what is simulated; the answer is a recording and the truth about it. No detector knows this room, and this
room knows no detector.
"""
