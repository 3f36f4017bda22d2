"""Whether alarms, patterns, before-and-after and own experiments hold on simulated diaries whose truth is known."""
