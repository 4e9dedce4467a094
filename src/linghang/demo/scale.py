"""An invented unit of any size, for measurements: the same kinds of branches and people as in the five, only more."""

from linghang.demo.content import Branch, Card, Leaders, Organisation, Unit, Work

CODE = "GM"
PER_BRANCH = 50
CATEGORIES = ("生产", "辅助", "采掘", "机关", "科研", "野外")


def scaled_unit(people: int) -> Unit:
    """A unit with about so many people: fifty to a branch, of whom twenty are members, in two teams and a group."""
    count = max(2, -(-people // PER_BRANCH))
    return Unit(
        code=CODE,
        name="规模测试单位（虚构）",
        preset="enterprise",
        organisations=(
            Organisation(CODE, "party_committee", "规模测试单位党委（虚构）"),
            Organisation(f"{CODE}K", "unit", "规模测试单位（虚构）", CODE),
            *(
                Organisation(f"{CODE}Z{n:02}", "general_branch", f"第{n}党总支", CODE)
                for n in range(1, count // 20 + 2)
            ),
        ),
        branches=tuple(_branch(number) for number in range(count)),
        leaders=(Leaders("committee_member", CODE, 2),),
        card=Card(0, "", 0, "", "", ()),
    )


def _general_branch(number: int) -> Organisation:
    return Organisation(f"{CODE}Z{number:02}", "general_branch", f"第{number}党总支", CODE)


def _branch(number: int) -> Branch:
    code = f"{CODE}{number:04}"
    return Branch(
        code=code,
        name=f"第{number + 1}作业区党支部",
        under=f"{CODE}Z{number // 20 + 1:02}",
        category="机关" if number == 0 else CATEGORIES[number % len(CATEGORIES)],
        full=19,
        probationary=1,
        staff=PER_BRANCH - 20,
        groups=1,
        work=Work(f"{code}W", "workshop", f"第{number + 1}作业区", ("甲班", "乙班")),
    )
