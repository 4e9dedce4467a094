"""Where facts are priced and added up: one SQL text, on DuckDB, PostgreSQL or Spark. `backend` says what is asked."""
