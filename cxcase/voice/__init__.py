"""What customers say in their own words, moment by moment, with nobody to be recognised."""

from cxcase.voice.hear import hear
from cxcase.voice.recording import check_recording
from cxcase.voice.result import Band, Clip, Library, MomentVoice, Pin, Quote, Term, Voice

__all__ = ["Band", "Clip", "Library", "MomentVoice", "Pin", "Quote", "Term", "Voice", "check_recording", "hear"]
