"""Pages of a trial (试算): begin, columns, progress, problems, result, one member's statement."""
