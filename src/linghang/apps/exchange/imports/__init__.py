"""How a file on its way into the database is kept between two steps: opened, matched, checked. Knows no domain word."""
