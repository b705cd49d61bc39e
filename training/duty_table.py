"""The rows: every quota of the notice (宁政〔2024〕9号) and what the city adds, in the order of its tasks.

`words` are verbatim, with the half-width comma of the published text. Rows of origin 本市 extend a quota and can be
ended by a `valid_until`. The 学时 follow the `Policy`, so that their amounts stand in one place. Whoever is 其他
(不纳入考核) owes nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from training.duties import Duty, In, Measure, Origin, Period, Subject
from training.duty_words import Job, Place
from training.people import Category, Field, UnitField
from training.requirements import Policy
from training.units import Nature

IN_FORCE: Final = date(2024, 2, 7)  # the date of the notice
LAW_IN_FORCE: Final = date(2018, 1, 1)  # since then whoever enters such a post needs the qualification
REMIND_DAYS: Final = 60  # before a certificate ends (本市)


def _in(field: Field | UnitField, *words: str) -> In:
    return In(field, frozenset(str(word) for word in words))


HEAD: Final = _in(Field.LEADERSHIP, Place.HEAD)
PRINCIPAL: Final = _in(Field.LEADERSHIP, Place.HEAD, Place.DEPUTY)
TEAM: Final = _in(Field.LEADERSHIP, Place.HEAD, Place.DEPUTY, Place.MEMBER)
ASSESSED: Final = _in(Field.CATEGORY, Category.LEADER, Category.STAFF)
MARKED: Final = _in(Field.MARK, "1")
LAWYERS_POST: Final = _in(Field.JOB, Job.LEGAL_REVIEW, Job.RECONSIDERATION)
GOVERNMENT: Final = _in(UnitField.NATURE, Nature.GOVERNMENT)
DEPARTMENT: Final = _in(UnitField.NATURE, Nature.DEPARTMENT)
GOVERNMENT_OR_DEPARTMENT: Final = _in(UnitField.NATURE, Nature.GOVERNMENT, Nature.DEPARTMENT)
TOWNSHIP: Final = _in(UnitField.NATURE, Nature.TOWNSHIP)
AGENCY: Final = _in(UnitField.AGENCY, "1")
ENFORCES: Final = _in(UnitField.ENFORCES, "1")

_HOURS_WORDS: Final = (
    "每年全市政府系统领导干部接受不少于40学时、工作人员不少于50学时、"
    "行政执法人员不少于60学时的业务知识和法律法规培训"
)
_CLASS_WORDS: Final = "政府及其部门主要负责人每年至少讲1次法治课"
_LECTURES_WORDS: Final = "政府领导班子每年举办2期以上法治专题讲座"


def _hours(policy: Policy) -> tuple[Duty, ...]:
    groups = (
        ("hours-leader", "领导干部学时", (_in(Field.CATEGORY, Category.LEADER),), policy.leader),
        ("hours-staff", "工作人员学时", (_in(Field.CATEGORY, Category.STAFF),), policy.staff),
        ("hours-enforcement", "行政执法人员学时", (ASSESSED, MARKED), policy.enforcement),
    )
    return tuple(
        Duty(
            key=key,
            quota="hours",
            name=name,
            subject=Subject.PERSON,
            who=who,
            measure=Measure.HOURS,
            amount=amount,
            task=1,
            words=_HOURS_WORDS,
            valid_from=policy.valid_from,
        )
        for key, name, who, amount in groups
    )


_REPORTS: Final = (
    Duty(
        key="report",
        quota="report",
        name="年度述法",
        subject=Subject.PERSON,
        who=(ASSESSED, HEAD),
        task=2,
        words="作为年度述法评议、法治督察和法治专项检查重要内容",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="meeting",
        quota="meeting",
        name="常务会议听取依法行政工作汇报",
        subject=Subject.UNIT,
        who=(GOVERNMENT,),
        amount=Decimal(2),
        hard=False,
        task=3,
        words="市政府常务会议每年至少听取2次依法行政工作汇报,原则年中、年终各听取1次",
        valid_from=IN_FORCE,
    ),
)

_TEACHING: Final = (
    Duty(
        key="class",
        quota="class",
        name="讲法治课",
        subject=Subject.PERSON,
        who=(ASSESSED, HEAD, GOVERNMENT_OR_DEPARTMENT),
        forms=("teaching",),
        task=4,
        words=_CLASS_WORDS,
        valid_from=IN_FORCE,
    ),
    Duty(
        key="class-township",
        quota="class",
        name="讲法治课（乡镇）",
        subject=Subject.PERSON,
        who=(ASSESSED, HEAD, TOWNSHIP),
        forms=("teaching",),
        task=4,
        words=_CLASS_WORDS,
        origin=Origin.CITY,
        valid_from=IN_FORCE,
    ),
    Duty(
        key="lectures",
        quota="lectures",
        name="举办法治专题讲座",
        subject=Subject.UNIT,
        who=(GOVERNMENT,),
        amount=Decimal(2),
        forms=("lecture",),
        task=4,
        words=_LECTURES_WORDS,
        valid_from=IN_FORCE,
    ),
    Duty(
        key="lectures-township",
        quota="lectures",
        name="举办法治专题讲座（乡镇）",
        subject=Subject.UNIT,
        who=(TOWNSHIP,),
        amount=Decimal(2),
        forms=("lecture",),
        task=4,
        words=_LECTURES_WORDS,
        origin=Origin.CITY,
        valid_from=IN_FORCE,
    ),
)

_COURT_AND_CLASSROOM: Final = (
    Duty(
        key="hearing",
        quota="hearing",
        name="旁听庭审",
        subject=Subject.PERSON,
        who=(ASSESSED, TEAM, GOVERNMENT_OR_DEPARTMENT),
        forms=("court_hearing",),
        task=4,
        words="政府及其部门领导班子成员每年至少旁听1次人民法院庭审",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="hearing-organised",
        quota="hearing-organised",
        name="组织旁听行政诉讼庭审",
        subject=Subject.UNIT,
        who=(AGENCY,),
        forms=("court_hearing",),
        content=("行政诉讼",),
        task=4,
        words="各级行政机关每年至少组织1次旁听行政诉讼庭审活动",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="off-job",
        quota="off-job",
        name="任期内脱产培训",
        subject=Subject.PERSON,
        who=(ASSESSED, PRINCIPAL, DEPARTMENT, ENFORCES),
        period=Period.TERM,
        forms=("off_job",),
        content=("行政执法", "行政应诉"),
        task=4,
        words="承担行政执法职能的部门负责人任期内至少接受1次行政执法、行政应诉脱产培训",
        valid_from=IN_FORCE,
    ),
)

_EXAM_AND_COMPETITION: Final = (
    Duty(
        key="drills",
        quota="drills",
        name="岗位练兵",
        subject=Subject.UNIT,
        who=(GOVERNMENT,),
        hard=False,  # the notice names no number: they are to be shown
        forms=("drill",),
        task=5,
        words="分类分级开展依法行政能力岗位练兵活动",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="exam",
        quota="exam",
        name="年度法律知识考试",
        subject=Subject.PERSON,
        who=(ASSESSED,),
        forms=("exam",),
        on_exam_roll=True,
        task=5,
        words="每年组织1次全市政府系统工作人员法律知识考试",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="competition",
        quota="competition",
        name="业务技能竞赛",
        subject=Subject.UNIT,
        who=(GOVERNMENT,),
        period=Period.TWO_YEARS,
        forms=("competition",),
        task=5,
        words="每两年开展1次全市政府系统依法行政业务技能竞赛活动",
        valid_from=IN_FORCE,
    ),
)

_STANDING: Final = (
    Duty(
        key="qualification",
        quota="qualification",
        name="法律职业资格",
        subject=Subject.PERSON,
        who=(ASSESSED, LAWYERS_POST),
        measure=Measure.STANDING,
        period=Period.STANDING,
        shown=(_in(Field.QUALIFICATION, "1"),),
        entrants_since=LAW_IN_FORCE,
        task=6,
        words="行政处罚决定法制审核、行政复议等工作岗位新进人员应当取得法律职业资格",
        basis="行政处罚法第五十八条、行政复议法第六条",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="public-lawyer",
        quota="public-lawyer",
        name="公职律师",
        subject=Subject.UNIT,
        who=(DEPARTMENT,),
        measure=Measure.HEADCOUNT,
        period=Period.STANDING,
        shown=(_in(Field.PUBLIC_LAWYER, "1"),),
        hard=False,
        task=9,
        words="推动政府部门至少配备1名公职律师",
        valid_from=IN_FORCE,
    ),
    Duty(
        key="certificate",
        quota="certificate",
        name="有效执法证",
        subject=Subject.PERSON,
        who=(ASSESSED, MARKED),
        measure=Measure.STANDING,
        period=Period.STANDING,
        shown=(_in(Field.CERTIFICATE, "1"),),
        remind_days=REMIND_DAYS,
        task=18,
        words="统一行政执法主体和人员资格管理",
        valid_from=IN_FORCE,
    ),
)


def duties_of(policies: Iterable[Policy] = (Policy(),)) -> tuple[Duty, ...]:
    """Every row, the 学时 as the policies have them."""
    hours = (row for policy in _apart(policies) for row in _hours(policy))
    return (*hours, *_REPORTS, *_TEACHING, *_COURT_AND_CLASSROOM, *_EXAM_AND_COMPETITION, *_STANDING)


def _apart(policies: Iterable[Policy]) -> Iterator[Policy]:
    """Those that change an amount: one that changes a status alone asks for nothing else."""
    last = None
    for policy in sorted(policies, key=lambda policy: policy.valid_from):
        amounts = (policy.leader, policy.staff, policy.enforcement)
        if amounts != last:
            yield policy
        last = amounts
