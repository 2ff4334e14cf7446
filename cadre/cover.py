"""What the app calls itself where others can see it: set before installing, then fixed; neutral."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

# Twenty-four pictures without meaning, old enough for every phone's font. Number 1 is the first.
PICTURES = (
    *("🥥", "🍈", "🌙", "⭐", "🐟", "🌻", "🍌", "🐓"),
    *("🐐", "🌴", "🍉", "⛵", "🚲", "🎈", "🔔", "🐢"),
    *("🐸", "🍍", "🎋", "🌽", "🍵", "🌂", "🐞", "🍄"),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """One identity: name, place, reason for a locked door, tips, and the colour of the band."""

    code: str
    name: str
    place: str
    reason: object
    tips: tuple[object, ...]
    colour: str

    @property
    def notice(self) -> object:
        """The only sentence that a notification ever says."""
        return _l("%(book)s: calendar updated.", book=self.name)


COVERS = {
    "posyandu": Cover(
        "posyandu",
        "Buku Kader",
        "Posyandu",
        _l("Notes on mothers and toddlers are confidential"),
        (
            _l("Ask expectant mothers to bring their health book to every check-up."),
            _l("Weigh toddlers every month, and write it down at once."),
            _l("Wash hands with soap before cooking and feeding."),
            _l("Vegetables and an egg a day: good for toddlers."),
            _l("Empty the water jars once a week, against mosquitoes."),
            _l("Remind families of vaccination days a week before."),
        ),
        "#24427e",
    ),
    "warga": Cover(
        "warga",
        "Buku Warga",
        "Kegiatan warga",
        _l("Notes on families are confidential"),
        (
            _l("Check the street lamps before the rainy season."),
            _l("Write down the days of community work here."),
            _l("Empty the water jars once a week, against mosquitoes."),
            _l("Keep the numbers to call where everybody finds them."),
            _l("Sort the waste: wet, dry, and what can be sold."),
            _l("Look in on elderly neighbours this month."),
        ),
        "#1c5f45",
    ),
}
