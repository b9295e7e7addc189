"""What customers say in their own words, moment by moment, with nobody to be recognised."""

from cxcase.voice.bare_sound import bare_sound
from cxcase.voice.hear_comments import hear
from cxcase.voice.recording import RECORDING_KINDS, RECORDING_MB, RECORDING_MINUTES, check_recording
from cxcase.voice.result import Band, Clip, Direction, Library, MomentVoice, Pin, Quote, Term, Voice
from cxcase.voice.strategy import (
    Mark,
    Recommended,
    Statement,
    Strategy,
    Subject,
    Tie,
    called,
    read_strategy,
)
from cxcase.voice.strategy_file import STRATEGY_KINDS, STRATEGY_MB, text_of_strategy

__all__ = [
    "RECORDING_KINDS",
    "RECORDING_MB",
    "RECORDING_MINUTES",
    "STRATEGY_KINDS",
    "STRATEGY_MB",
    "Band",
    "Clip",
    "Direction",
    "Library",
    "Mark",
    "MomentVoice",
    "Pin",
    "Quote",
    "Recommended",
    "Statement",
    "Strategy",
    "Subject",
    "Term",
    "Tie",
    "Voice",
    "bare_sound",
    "called",
    "check_recording",
    "hear",
    "read_strategy",
    "text_of_strategy",
]
