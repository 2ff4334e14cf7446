"""Who holds what: the three key files, their master keys, and what each of them can do."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app import sealing
from app.sealing import envelope as e
from app.sealing.errors import KeysAbsent, KeysRefused, Unreadable

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
BANYUMAS, BIMA = "33.02", "52.72"
ROW = "0b9f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
OTHER = "1c0f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
CANARY = "KANARI-4711"


@pytest.fixture
def folder(tmp_path):
    folder = sealing.KeyFolder(tmp_path / "keys")
    folder.make_missing([BANYUMAS, BIMA], NOON)
    return folder


@pytest.fixture
def opener(folder):
    return folder.load_opener()


def settings_of(tmp_path, **other):
    given = {"data_dir": tmp_path / "data", "keys_dir": tmp_path / "keys", "masters": {}}
    return SimpleNamespace(**given | {"production": False, "parts": frozenset()} | other)


# The files ------------------------------------------------------------------------------------


def test_key_files_and_masters_belong_to_their_owner_alone(folder):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()}

    assert set(modes) >= {"district.keys", "phones.keys", "signing.key", "master.district"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["district.keys", "master.district"])
def test_a_file_that_others_may_read_is_refused_by_name(folder, name):
    (folder.path / name).chmod(0o640)

    with pytest.raises(KeysRefused, match=name):
        folder.load_opener()


def test_making_what_is_missing_keeps_what_is_there(folder):
    before = {path: path.read_bytes() for path in folder.path.iterdir()}

    folder.make_missing([BANYUMAS, BIMA], NOON)

    assert {path: path.read_bytes() for path in folder.path.iterdir()} == before


def test_two_that_start_together_agree_on_one_key(tmp_path):
    script = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from app.sealing import KeyFolder; f = KeyFolder(Path(sys.argv[1]));"
        "f.make_missing(['33.02'], datetime.now(UTC));"
        "print(f.load_opener().vapid_public, f.load_signer().fingerprint)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "keys")]

    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {each.communicate()[0] for each in both}

    assert [each.returncode for each in both] == [0, 0]
    assert len(said) == 1


def test_a_stolen_data_directory_opens_nothing(tmp_path, folder, opener):
    stolen = tmp_path / "data"
    stolen.mkdir()
    row = opener.seal_row(BANYUMAS, "reports", ROW, {"note": CANARY})
    facts = opener.encrypt("reports", "facts", ROW, {"note": CANARY})
    (stolen / "siaga.db").write_bytes(row.sealed + facts)
    # Even with the wrapped files that go into every backup, but without a master key.
    for name in ("district.keys", "phones.keys", "signing.key"):
        (stolen / name).write_bytes((folder.path / name).read_bytes())
        (stolen / name).chmod(0o600)

    thief = sealing.KeyFolder(stolen)

    for load in (thief.load_opener, thief.load_phone_keys, thief.load_signer):
        with pytest.raises(KeysAbsent):
            load()
    guessing = sealing.KeyFolder(stolen, {"district": bytes(32)})
    with pytest.raises(KeysRefused, match="district.keys"):
        guessing.load_opener()
    everything = b"".join(path.read_bytes() for path in stolen.iterdir())
    assert CANARY.encode() not in everything


def test_one_master_key_does_not_open_another_file(folder):
    masters = {"phones": bytes.fromhex((folder.path / "master.district").read_text())}

    with pytest.raises(KeysRefused):
        sealing.KeyFolder(folder.path, masters).load_phone_keys()


def test_production_refuses_keys_inside_the_data_directory(tmp_path):
    inside = settings_of(tmp_path, production=True, keys_dir=tmp_path / "data" / "keys")

    with pytest.raises(KeysRefused, match="inside the data directory"):
        sealing.KeyFolder.of(inside)
    with pytest.raises(KeysRefused):
        sealing.make_development_keys(settings_of(tmp_path, production=True), [BANYUMAS])


def test_production_takes_no_master_key_that_lies_beside_the_files(folder):
    in_production = sealing.KeyFolder(folder.path, {}, production=True)

    with pytest.raises(KeysAbsent):
        in_production.load_opener()


def test_rotating_keeps_the_private_halves(folder, opener):
    old = opener.seal_row(BANYUMAS, "reports", ROW, {"note": "lama"})

    folder.rotate(BANYUMAS, NOON - timedelta(days=1))  # by a clock that was set back

    fresh = folder.load_opener()
    kids = [pair.kid for pair in fresh.public_keys("intake", BANYUMAS)]
    moments = [pair.not_before for pair in fresh.public_keys("intake", BANYUMAS)]
    assert kids == ["intake.33.02.1", "intake.33.02.2"]
    assert moments == sorted(moments)
    assert fresh.open_row("reports", ROW, *old) == {"note": "lama"}
    assert fresh.seal_row(BANYUMAS, "reports", ROW, {}).kid == "archive.33.02.2"
    assert fresh.seal_row(BIMA, "reports", ROW, {}).kid == "archive.52.72.1"


# The opener -----------------------------------------------------------------------------------


def test_an_envelope_opens_with_the_districts_intake_key_only(opener):
    bima = opener.public_keys("intake", BIMA)[-1]
    sealed = e.seal(bima.public, e.envelope_info(bima.kid, ROW, 1), {"act": "call.me"}, e.ACT_SIZES)

    assert opener.open_envelope(bima.kid, ROW, 1, sealed) == {"act": "call.me"}
    for kid in ("intake.33.02.1", "intake.52.72.9", "archive.52.72.1", "nonsense"):
        with pytest.raises(Unreadable):
            opener.open_envelope(kid, ROW, 1, sealed)


def test_the_text_of_a_row_opens_in_its_own_row_only(opener):
    row = opener.seal_row(BANYUMAS, "reports", ROW, {"note": "aman"})

    assert opener.open_row("reports", ROW, *row) == {"note": "aman"}
    for table, row_id in (("reports", OTHER), ("visits", ROW)):
        with pytest.raises(Unreadable):
            opener.open_row(table, row_id, *row)


def test_the_public_process_can_seal_a_row_that_it_cannot_open(opener):
    archive = opener.public_keys("archive", BANYUMAS)[-1]

    row = sealing.seal_to_district_row(
        archive.public, archive.kid, "push_subscriptions", ROW, {"endpoint": "https://push.example"}
    )

    opened = opener.open_row("push_subscriptions", ROW, *row)
    assert opened == {"endpoint": "https://push.example"}


def test_coded_facts_are_bound_to_their_place(opener):
    locked = opener.encrypt("reports", "facts", ROW, {"violence": ["physical"]})

    assert opener.decrypt("reports", "facts", ROW, locked) == {"violence": ["physical"]}
    assert locked != opener.encrypt("reports", "facts", ROW, {"violence": ["physical"]})
    places = [("visits", "facts", ROW), ("reports", "label", ROW), ("reports", "facts", OTHER)]
    for place in places:
        with pytest.raises(Unreadable):
            opener.decrypt(*place, locked)
    for number in range(len(locked) * 8):
        changed = bytearray(locked)
        changed[number // 8] ^= 1 << number % 8
        with pytest.raises(Unreadable):
            opener.decrypt("reports", "facts", ROW, bytes(changed))


def test_a_number_has_one_blind_hash_however_it_is_written(opener):
    written = {"0812-0000-0000", "+62 812 0000 0000", "6281200000000", "(0812) 00000000"}

    assert len({opener.blind(BANYUMAS, number) for number in written}) == 1
    assert 0 <= opener.blind(BANYUMAS, "081200000000") < 2**16
    numbers = [f"0812000000{n:02}" for n in range(20)]
    assert [opener.blind(BANYUMAS, n) for n in numbers] != [opener.blind(BIMA, n) for n in numbers]


def test_no_key_holder_shows_a_key(folder, opener):
    kept = json.dumps(folder._read("district")) + json.dumps(folder._read("phones"))
    shown = f"{opener!r} {folder.load_phone_keys()!r} {folder.load_signer()!r} {folder!r}"

    secrets = [pair["private"] for pair in folder._read("district")["pairs"]]
    assert all(secret in kept and secret not in shown for secret in secrets)
    assert "intake.33.02.1" in shown
    assert repr(opener.public_keys("intake", BANYUMAS)[0]) == "<Pair intake.33.02.1>"


def test_the_crypto_needs_no_flask():
    script = (
        "import sys; sys.modules['flask'] = None; sys.path.insert(0, '.')\n"
        "import importlib.util as u, types\n"
        "app = types.ModuleType('app'); app.__path__ = ['app']; sys.modules['app'] = app\n"
        "import app.sealing as s; print(s.ACT_SIZES[0])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stdout == "1024\n", done.stderr


# Phones ---------------------------------------------------------------------------------------


def test_a_share_is_wrapped_for_one_device(folder):
    keys, share = folder.load_phone_keys(), bytes(range(32))

    wrapped = keys.wrap_share(ROW, share)

    assert share not in wrapped
    assert keys.unwrap_share(ROW, wrapped) == share
    with pytest.raises(Unreadable):
        keys.unwrap_share(OTHER, wrapped)


def test_the_server_keeps_no_verifier(folder):
    keys, a = folder.load_phone_keys(), b"a" * 32

    mac = keys.verifier_mac(a)

    assert keys.verifies(a, mac) and not keys.verifies(b"b" * 32, mac)
    assert mac != a
    other = sealing.PhoneKeys(pepper=bytes(32), share_wrap=bytes(32), receipt_key=bytes(32))
    assert other.verifier_mac(a) != mac


def test_a_receipt_can_be_checked_after_its_envelope_is_lost(folder):
    keys, sha256 = folder.load_phone_keys(), "ab" * 32

    receipt = keys.receipt(1_790_000_000, 7, ROW, sha256)

    assert receipt.startswith("1790000000.7.")
    assert keys.check_receipt(receipt) == (1_790_000_000, 7)
    assert keys.check_receipt(receipt, ROW, sha256) == (1_790_000_000, 7)
    assert keys.check_receipt(receipt, OTHER, sha256) is None
    assert keys.check_receipt(receipt, ROW, "cd" * 32) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(".7.", ".8."),
        lambda text: text.replace(".7.", ".07."),
        lambda text: text[:-20],
        lambda text: text + ".1",
        lambda text: "",
        lambda text: "..",
        lambda text: "1.2.é",
        lambda text: "9" * 30 + ".1.x",
    ],
)
def test_a_receipt_that_this_server_did_not_write_says_nothing(folder, change):
    keys = folder.load_phone_keys()

    assert keys.check_receipt(change(keys.receipt(17, 7, ROW, "ab" * 32))) is None


def test_a_cursor_is_good_for_one_device(folder):
    keys = folder.load_phone_keys()

    cursor = keys.cursor(17, 3, 40, ROW)

    assert keys.read_cursor(cursor, ROW) == (17, 3, 40)
    assert keys.read_cursor(cursor, OTHER) is None
    assert keys.read_cursor(cursor.replace(".3.", ".4."), ROW) is None
    assert keys.read_cursor("not a cursor", ROW) is None
    assert keys.check_receipt(cursor) is None


def test_four_digits_follow_from_device_and_key():
    digits = sealing.match_digits(ROW, b"\x04" + b"\x01" * 64)

    assert digits == sealing.match_digits(ROW, b"\x04" + b"\x01" * 64) == "6999"
    assert digits != sealing.match_digits(ROW, b"\x04" + b"\x02" * 64)


# The key list ---------------------------------------------------------------------------------


def test_a_changed_key_list_is_found(folder, opener):
    signer = folder.load_signer()
    good = signer.key_list(BANYUMAS, 3, NOON, opener.public_keys("intake", BANYUMAS))

    assert len(good.signature) == 64
    assert good.signed.startswith(b'siaga/keys/1|{"district":"33.02","serial":3,')
    assert sealing.signature_holds(good)
    swapped = good.signed.replace(b"intake.33.02.1", b"intake.33.02.9")
    for signed, signature, point in (
        (swapped, good.signature, good.signer),
        (good.signed, bytes(64), good.signer),
        (good.signed, good.signature[:63], good.signer),
        (good.signed, good.signature, opener.public_keys("intake", BANYUMAS)[0].public),
        (good.signed, good.signature, b"no point"),
        (good.signed.removeprefix(b"siaga/keys/1|"), good.signature, good.signer),
    ):
        assert not sealing.signature_holds(sealing.SignedList(signed, signature, point))


def test_the_next_signer_is_known_before_it_signs(folder, opener):
    before = folder.load_signer()
    listed = before.key_list(BANYUMAS, 1, NOON, opener.public_keys("intake", BANYUMAS)).listed

    folder.rotate_signer()

    after = folder.load_signer()
    assert sealing.b64(after.point) == listed["next_signer"]
    assert after.fingerprint != before.fingerprint
    assert len(after.fingerprint) == 32
