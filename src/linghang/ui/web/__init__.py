"""Web plumbing that every app may use and that knows no domain word.

- `errors`    refusals (`DomainError`) and the one place that turns them into a page, a fragment or JSON
- `routes`    the registry of permission rows: which role may open which address, and how far it sees
- `viewer`    who is looking (set by `access`, read by everybody)
- `scope`     the required context of every query on organisation-bound rows
- `reads`     what a request read, noted by views and written down by `audit`
- `writing`   one transaction whose history rows carry who wrote and what it was called
- `sealed`    values that are encrypted in the column and found by a keyed hash; `keyfile` reads their keys
- `numbers`   ID and telephone numbers: one way of writing, check, mask
- `clock`     the one clock; views, tasks and the command line read it once and pass `now` on
- `paging`    pages of a list, with the state in the address
"""
