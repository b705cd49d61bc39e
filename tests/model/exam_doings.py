"""What can happen in a town with exams, each done by the program and by the model side by side.

Where it is refused both have to refuse. What the program says is listened to: nobody may be told what is not out.
"""

import re
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from msgspec.structs import replace

from handlers.message import Incoming, Kind
from tests.model.exam_rules import GRACE, City, Held, Refused
from tests.model.exam_sat import ASKING, Sat, new_key, right
from tests.model.exam_town import ITEMS, KEYS, LEAK, PEOPLE, WANTED, Town
from tests.model.exploring import Machine
from training.errors import Refusal

MOST_EXAMS: Final = 7
MINUTES: Final = 30  # of a sitting
STEPS: Final = {"下一题": ">", "上一题": "<", "标记": "*", "取消标记": "-", "答题卡": "#", "交卷": "!"}


class Doings(Machine):
    """`town` is where it is done, `city` the model, `acts` what people did with the replies."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.city = City(tuple(PEOPLE.values()), KEYS, WANTED)
        self.acts: list[tuple[Incoming, str]] = []
        self.keys = count(1)

    @property
    def now(self) -> datetime:
        return self.town.clock()

    # ---- the office ---------------------------------------------------------------------------------------------

    def exam(self, sort: int, opens: int, lasts: int, makeup_of: int) -> None:
        opens_at = self.now + timedelta(minutes=opens)
        closes_at = opens_at + timedelta(minutes=lasts)
        made = self.run(self.town.create(sort, opens_at, closes_at, MINUTES, makeup_of))
        self.city.exams[made.number] = made

    def create(self, sort: int, opens: int, lasts: int, makeup_of: int) -> None:
        if len(self.city.exams) == MOST_EXAMS:
            return
        first = self.city.exams.get(makeup_of)
        if makeup_of and (first is None or first.makeup_of or first.state == "draft"):
            with pytest.raises(Refusal):
                self.exam(sort, opens, lasts, makeup_of)
        else:
            self.exam(sort, opens, lasts, makeup_of)

    def move(self, which: int, what: str, by: int) -> None:
        self.moved(self.some(which), what, by)

    def move_on(self, which: int, by: int) -> None:
        """What comes next, or a long time would go by without any exam."""
        exam = self.some(which)
        following = {"draft": "publish", "published": "open", "open": "close", "closed": "release"}
        self.moved(exam, following.get(exam.state, "release"), by)

    def hold(self, sort: int, lasts: int) -> None:
        """An exam that begins at once."""
        before = len(self.city.exams)
        self.create(sort, 0, lasts, 0)
        if len(self.city.exams) > before:
            self.moved(self.some(before), "publish", 0)

    def make_up(self, which: int, sort: int) -> None:
        """Of an exam that is over, as soon as the last sitting has ended."""
        first = self.some(which)
        if not first.makeup_of and first.state not in ("draft", "published"):
            self.town.clock.now = max(self.now, first.closes_at + GRACE + timedelta(seconds=1))
            self.tick(0, awake=True)
            before = len(self.city.exams)
            self.create(sort, 0, 120, first.number)
            if len(self.city.exams) > before:
                self.moved(self.some(before), "publish", 0)

    def moved(self, exam: Held, what: str, by: int) -> None:
        self.alike(lambda: self.city.move(exam, what, self.now), self.town.move(exam.number, what, by))

    def alike(self, modelled: Callable[[], None], done: Coroutine[Any, Any, None]) -> None:
        """Both do it, or both refuse for the same reason."""
        refused = found = ""
        try:
            modelled()
        except Refused as expected:
            refused = str(expected)
        try:
            self.run(done)
        except Refusal as refusal:
            found = type(refusal).__name__
        assert found == refused, f"{found or 'done'}, and not {refused or 'done'}"

    def some(self, which: int) -> Held:
        return self.city.exams[which % len(self.city.exams) + 1]

    def excuse(self, which: int, account: str, why: str) -> None:
        exam, person = self.some(which), PEOPLE[account]
        self.alike(lambda: self.city.excuse(exam, person, why), self.town.excuse(exam.number, person, why))

    def change_a_key(self, which: int, item: int, words: str) -> None:
        """Proposed by one and confirmed by another, for a question of some sitting."""
        ended = [sat for sat in self.city.sat if sat.ended]
        if not ended:
            return
        exam = self.city.exams[ended[which % len(ended)].exam.number]
        asked = ended[which % len(ended)].items[item]
        name = asked.case if words == "case" and asked.case else asked.question.id
        key, fits = new_key(asked, words)
        held = exam.changes.get(name, () if name == asked.case else tuple(map(str, asked.question.answer)))
        if not fits or held == key or (asked.case in exam.changes and name != asked.case):
            with pytest.raises(Refusal):
                self.run(self.town.propose(exam.number, name, words if key is not None else None))
            return
        self.town.clock.on(seconds=1)
        batch = self.run(self.town.propose(exam.number, name, words if key is not None else None))
        [told] = self.spoken(self.act("admin", f"确认 {batch}"))
        assert "已" in told, told
        self.city.change(exam, name, key)

    # ---- the clock ----------------------------------------------------------------------------------------------

    def later(self, seconds: int) -> None:
        self.town.clock.on(seconds=seconds)

    def to_an_edge(self, which: int, seconds: int, microseconds: int) -> None:
        """Near a deadline or the edge of a window that is still to come."""
        edges = {one.deadline for one in self.city.sat if not one.ended}
        edges |= {at for exam in self.city.exams.values() for at in (exam.opens_at, exam.closes_at)}
        moments = sorted(at + timedelta(seconds=seconds, microseconds=microseconds) for at in edges)
        ahead = [at for at in moments if at > self.now]
        if ahead:
            self.town.clock.now = ahead[which % len(ahead)]

    def tick(self, by: int, awake: bool) -> None:
        self.run(self.town.stages[by].mind_exams(awake=awake))
        self.city.tick(self.now)
        assert all(self.now <= sat.deadline + GRACE for sat in self.city.sat if not sat.ended)

    def restart(self) -> None:
        self.run(self.town.stop())
        self.town.start()

    # ---- people -------------------------------------------------------------------------------------------------

    def act(self, account: str, text: str, kind: Kind = Kind.TEXT, late: int = 0) -> Incoming:
        number = next(self.keys)
        code = f"code-{number}" if kind is Kind.TAP else ""
        made = self.town.stages[0].act(account, text, kind, key=f"m:model:{number}", response_code=code)
        return replace(made, sent_at=self.now - timedelta(seconds=late))

    def spoken(self, *acts: Incoming, by: int = 0) -> list[str]:
        told = self.run(self.town.said(*acts, by=by))
        self.acts += zip(acts, told, strict=True)
        for one in told:
            self.keeps_quiet(one)
        return list(told)

    def keeps_quiet(self, told: str) -> None:
        """No explanation, and no score of which none is to be known."""
        assert LEAK not in told
        if "分（满分" in told:
            assert any(exam.told for exam in self.city.exams.values()), told

    def begin(self, account: str, by: int, tap: bool) -> None:
        person = PEOPLE[account]
        exam = self.city.to_begin(person, self.now)
        if exam is not None:  # a refusal takes back what was done before it, and leaves the end to the clock
            self.late(self.city.open_of(person))
        going = self.city.open_of(person)
        known = set(self.run(self.town.sittings()))
        self.spoken(self.act(account, "exam_start", Kind.TAP) if tap else self.act(account, "开始"), by=by)
        new = self.run(self.town.sittings()).keys() - known
        if going is not None or exam is None:
            assert not new
            return
        [number] = new
        nth = 1 + sum(sat.exam is exam and sat.person == person for sat in self.city.sat)
        deadline = min(self.now + exam.duration, exam.closes_at)
        items = self.run(self.town.paper(number))
        assert len(items) == ITEMS and len({item.question.id for item in items}) == ITEMS
        self.city.sat.append(Sat(number, exam, person, nth, deadline, items))

    def late(self, sat: Sat | None) -> None:
        """A touch after the grace ends it."""
        if sat is not None and not sat.ended and self.now > sat.deadline + GRACE:
            self.city.end(sat, self.now)

    def look(self, account: str, by: int) -> None:
        person = PEOPLE[account]
        self.late(self.city.open_of(person))
        [told] = self.spoken(self.act(account, "考试"), by=by)
        if "成绩：" in told and not re.search("回复“开始( [1-9][0-9]*)?”", told):
            scores = {self.city.counts(exam, person) for exam in self.city.exams.values() if exam.told}
            assert any(f"成绩：{score / 100:g} 分" in told for score in scores if score is not None), told

    def type(self, account: str, said: list[str], late: int, by: int) -> None:
        """One batch of words; `right` is what is right where the person is by then."""
        sat = self.city.open_of(PEOPLE[account])
        if sat is None:
            return
        acts, saved = [], []
        for one in said:
            text = right(sat.items[sat.at], tap=False) if one == "right" and sat.at != ASKING else one
            acts.append(self.act(account, text, late=late))
            saved.append(self.given(sat, None, STEPS.get(text, text), acts[-1]))
        self.check(acts, saved, by)
        self.late(sat)

    def tap(self, which: int, tapped: list[tuple[tuple[int, str], int]], account: str, by: int) -> None:
        """Cards of some sitting, open or not, mostly by whose it is, stale or not."""
        if not self.city.sat:
            return
        sat = self.city.sat[which % len(self.city.sat)]
        owner = next(name for name, number in PEOPLE.items() if number == sat.person)
        acts, saved = [], []
        for (item, button), late in tapped:
            what = right(sat.items[item % ITEMS], tap=True) if button == "right" else button
            acts.append(self.act(account or owner, f"exam:{sat.number}:{item}:{what}", Kind.TAP, late))
            mine = not account or account == owner
            saved.append(mine and self.given(sat, item, what, acts[-1]))
        self.check(acts, saved, by)
        if not account or account == owner:
            self.late(sat)

    def toggle(self, which: int, late: list[tuple[str, int]], by: int) -> None:
        """Letters taken in and out on the card of one question, in any order of their moments."""
        if self.city.sat:
            items = self.city.sat[which % len(self.city.sat)].items
            place = [n for n, item in enumerate(items) if item.question.kind.value == "multiple"][which % 2]
            self.tap(which, [((place, f"+{letter}"), seconds) for letter, seconds in late], "", by)

    def given(self, sat: Sat, item: int | None, what: str, act: Incoming) -> bool:
        in_time = act.sent_at <= sat.deadline and self.now <= sat.deadline + GRACE
        return not sat.ended and in_time and sat.act(item, what, act.sent_at, self.now)

    def check(self, acts: list[Incoming], saved: list[bool], by: int) -> None:
        told = self.spoken(*acts, by=by)
        assert ["已保存" in one for one in told] == saved

    def answer_all(self, account: str, wrong: set[int], by: int) -> None:
        """In one batch, by words that name the question first; of the `wrong` ones some half, others not at all."""
        sat = self.city.open_of(PEOPLE[account])
        if sat is None or self.now > sat.deadline:
            return
        acts, saved = [], []
        for number, item in enumerate(sat.items):
            answer = right(item, tap=False)[: 1 if number in wrong else None]
            for text, named, what in ((f"第{number + 1}题", number, "="), (answer, None, answer)):
                acts.append(self.act(account, text))
                saved.append(self.given(sat, named, what, acts[-1]))
        self.check(acts, saved, by)

    def sit(self, account: str, wrong: set[int], by: int) -> None:
        """From beginning to end without any trouble."""
        self.begin(account, by, tap=False)
        self.answer_all(account, wrong, by)
        sat = self.city.open_of(PEOPLE[account])
        if sat is not None:
            self.type(account, ["交卷"], 0, by)
            self.hand_in(self.city.sat.index(sat), account, tap=False, by=by)

    def hand_in(self, which: int, account: str, tap: bool, by: int) -> None:
        """By the button of some sitting, or by saying so where one is."""
        if not self.city.sat:
            return
        sat = self.city.sat[which % len(self.city.sat)]
        owner = next(name for name, number in PEOPLE.items() if number == sat.person)
        who = account or owner
        if tap:
            ends = who == owner and not sat.ended
            act = self.act(who, f"exam_end:{sat.number}", Kind.TAP)
        else:
            found = self.city.open_of(PEOPLE[who])
            ends, sat = found is not None and found.at == ASKING, found or sat
            act = self.act(who, "确认")
        if ends:
            self.city.end(sat, self.now)
        self.spoken(act, by=by)

    def repeat(self, picked: int, both: bool, by: int) -> None:
        """Delivered again, to whichever process: the same reply to the letter, and nothing else."""
        if not self.acts:
            return
        act, wire = self.acts[-1 - picked % min(len(self.acts), 30)]
        assert self.run(self.town.said(*([act, act] if both else [act]), by=by))[0] == wire
