"""How a message reaches a person: by which channels, when, and what became of it."""
