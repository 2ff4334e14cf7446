"""A statement that stands: its constants are written out, its blanks keep their names."""

from sqlalchemy import String, bindparam, select

from app.models import Referral
from app.services.standing import standing


def test_constants_are_written_out_and_only_the_blanks_are_asked():
    query = select(Referral.id).where(
        Referral.state.in_(["new", "it's"]),
        Referral.risk == "high",
        Referral.district == bindparam("district", type_=String()),
    )

    said = standing(query.limit(51)).compile()

    assert set(said.params) == {"district"}
    assert "IN ('new', 'it''s')" in str(said) and "risk = 'high'" in str(said)
    assert "LIMIT 51" in str(said)
