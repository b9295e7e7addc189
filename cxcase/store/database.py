"""The database of cases: SQLite in the user's data folder, or what one URL names, brought up to
today's tables when it is opened.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from cxcase.errors import StoreError

URL_VARIABLE = "CXCASE_DATABASE_URL"
FOLDER_VARIABLE = "CXCASE_DATA_DIR"
_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 10.0  # seconds that one writer waits for another


def data_folder() -> Path:
    """Where this user's cases lie; nobody else on the machine can read it."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else Path(platformdirs.user_data_dir("cxcase", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def database_url(folder: Path) -> str:
    """What the environment names, else secrets.toml, else SQLite in the folder."""
    named = os.environ.get(URL_VARIABLE) or _url_of_secrets()
    return named or f"sqlite:///{folder / 'cxcase.db'}"


def _url_of_secrets() -> str | None:
    """The database that secrets.toml names, of the folder that the app runs in or of the account's
    own. Raises StoreError "secrets_unreadable".
    """
    for folder in (Path.cwd(), Path.home()):
        path = folder / ".streamlit" / "secrets.toml"
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8")).get(URL_VARIABLE)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise StoreError("secrets_unreadable", file=str(path), found=str(error)) from error
        if found:
            return str(found)
    return None


def opened(url: str) -> Engine:
    """The database, its tables brought up to date. Raises SQLAlchemyError where it can't be
    reached, StoreError "database_newer" where a newer version of the app made its tables.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+pg8000")
    engine = create_engine(parsed, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _safely)
    else:
        _notice_cut_connections(engine)
    with engine.begin() as connection:
        _upgrade(connection)
    return engine


def _notice_cut_connections(engine: Engine) -> None:
    """A connection that was cut is made again before it is used: the driver says so by an error of
    the network's, which the pool would take for one of the program's.
    """
    ping: Callable[[DBAPIConnection], bool] = engine.dialect.do_ping

    def stands(dbapi_connection: DBAPIConnection) -> bool:
        try:
            return ping(dbapi_connection)
        except OSError:
            return False

    engine.dialect.do_ping = stands  # type: ignore[method-assign]


def _safely(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """SQLite as a store needs it: a crash loses nothing that was committed, readers don't wait."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(_WAIT * 1000)}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    there = MigrationContext.configure(connection).get_current_revision()
    if there is not None and there not in known:
        raise StoreError("database_newer")
    command.upgrade(config, "head")


@cache
def names_secret() -> str:
    """The key by which this installation hashes names, made at first use; it never leaves its
    folder. One for this process alone, where the folder can't be written.
    """
    try:
        return _secret_in(data_folder())
    except OSError:
        return secrets.token_hex(32)


def _secret_in(folder: Path) -> str:
    path = folder / "secret"
    if not path.exists():
        unfinished = path.with_name(f"secret-{secrets.token_hex(4)}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was quicker
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text()
