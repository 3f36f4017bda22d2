"""What the store of diaries holds under: kills at random moments, and the size of three years."""
