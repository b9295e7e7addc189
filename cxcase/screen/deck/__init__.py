"""The deck page: how the deck is told."""
