"""What a verification finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that differs: the table, the row's id, what is wrong, and the number of the seal that covers it."""

    table: str
    pk: int
    what: str
    seal: int | None = None

    def __str__(self) -> str:
        seal = f"（第 {self.seal} 号封存）" if self.seal else ""
        return f"{self.table} {self.pk}{seal}：{self.what}"
