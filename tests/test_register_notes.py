"""Keys and what they sign: C2SP signed notes and checkpoints; a witness and an endorser are never taken for each other."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from qanat.errors import AskError, RegisterError
from qanat.register.notes import checkpoint_text, read_signer, signer, witnessed
from qanat.register.statements import Figure, Statement, read_statement, signed
from qanat.verify import ENDORSER, LOG, WITNESS, Key, Unsound, checkpoint, cosigned, key

# The key and the note in the documentation of golang.org/x/mod/sumdb/note, which C2SP signed-note was made from
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NOTE = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

HOUSE = signer("qanat.example", LOG, bytes(range(32)))
WATCH = signer("watch.example", WITNESS, bytes(range(1, 33)))
IOM = signer("iom.example", ENDORSER, bytes(range(2, 34)))
ROOT = bytes(range(32))
FIGURE = Figure(run="a", row=0, root="00", leaf="11")
SAID = Statement(says="endorse", agency="iom", figure=FIGURE, by=None, made=date(2026, 11, 24), sequence=1)


def test_the_note_in_gos_documentation_is_signed_by_its_key() -> None:
    public = key(PETER)
    assert (public.name, public.id.hex(), public.purpose, public.text) == ("PeterNeumann", "c74f20a3", "log", PETER)
    signature = base64.b64decode(SIGNATURE)
    assert signature[:4] == public.id
    assert public.signed(signature[4:], NOTE.encode())
    assert read_signer(SECRET, LOG).sign(NOTE.encode()) == signature[4:]
    assert read_signer(SECRET, LOG).text.strip() == SECRET


def test_the_key_of_gos_checksum_database_is_read() -> None:
    assert key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name == "sum.golang.org"


def test_a_checkpoint_is_origin_size_and_root_signed_by_the_log() -> None:
    text = checkpoint_text(42, ROOT, HOUSE)
    assert text.startswith("qanat.example\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n\u2014 qanat.example ")
    told = checkpoint(text)
    assert (told.origin, told.size, told.root) == ("qanat.example", 42, ROOT)
    assert told.signed_by(HOUSE.public)
    assert not told.signed_by(signer("qanat.example", LOG, bytes(32)).public)
    assert not checkpoint(text.replace("\n42\n", "\n43\n")).signed_by(HOUSE.public)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\nAA==\n", "a\n01\nAA==\n\n\u2014 a AAAAAAA=\n", "a\n-1\nAA==\n\n\u2014 a AAAAAAA=\n", "a\n1\nAA==\n\n- a AAAAAAA=\n", "a\n1\n!\n\n\u2014 a AAAAAAA=\n", "a\n1\nAA==\n\n\u2014 a AAAA\n"],
)  # fmt: skip
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Unsound):
        checkpoint(text)


def test_a_witness_says_when_it_saw_the_log_grow_and_nothing_else() -> None:
    text = checkpoint_text(42, ROOT, HOUSE)
    seen = witnessed(checkpoint(text), text, WATCH, 1_700_000_000)
    told = checkpoint(seen)
    assert told.witnessed_by(WATCH.public) == 1_700_000_000
    assert told.signed_by(HOUSE.public), "the log's own signature still stands"
    assert told.witnessed_by(HOUSE.public) is None, "a log does not witness itself"
    assert not told.signed_by(WATCH.public), "a witness does not sign for a log"
    assert len(seen.encode()) < 500


def test_a_witness_cannot_endorse_and_an_endorser_cannot_witness() -> None:
    with pytest.raises(RegisterError, match="a witness's key"):
        signed(SAID, WATCH)
    text = checkpoint_text(42, ROOT, HOUSE)
    assert checkpoint(witnessed(checkpoint(text), text, IOM, 1)).witnessed_by(IOM.public) is None
    envelope = signed(SAID, IOM)
    assert read_statement(envelope, IOM.public) == SAID
    for kind in (LOG, WITNESS):
        with pytest.raises(RegisterError, match="only an endorser's key speaks about figures"):
            read_statement(envelope, Key(IOM.public.name, kind, IOM.public.public))
    with pytest.raises(RegisterError, match="never share a key"):
        read_signer(WATCH.text, ENDORSER)


def test_a_co_signature_by_the_same_secret_is_no_endorsement_even_when_put_into_an_envelope() -> None:
    same = signer("iom.example", WITNESS, IOM.seed)
    assert same.public.id != IOM.public.id
    body = checkpoint(checkpoint_text(1, ROOT, HOUSE)).body
    stolen = base64.b64encode(same.sign(cosigned(1, body))).decode()
    envelope = signed(SAID, IOM)
    own = envelope.split('"sig":"')[1].split('"')[0]
    with pytest.raises(RegisterError, match="forged"):
        read_statement(envelope.replace(own, stolen), IOM.public)


@pytest.mark.parametrize(
    "change", [("iom", "ocha"), ("endorse", "dispute"), ("2026-11-24", "2026-11-25"), ('"row":0', '"row":1')]
)
def test_a_statement_with_one_word_changed_is_forged(change: tuple[str, str]) -> None:
    envelope = signed(SAID, IOM)
    payload = envelope.split('"payload":"')[1].split('"')[0]
    words = base64.b64decode(payload).decode()
    altered = base64.b64encode(words.replace(*change).encode()).decode()
    assert altered != payload
    with pytest.raises(RegisterError, match="forged"):
        read_statement(envelope.replace(payload, altered), IOM.public)


@pytest.mark.parametrize(
    "bad",
    ["", "x", PETER.replace("c74f20a3", "c74f20a4"), PETER[:-4], PETER.replace("+AR", "+AA"), "two words" + PETER],
)
def test_a_public_key_that_was_altered_is_told(bad: str) -> None:
    with pytest.raises(Unsound):
        key(bad)


@pytest.mark.parametrize("bad", ["", "PRIVATE+KEY+x", SECRET[:-6], SECRET.replace("c74f", "c74e"), "x" + SECRET])
def test_a_private_key_that_was_altered_is_told(bad: str) -> None:
    with pytest.raises(RegisterError, match="private key"):
        read_signer(bad, LOG)


def test_a_key_needs_a_name_that_fits_in_a_line() -> None:
    with pytest.raises(AskError, match="no spaces and no plus"):
        signer("the agency", ENDORSER, bytes(32))
