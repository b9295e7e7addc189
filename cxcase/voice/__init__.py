"""What customers say in their own words, moment by moment, with nobody to be recognised."""

from cxcase.voice.hear_comments import hear
from cxcase.voice.recording import RECORDING_KINDS, RECORDING_MB, RECORDING_MINUTES, check_recording
from cxcase.voice.result import Band, Clip, Direction, Library, MomentVoice, Pin, Quote, Term, Voice

__all__ = [
    "RECORDING_KINDS",
    "RECORDING_MB",
    "RECORDING_MINUTES",
    "Band",
    "Clip",
    "Direction",
    "Library",
    "MomentVoice",
    "Pin",
    "Quote",
    "Term",
    "Voice",
    "check_recording",
    "hear",
]
