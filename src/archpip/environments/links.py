"""Symbolic links of an image: paths are followed as in a container, whose root is the image's."""

from collections.abc import Mapping

_MOST_LINKS = 40
"""As Linux allows in one path (path_resolution(7))."""


def follow(path: str, links: Mapping[str, str]) -> str | None:
    """Return the path that a path leads to, links in its folders and of its own followed.

    Args:
        path: A normal path from the root, without a leading slash.
        links: Where each link leads, as written, by its normal path.

    Returns `None` if links lead in a circle. An absolute link starts at the root again, and `..`
    stops there.
    """
    waiting = path.split("/")[::-1]
    reached: list[str] = []
    followed = 0
    while waiting:
        step = waiting.pop()
        if step == "..":
            del reached[-1:]
        elif step not in {"", "."}:
            reached.append(step)
            aim = links.get("/".join(reached))
            if aim is None:
                continue
            followed += 1
            if followed > _MOST_LINKS:
                return None
            if aim.startswith("/"):
                reached.clear()
            else:
                reached.pop()
            waiting.extend(aim.split("/")[::-1])
    return "/".join(reached)
