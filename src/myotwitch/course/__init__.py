"""How twitching changes, and what drives it in this person."""
