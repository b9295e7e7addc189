"""What of a session is saved: all that its case is computed from."""

from __future__ import annotations

from cxcase.case_document import CaseInputs, SavedFile
from cxcase.content_key import content_key
from cxcase.screen.session import Session


def inputs_in(session: Session) -> CaseInputs:
    """All that the session's case is computed from."""
    return CaseInputs(
        settings=session.settings,
        company=session.company,
        files=tuple(
            SavedFile(file.name, file.digest, file.parsed, file.alone) for file in session.files
        ),
        mapping=session.mapping,
        mapping_from=session.mapping_from,
        pins=session.pins,
        clips=session.clips,
        agreed=session.agreed,
        asks=session.asks,
        newer=session.newer,
    )


def inputs_key(session: Session) -> str:
    """Equal for sessions whose cases would be saved alike."""
    return content_key(
        session.settings,
        session.company,
        [(file.name, file.parsed.key) for file in session.files],
        session.mapping,
        session.mapping_from,
        session.pins,
        session.clips,
        session.agreed,
        session.asks,
        session.newer,
    )
