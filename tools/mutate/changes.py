"""The small wrong changes: every place of a source file where one can be made, found in a fixed order.

Left alone are documentation, annotations, patterns of `match`, the words of exceptions and of assertions, and what is
only there for the type check. Texts of SQL are changed word by word: there the text is the rule.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

SHOWN = 120  # characters around a change
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Pow: ast.Mult, ast.Div: ast.Mult,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "maximum": "minimum", "minimum": "maximum"}
SQL = {
    ">=": ">", "<=": "<", " < ": " <= ", " > ": " >= ", " = ": " <> ", "<>": "=", " + ": " - ", " - ": " + ",
    " AND ": " OR ", " OR ": " AND ", "LEFT JOIN": "JOIN", " DESC": " ASC", " ASC": " DESC", "MAX(": "MIN(",
    "GREATEST(": "LEAST(", "LEAST(": "GREATEST(", "LEAD(": "LAG(", "LAG(": "LEAD(", "RANK()": "ROW_NUMBER()",
    "NOT EXISTS": "EXISTS", "IS NOT NULL": "IS NULL", "IS NULL": "IS NOT NULL", "COUNT(*) OVER": "RANK() OVER",
    "BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING": "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "NOT IN": "IN",
    "UNION ALL": "EXCEPT", "DISTINCT ": "", "PARTITION BY subject, ": "PARTITION BY ", "* 12": "* 11",
}  # fmt: skip
SPEAKS_SQL = re.compile(r"\b(SELECT|FROM|JOIN|WHERE|CASE|WHEN|ORDER BY|PARTITION BY|OVER|GROUP BY)\b|IS NOT DISTINCT")
_WORDS = re.compile("|".join(re.escape(w) for w in sorted(SQL, key=len, reverse=True)))


@dataclass
class Site:
    """One place and one change; `make` changes the tree it was found in."""

    kind: str
    node: ast.AST
    make: Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """One change to one file: the n-th of it; `function` is the outermost one around it, "" at the module's level."""

    file: str
    number: int
    kind: str
    line: int
    function: str
    was: str
    becomes: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays when lines above it come and go."""
        return self.file, self.function, self.was, self.becomes

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function or '(module)'} [{self.kind}] {self.was} → {self.becomes}"


def places(source: str) -> int:
    """How many changes there are."""
    return sum(1 for _ in sites(ast.parse(source)))


def mutant(file: str, source: str, number: int) -> Mutant:
    """The n-th change of a file."""
    tree = ast.parse(source)
    site = _nth(tree, number)
    holder = _statements(tree)[site.node]
    was = ast.unparse(holder)
    line = getattr(site.node, "lineno", holder.lineno)
    function = _function(tree, line)
    site.make()
    return Mutant(file, number, site.kind, line, function, *_difference(was, ast.unparse(_after(tree, holder))))


def changed(source: str, number: int) -> ast.Module:
    """The file's tree with its n-th change."""
    tree = ast.parse(source)
    _nth(tree, number).make()
    return ast.fix_missing_locations(tree)


def _nth(tree: ast.Module, number: int) -> Site:
    return next(site for n, site in enumerate(sites(tree)) if n == number)


def _after(tree: ast.Module, holder: ast.stmt) -> ast.AST:
    """The statement as it stands now: a statement may have been put in its place."""
    for node in ast.walk(tree):
        if node is holder:
            return node
    line = holder.lineno
    return next((n for n in ast.walk(tree) if isinstance(n, ast.stmt) and n.lineno == line), ast.Pass())


def _statements(tree: ast.Module) -> dict[ast.AST, ast.stmt]:
    """Node → the innermost statement around it, of a compound statement only the head counts."""
    found: dict[ast.AST, ast.stmt] = {}

    def visit(node: ast.AST, holder: ast.stmt | None) -> None:
        holder = node if isinstance(node, ast.stmt) else holder
        if holder is not None:
            found[node] = holder
        for child in ast.iter_child_nodes(node):
            visit(child, holder)

    visit(tree, None)
    return found


def _difference(was: str, becomes: str) -> tuple[str, str]:
    """The lines that differ, shortened."""
    old, new = was.splitlines(), becomes.splitlines()
    pairs = [(a, b) for a, b in zip(old, new, strict=False) if a != b] or [(old[0], new[0] if new else "")]
    one, other = pairs[0][0].strip(), pairs[0][1].strip()
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    start = 0 if max(len(one), len(other)) <= SHOWN else max(0, same - SHOWN // 2)
    return one[start : start + SHOWN], other[start : start + SHOWN]


def _function(tree: ast.Module, line: int) -> str:
    """The outermost function that holds the line, with its class; defaults and decorators belong to the module."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        head = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for each in inner:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                first = each.body[0].lineno
                if first <= line <= (each.end_lineno or first):
                    return head + each.name
    return ""


# --- where ------------------------------------------------------------------------------------------------------------


def sites(tree: ast.Module) -> Iterator[Site]:
    """Every place where a change can be made; the tree must not be changed while it is walked."""
    yield from _visit(tree)


def _visit(node: ast.AST) -> Iterator[Site]:
    for name, value in ast.iter_fields(node):
        if _left_alone(node, name):
            continue
        children = value if isinstance(value, list) else [value]
        for place, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_documentation(node, child):
                continue
            yield from _here(child, _putter(node, name, place if isinstance(value, list) else None))
            yield from _visit(child)


def _putter(parent: ast.AST, name: str, place: int | None) -> Callable[[ast.AST], None]:
    def put(new: ast.AST) -> None:
        if place is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[place] = new

    return put


def _left_alone(node: ast.AST, name: str) -> bool:
    if name in ("annotation", "returns", "decorator_list", "pattern", "msg"):
        return True
    if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.Assert):
        return True
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_documentation(parent: ast.AST, child: ast.AST) -> bool:
    return isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and isinstance(parent, ast.AST)


Put = Callable[[ast.AST], None]


def _here(node: ast.AST, put: Put) -> Iterator[Site]:
    """The changes of one node."""
    yield from _in_statement(node, put)
    match node:
        case ast.Compare():
            yield from _compare(node)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in RECKONED and not _joins_types(node):
            yield Site("reckoned", node, lambda: setattr(node, "op", RECKONED[type(node.op)]()))
        case ast.BoolOp():
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield Site("and-or", node, lambda: setattr(node, "op", other()))
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield Site("not", node, lambda: put(operand))
        case ast.Constant():
            yield from _constant(node, put)
        case ast.Call():
            yield from _called(node)


def _in_statement(node: ast.AST, put: Put) -> Iterator[Site]:
    """The changes of conditions, and of what a function does next."""
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            yield Site("condition", node.test, lambda: setattr(node, "test", _negated(node.test)))
        case ast.comprehension():
            yield from (Site("condition", test, _negate_in(node.ifs, n)) for n, test in enumerate(node.ifs))
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield Site("returned", node, lambda: setattr(node, "value", ast.Constant(None)))
        case ast.Expr(value=ast.Call()):
            yield Site("dropped", node, lambda: put(ast.copy_location(ast.Pass(), node)))
        case ast.Break() | ast.Continue():
            other_way = ast.Continue() if isinstance(node, ast.Break) else ast.Break()
            yield Site("loop", node, lambda: put(ast.copy_location(other_way, node)))


def _called(node: ast.Call) -> Iterator[Site]:
    of, name = node.func, "attr" if isinstance(node.func, ast.Attribute) else "id"
    if (called := getattr(of, name, "")) in CALLED:
        yield Site("called", node, lambda: setattr(of, name, CALLED[called]))


def _compare(node: ast.Compare) -> Iterator[Site]:
    for number, op in enumerate(node.ops):

        def swap(number: int = number, op: ast.cmpop = op) -> None:
            node.ops[number] = COMPARED[type(op)]()

        yield Site("compared", node, swap)


def _constant(node: ast.Constant, put: Put) -> Iterator[Site]:
    value = node.value
    if isinstance(value, bool):
        yield Site("truth", node, lambda: put(ast.copy_location(ast.Constant(not value), node)))
    elif isinstance(value, int):
        yield Site("number", node, lambda: put(ast.copy_location(ast.Constant(value + 1), node)))
    elif isinstance(value, str) and value.strip():
        if SPEAKS_SQL.search(value) or _WORDS.fullmatch(value):
            yield from _sql(node, value, put)
        else:
            yield Site("text", node, lambda: put(ast.copy_location(ast.Constant(f"XX{value}XX"), node)))


def _sql(node: ast.Constant, value: str, put: Put) -> Iterator[Site]:
    for found in _WORDS.finditer(value):
        new = value[: found.start()] + SQL[found[0]] + value[found.end() :]

        def change(new: str = new) -> None:
            put(ast.copy_location(ast.Constant(new), node))

        yield Site("sql", node, change)


def _negated(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _negate_in(tests: list[ast.expr], number: int) -> Callable[[], None]:
    def make() -> None:
        tests[number] = _negated(tests[number])

    return make


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _joins_types(node: ast.BinOp | ast.AugAssign) -> bool:
    """`int | None` and the like outside annotations: names of types."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.BitOr):
        return False
    sides = (node.left, node.right)
    return any(_is_none(side) or (isinstance(side, ast.Name) and side.id[:1].isupper()) for side in sides)
