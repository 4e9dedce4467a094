"""Finding anything by a fragment of its words: one index for the rows of all rooms, read inside the scope only.

    search_kinds.register(SearchKind("case", _("事项"), "loops:case", order=50, source=…))    AppConfig.ready
    put_findables([FindableRow("case", case.uuid, …)])      in the transaction that writes the case
    drop_findables("case", [case.uuid])                     in the transaction that erases its words

The index is derived: `linghang search rebuild` makes it anew from the sources that rooms registered.
"""
