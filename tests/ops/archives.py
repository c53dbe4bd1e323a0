"""Archives as the tests look into them and spoil them."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any


def manifest_of(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        return dict(json.load(content))


def members_of(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def write(archive: Path, members: dict[str, bytes]) -> Path:
    """An archive with these members, wherever it says that they belong."""
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return archive


def with_manifest(members: dict[str, bytes], /, **changes: Any) -> dict[str, bytes]:
    manifest = json.loads(members["manifest.json"]) | changes
    return members | {"manifest.json": json.dumps(manifest).encode()}
