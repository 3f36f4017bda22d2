"""The open benchmark of twitch detection: real backgrounds, real shapes, known times, any detector."""
