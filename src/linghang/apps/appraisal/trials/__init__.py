"""What a trial keeps on disk and how a child process fills it.

- `folder`    where everything lies, and reading uploads into it
- `results`   reading a result: an SQLite file that needs no library beyond Python's own
- `children`  the doors that run in a child process; only they import the readers and the engines
- `proposing` (child) what each column of each file seems to mean
- `settling`  (child) settle, and write the result
- `proving`   (child) what would reach the next band
- `columns`   a proposal as a page shows it, and a person's corrections put back into the mapping
"""
