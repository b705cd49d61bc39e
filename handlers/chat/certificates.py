"""`证书`: the certificate in words, and after it as a picture; or why there is none."""

from datetime import datetime

from handlers.actions.certificates import certificate
from handlers.message import Later, Reply, Text
from handlers.pictures.certificate_picture import CertificatePicture
from handlers.routing import Item, Route
from handlers.texts import certificates as texts
from storage import units
from storage.database import Tx
from training.certificates import Certificate, NoCertificate
from training.rules import Rules

PICTURE = "certificate"


def routes(rules: Rules) -> tuple[Route, ...]:
    async def show(tx: Tx, item: Item, now: datetime) -> Reply:
        person = item.asker.person
        found = await certificate(tx, person.number)
        if isinstance(found, NoCertificate):
            return Reply(Text(texts.none(found)))
        said = texts.in_words(found, person.name, await unit_name(tx, found), rules.compliance)
        if item.asker.wishes.text_only:
            return Reply(Text(said))
        picture = Later(PICTURE, person.number, item.incoming.account)
        return Reply(Text(f"{said}\n{texts.FOLLOWS}"), (), (picture,))

    return (Route(show, words=("证书", "我的证书", "合格证书", "考试证书")),)


async def unit_name(tx: Tx, one: Certificate) -> str:
    return (await units.names(tx, [one.unit])).get(one.unit, one.unit)


def picture_of(one: Certificate, name: str, unit: str, *, trial: bool) -> CertificatePicture:
    """The same as the words, to be drawn."""
    return CertificatePicture(
        name=name,
        unit=unit,
        title=one.title,
        score=texts.score(one),
        band=texts.band(one),
        day=one.day,
        number=one.number,
        issuer=texts.ISSUER,
        trial=trial,
    )
