"""One transaction of the database; what keeps it from taking part is said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cxcase.errors import StoreError


@contextmanager
def told() -> Iterator[None]:
    """Says in one sentence that the database or the disk did not take part."""
    try:
        yield
    except (SQLAlchemyError, ConnectionError) as error:
        raise StoreError("database_failed", found=str(error).partition("\n")[0]) from error
    except OSError as error:
        raise StoreError("disk_failed", found=str(error)) from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """All of it is kept, or nothing. Raises StoreError."""
    with told(), Session(engine) as session, session.begin():
        yield session
