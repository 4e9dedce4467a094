"""What can be imported about organisations and people; registered with `exchange` when the application starts."""

from linghang.apps.exchange.kinds import register_kind


def register_imports() -> None:
    """Offer the kinds of this room."""
    from linghang.apps.org.imports import areas, links, organisations, posts, roster

    for room in (organisations, roster, posts, areas, links):
        register_kind(room.KIND)
