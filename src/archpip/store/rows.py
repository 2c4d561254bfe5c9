"""The stored values as rows: the same in every database, each of which runs the statements."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from archpip.binaries import Depth
from archpip.store.packing import key_of, pack, read_inspection, unpack
from archpip.store.writing import Statement, Value
from archpip.wheels import READER_VERSION, Inspection, inspection_to_json

_SECONDS_A_DAY = 86_400


class Dialect(Struct, frozen=True, kw_only=True):
    """The differences in SQL between databases."""

    prefix: str
    """The prefix of table names."""
    mark: str
    """The placeholder of a value in a statement."""
    most_values: int
    """How many values one statement may have."""


class RowStore(ABC):
    """Maps inspections, metadata, pages and answers to rows; implements most of a `Store`."""

    def __init__(self, dialect: Dialect, *, now: Callable[[], float]) -> None:
        """Take the database's dialect, and a function that returns seconds since 1970."""
        self._now = now
        self._dialect = dialect
        mark = dialect.mark
        # An inspection is replaced only by a deeper one.
        self._put_inspection = (
            self._upsert("inspections", ("sha256", "reader"), ("depth", "body"))
            + " WHERE excluded.depth >= kept.depth"
        )
        self._put_metadata = self._upsert("metadata", ("sha256",), ("body",))
        self._put_page = self._upsert("pages", ("url",), ("state", "body"))
        self._put_answer = self._upsert("answers", ("question",), ("body",))
        self._put_state = (
            f"UPDATE {self._table('pages')} SET state = {mark}, used = {mark} WHERE url = {mark}"  # noqa: S608 -- our own names
        )

    @property
    def _today(self) -> int:
        """The day, counted from 1970-01-01; a gateway's store is open for many."""
        return int(self._now() // _SECONDS_A_DAY)

    @abstractmethod
    def _select(self, query: str, values: Sequence[Value]) -> Sequence[tuple[Value, ...]]:
        """Return rows; none if the database cannot be read."""
        ...

    @abstractmethod
    def _put(self, statement: Statement) -> None:
        """Queue a write."""
        ...

    def get_inspection(self, sha256: str, *, depth: Depth = Depth.HEADERS) -> Inspection | None:
        """Return this reader version's inspection, at least as deep as `depth`, or `None`."""
        return self.get_inspections((sha256,), depth=depth).get(sha256)

    def get_inspections(
        self, sha256s: Iterable[str], *, depth: Depth = Depth.HEADERS
    ) -> dict[str, Inspection]:
        """Return the stored inspections, by sha256, with as few queries as possible."""
        wanted = list(dict.fromkeys(sha256s))
        found: dict[str, Inspection] = {}
        mark, most = self._dialect.mark, self._dialect.most_values
        for start in range(0, len(wanted), most):
            keys = wanted[start : start + most]
            query = (
                f"SELECT sha256, body, used FROM {self._table('inspections')}"  # noqa: S608 -- our own names, and marks
                f" WHERE reader = {mark} AND depth >= {mark}"
                f" AND sha256 IN ({', '.join([mark] * len(keys))})"
            )
            for sha256, body, used in self._select(query, (READER_VERSION, depth.value, *keys)):
                self._touch("inspections", "sha256", str(sha256), used)
                inspection = read_inspection(body)
                if inspection is not None:
                    found[str(sha256)] = inspection
        return found

    def put_inspection(self, sha256: str, inspection: Inspection) -> None:
        """Store an inspection, unless a deeper one is stored."""
        row = (sha256, READER_VERSION, inspection.depth.value)
        self._write_later(
            self._put_inspection,
            ("inspections", sha256),
            lambda: (*row, pack(inspection_to_json(inspection)), self._today),
        )

    def get_metadata(self, sha256: str) -> bytes | None:
        """Return a file's METADATA."""
        found = self._find("metadata", "sha256", sha256, "body")
        return unpack(found[0]) if found else None

    def put_metadata(self, sha256: str, metadata: bytes) -> None:
        """Keep a file's METADATA."""
        self._write_later(
            self._put_metadata, ("metadata", sha256), lambda: (sha256, pack(metadata), self._today)
        )

    def get_page(self, url: str) -> tuple[str, bytes] | None:
        """Return the state and body that were put for a page."""
        found = self._find("pages", "url", key_of(url), "state, body")
        content = unpack(found[1]) if found else None
        return (str(found[0]), content) if found and content is not None else None

    def put_page(self, url: str, state: str, body: bytes, *, packed: bytes | None = None) -> None:
        """Store a page, replacing an earlier one. `state` contains no credentials."""
        key = key_of(url)
        self._write_later(
            self._put_page, ("pages", key), lambda: (key, state, packed or pack(body), self._today)
        )

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for a page, without reading its body."""
        found = self._find("pages", "url", key_of(url), "state")
        return str(found[0]) if found else None

    def put_page_state(self, url: str, state: str) -> None:
        """Replace the state of a page whose body is unchanged."""
        key = key_of(url)
        self._write_later(self._put_state, ("pages", key), lambda: (state, self._today, key))

    def get_answer(self, question: str) -> bytes | None:
        """Return the answer that was stored under the hash of a question, or `None`."""
        found = self._find("answers", "question", question, "body")
        return unpack(found[0]) if found else None

    def put_answer(self, question: str, answer: bytes) -> None:
        """Store an answer, replacing an earlier one. It contains no credentials."""
        self._write_later(
            self._put_answer, ("answers", question), lambda: (question, pack(answer), self._today)
        )

    def _table(self, name: str) -> str:
        return self._dialect.prefix + name

    def _upsert(self, table: str, key: Sequence[str], others: Sequence[str]) -> str:
        """Return the SQL that writes a row, replacing the one with the same key."""
        columns = (*key, *others, "used")
        changes = ", ".join(f"{each} = excluded.{each}" for each in (*others, "used"))
        return (
            f"INSERT INTO {self._table(table)} AS kept ({', '.join(columns)})"  # noqa: S608 -- our own names
            f" VALUES ({', '.join([self._dialect.mark] * len(columns))})"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
        )

    def _find(
        self, table: str, key_column: str, key: str, columns: str
    ) -> tuple[Value, ...] | None:
        """Return columns of the row with a key."""
        query = (
            f"SELECT {columns}, used FROM {self._table(table)}"  # noqa: S608 -- our own names
            f" WHERE {key_column} = {self._dialect.mark}"
        )
        for *found, used in self._select(query, (key,)):
            self._touch(table, key_column, key, used)
            return tuple(found)
        return None

    def _touch(self, table: str, key_column: str, key: str, used: Value) -> None:
        """Note that a row was used, at most once a day."""
        if used != self._today:
            mark = self._dialect.mark
            sql = f"UPDATE {self._table(table)} SET used = {mark} WHERE {key_column} = {mark}"  # noqa: S608 -- our own names
            self._write_later(sql, (table, key), lambda: (self._today, key))

    def _write_later(
        self, sql: str, row: tuple[str, str], values: Callable[[], tuple[Value, ...]]
    ) -> None:
        self._put(Statement(sql=sql, row=row, values=values))
