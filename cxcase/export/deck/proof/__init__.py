"""The slides that a full deck has beside them: what the case rests on and how it is governed."""
