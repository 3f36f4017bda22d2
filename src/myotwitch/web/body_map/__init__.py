"""The body map: own drawings of the body, tied to the muscles and places of the anatomy."""
