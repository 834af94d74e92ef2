"""A witness signs that a log only grew since it last looked; a log that shrank or was forked is refused and named."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.cli import main
from qanat.errors import RegisterError
from qanat.jobs.witnessing import WitnessRequest, ask, sign, take, witnesses
from qanat.register.entries import brief_entry
from qanat.register.notes import Signer, checkpoint_text, signer
from qanat.register.tree import growth
from qanat.register.witnessing import Asked, Memory, asked, read_asked, read_memory, read_seen, seen, seen_file
from qanat.store import Disk
from qanat.verify import ENDORSER, LOG, WITNESS, brief, checkpoint, consistent, digest_of_brief, key, leaf, root
from qanat.verify_store import store as checked
from tests.build import batch, figure

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WATCH = signer("watch.example", WITNESS, sha256(b"watch").digest())
HOUSE = signer("house.example", LOG, sha256(b"house").digest())


@dataclass(frozen=True)
class Scene:
    """A store with three runs in its log, and a witness's desk."""

    disk: Disk
    desk: Path

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return len(self.disk.ledger.log.entries())

    def request(self, file: Path | None = None) -> WitnessRequest:
        """What the witness is to sign."""
        return WitnessRequest(file=file, secret=self.desk / "watch.key", memory=self.desk / "memory.json")

    def asked(self, since: int | None = None) -> Path:
        """What the log sends."""
        file = self.desk / "asked.json"
        file.write_text(ask(self.disk, since)[1], encoding="utf-8")
        return file

    def seen(self, since: int | None = None, now: datetime = NOW) -> Path:
        """What the witness sends back."""
        file = self.desk / "seen.json"
        file.write_text(sign(self.request(self.asked(since)), None, now)[1], encoding="utf-8")
        return file

    def grow(self, name: str) -> None:
        """One more run."""
        self.disk.put(batch(name, figure(place="PER")))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    disk = Disk(tmp_path / "home")
    for name in ("a", "b", "c"):
        disk.put(batch(name, figure()))
    known(disk.home, WATCH)
    (tmp_path / "watch.key").write_text(WATCH.text, encoding="utf-8")
    return Scene(disk, tmp_path)


def known(folder: Path, *keys: Signer) -> None:
    lines = [f'[[key]]\nagency = "ocha"\npublic = "{one.public.text}"' for one in keys]
    (folder / "agencies.toml").write_text("\n".join(lines), encoding="utf-8")


def test_a_witness_signs_what_grew_and_the_store_keeps_and_shows_it(scene: Scene) -> None:
    first = scene.size
    found = take(scene.seen(), None, scene.disk, NOW)
    assert [(one["witness"], one["agency"], one["size"], one["time"]) for one in found["witnesses"]] == [
        ("watch.example", "ocha", first, "2026-11-24T12:00:00Z")
    ]
    scene.grow("d")
    later = take(scene.seen(now=NOW + timedelta(hours=1)), None, scene.disk, NOW + timedelta(hours=1))
    assert [one["size"] for one in later["witnesses"]] == [
        first,
        first + 2,
    ]  # the co-signature and a run came in between
    assert later["size"] == first + 3


def test_the_second_request_carries_the_proof_from_what_was_signed_before(scene: Scene) -> None:
    take(scene.seen(), None, scene.disk, NOW)
    scene.grow("d")
    request = read_asked(scene.asked().read_text(encoding="utf-8"))
    before = scene.disk.ledger.log.entries()[: request.old]
    assert request.old == 3
    assert consistent((request.old, root([leaf(one) for one in before])), (request.now.size, request.now.root), request.proof)  # fmt: skip
    inside = json.loads(scene.asked().read_text(encoding="utf-8"))["request"]
    assert inside.startswith("old 3\n")  # C2SP tlog-witness
    assert inside.partition("\n\n")[2] == request.note


def test_a_witness_may_read_a_store_at_hand(scene: Scene) -> None:
    told, _ = sign(scene.request(), scene.disk, NOW)
    assert (told["first"], told["since"], told["size"]) == (True, 0, scene.size)
    scene.grow("d")
    told, _ = sign(scene.request(), scene.disk, NOW)
    assert (told["first"], told["since"], told["size"]) == (False, 3, scene.size)


ENTRIES = [f"entry {at}".encode() for at in range(9)]


def question(entries: list[bytes], old: int, log: Signer = HOUSE) -> Asked:
    """What a log with these entries asks a witness that signed `old` of them."""
    note = checkpoint_text(len(entries), root([leaf(one) for one in entries]), log)
    return asked(entries, old, {"key": log.public.text, "checkpoint": note})


def memory(entries: list[bytes]) -> Memory:
    """The memory of a witness that signed a log with these entries."""
    return Memory({}).remembering(HOUSE.public, question(entries, 0).note)


@given(old=st.integers(1, 9), more=st.integers(0, 9), at=st.integers(0, 8))
def test_every_log_that_only_grew_is_signed_and_none_with_an_altered_entry(old: int, more: int, at: int) -> None:
    entries = [f"entry {n}".encode() for n in range(old + more)]
    note = seen(question(entries, old), memory(entries[:old]), WATCH, 5)
    assert checkpoint(note).witnessed_by(WATCH.public) == 5
    forked = [one if n != at % old else b"altered" for n, one in enumerate(entries)]
    with pytest.raises(RegisterError, match="forked"):
        seen(question(forked, old), memory(entries[:old]), WATCH, 5)


def test_a_log_that_shrank_is_refused_and_named() -> None:
    with pytest.raises(RegisterError, match=r"the log house\.example shrank: 9 entries were signed for, now it has 7"):
        seen(question(ENTRIES[:7], 7), memory(ENTRIES), WATCH, 5)


def test_a_log_with_another_root_of_the_same_size_is_a_fork() -> None:
    with pytest.raises(RegisterError, match=r"forked: of its 9 entries another root was signed for"):
        seen(question([*ENTRIES[:8], b"other"], 9), memory(ENTRIES), WATCH, 5)


def test_a_proof_that_begins_elsewhere_is_refused_with_where_to_begin() -> None:
    with pytest.raises(RegisterError, match="ask again with --since 5"):
        seen(question(ENTRIES, 3), memory(ENTRIES[:5]), WATCH, 5)
    with pytest.raises(RegisterError, match="cannot have signed 10 of it"):
        question(ENTRIES, 10)


def test_a_proof_of_another_history_is_no_proof() -> None:
    honest = question(ENTRIES, 5)
    swapped = growth([leaf(b"x"), *(leaf(one) for one in ENTRIES[1:])], 5)
    for proof in (tuple(swapped), honest.proof[:-1], (*honest.proof, bytes(32)), ()):
        with pytest.raises(RegisterError, match="forked"):
            seen(Asked(log=honest.log, old=5, proof=proof, note=honest.note), memory(ENTRIES[:5]), WATCH, 5)


def test_a_checkpoint_the_log_did_not_sign_is_forged() -> None:
    other = question(ENTRIES, 0, signer("house.example", LOG, bytes(32)))
    with pytest.raises(RegisterError, match="forged"):
        seen(Asked(log=HOUSE.public, old=0, proof=(), note=other.note), Memory({}), WATCH, 5)


def test_nothing_is_remembered_of_what_was_refused(scene: Scene) -> None:
    scene.seen()
    before = (scene.desk / "memory.json").read_bytes()
    rolled_back = question(ENTRIES[:2], 2)
    content = json.loads(before)
    (log,) = content["logs"]
    file = scene.desk / "other.json"
    file.write_text(rolled_back.text.replace(HOUSE.public.text, log), encoding="utf-8")
    with pytest.raises(RegisterError, match="forged"):
        sign(scene.request(file), None, NOW)
    assert (scene.desk / "memory.json").read_bytes() == before
    with pytest.raises(RegisterError, match="this is no memory of a witness"):
        read_memory("{}")
    with pytest.raises(RegisterError, match="asks nothing of a witness"):
        read_asked('{"schema": "qanat.witness-ask/1", "log": "x", "request": "old -1\\n\\n"}')


def test_a_store_put_back_to_an_earlier_day_is_not_signed_again(scene: Scene, tmp_path: Path) -> None:
    """The one thing a store alone cannot show: a whole copy of an earlier day looks sound by itself."""
    import shutil

    shutil.copytree(scene.disk.home, tmp_path / "earlier")
    scene.grow("d")
    sign(scene.request(), scene.disk, NOW)
    earlier = Disk(tmp_path / "earlier")
    assert checked(earlier.home).faults == []
    with pytest.raises(RegisterError, match="shrank: 4 entries were signed for, now it has 3"):
        sign(scene.request(), earlier, NOW)
    earlier.put(batch("instead", figure(place="CHL")))
    with pytest.raises(RegisterError, match="forked: of its 4 entries another root"):
        sign(scene.request(), earlier, NOW)
    earlier.close()


def refused(scene: Scene, file: Path, says: str, now: datetime = NOW) -> None:
    before = scene.disk.ledger.log.entries()
    with pytest.raises(RegisterError, match=says):
        take(file, None, scene.disk, now)
    assert scene.disk.ledger.log.entries() == before


def test_a_co_signature_is_kept_only_where_all_of_it_holds(scene: Scene) -> None:
    file = scene.seen()
    refused(scene, file, "dated 2026-11-24T12:00:00Z, after now", NOW - timedelta(seconds=1))
    note, owner = read_seen(file.read_text(encoding="utf-8"))
    forged = scene.desk / "forged.json"
    forged.write_text(seen_file(note.replace("\n3\n", "\n2\n"), owner), encoding="utf-8")
    refused(scene, forged, "forged")
    known(scene.disk.home, HOUSE)
    refused(scene, file, r"the witness watch\.example is not known here; if it is sound, add it to agencies\.toml")
    known(scene.disk.home, WATCH)
    take(file, None, scene.disk, NOW)
    refused(scene, file, r"of 3 entries or more by watch\.example is kept already \(replayed\)")


def test_a_co_signature_of_another_history_or_a_longer_log_is_refused(scene: Scene, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(scene.disk.home, tmp_path / "copy")
    copy = Scene(Disk(tmp_path / "copy"), scene.desk)
    scene.grow("d")
    file = scene.seen()
    refused(copy, file, "it is of 4 entries, the log has 3: this store was rolled back, or is another copy")
    copy.grow("instead")
    refused(copy, file, "of another history: the log's first 4 entries are not those the witness saw")
    copy.disk.close()


def test_the_key_of_an_endorser_or_a_log_cannot_witness(scene: Scene) -> None:
    for kind in (ENDORSER, LOG):
        other = signer("watch.example", kind, WATCH.seed)
        (scene.desk / "watch.key").write_text(other.text, encoding="utf-8")
        with pytest.raises(RegisterError, match="a witness's is needed"):
            scene.seen()
        with pytest.raises(RegisterError, match="only a witness's co-signs a log"):
            read_seen(seen_file(checkpoint_text(1, bytes(32), HOUSE), other.public))


def test_verify_tells_witnesses_apart_from_statements_and_finds_one_that_was_altered(scene: Scene) -> None:
    take(scene.seen(), None, scene.disk, NOW)
    report = checked(scene.disk.home)
    assert report.faults == []
    assert (report.statements, report.checked["co-signatures"]) == ([], 1)
    ((witness, size),) = [(one["witness"], one["size"]) for one in report.witnesses]
    assert (witness, size) == ("watch.example", 3)
    assert [(one["witness"], one["trusted"]) for one in witness_reports(scene)] == [("watch.example", True)]
    # a log that was written anew, with the old co-signature carried over: every signature holds, the history does not
    entries = scene.disk.ledger.log.entries()
    rewritten = Disk(scene.desk / "new")
    rewritten.put(batch("a", figure(value=1.0)))
    rewritten.put(batch("b", figure()))
    rewritten.put(batch("c", figure()))
    rewritten.register.add(entries[-1])
    faults = {(one["what"], one["fault"]) for one in checked(rewritten.home).faults}
    assert faults == {("witness", "forged")}  # another log's key
    rewritten.close()


def witness_reports(scene: Scene) -> list[dict[str, Any]]:
    log = scene.disk.ledger.log.signed("key") or ""

    return checked(scene.disk.home, trusted=[WATCH.public, key(log)]).witnesses


def test_a_history_rewritten_with_the_logs_own_key_is_given_away_by_its_witness(scene: Scene, tmp_path: Path) -> None:
    """Who has the key can sign another history (docs/explanation/register.md); the co-signature does not fit it."""
    import shutil

    take(scene.seen(), None, scene.disk, NOW)
    signed = scene.disk.ledger.log.entries()[-1]
    (tmp_path / "new" / "register").mkdir(parents=True)
    shutil.copy(scene.disk.home / "register" / "key", tmp_path / "new" / "register" / "key")
    rewritten = Disk(tmp_path / "new")
    for name, value in (("a", 1.0), ("b", 100.0), ("c", 100.0)):
        rewritten.put(batch(name, figure(value=value)))
    assert checked(rewritten.home).faults == []
    rewritten.register.add(signed)
    (fault,) = checked(rewritten.home).faults
    assert (fault["what"], fault["fault"]) == ("log", "rolled back")
    assert "watch.example signed another history of its first 3 entries" in fault["why"]
    rewritten.close()


def answered(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == code
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    fits(content)
    return content


def fits(content: dict[str, Any]) -> None:
    name = content["schema"].removeprefix("qanat.").split("/")[0]
    schema = json.loads(files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)


@pytest.mark.slow  # verifies all of the edition twice
def test_the_commands_do_the_same_and_print_what_their_schemas_say(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QANAT_HOME", str(scene.disk.home))
    desk = scene.desk
    made = answered(capsys, "witness", "key", "second.example", "--out", str(desk / "second.key"))
    keys = desk / "keys.toml"
    keys.write_text(f'[[key]]\nagency = "iom"\npublic = "{made["public"]}"\n', encoding="utf-8")
    answered(capsys, "witness", "ask", "--out", str(desk / "ask.json"))
    signing = ("--key", str(desk / "second.key"), "--memory", str(desk / "m.json"), "--out", str(desk / "seen.json"))
    signed = answered(capsys, "witness", "sign", str(desk / "ask.json"), *signing)
    assert signed["first"]
    for name in ("ask", "m", "seen"):
        fits(json.loads((desk / f"{name}.json").read_text(encoding="utf-8")))
    taken = answered(capsys, "witness", "take", str(desk / "seen.json"), "--keys", str(keys))
    assert [(one["witness"], one["agency"]) for one in taken["witnesses"]] == [("second.example", "iom")]
    shown = answered(capsys, "witness", "show", "--keys", str(keys))
    assert shown == taken
    found = answered(capsys, "verify")
    assert (found["sound"], found["statements"]) == (True, [])
    assert [(one["witness"], one["trusted"]) for one in found["witnesses"]] == [("second.example", False)]
    assert main(["verify"]) == 0
    told = capsys.readouterr().out
    assert "WITNESS " in told
    assert "until then it had only grown" in told
    assert "endorses" not in told
    assert witnesses(scene.disk)["witnesses"][0]["agency"] is None


def test_a_brief_carries_what_a_witness_saw_and_one_of_another_history_is_given_away(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    take(scene.seen(), None, scene.disk, NOW)
    scene.grow("d")
    content: dict[str, Any] = {"schema": "qanat.brief/1", "country": "COL"}
    data = brief_entry("COL", digest_of_brief(content))
    content["register"] = scene.disk.register.attested(data, ["a:0", "d:0"])
    sound = brief(content, [WATCH.public, key(scene.disk.ledger.log.signed("key") or "")])
    assert sound.faults == []
    assert [(one["witness"], one["size"], one["trusted"]) for one in sound.witnesses] == [("watch.example", 3, True)]
    assert sound.statements == []
    told = content["register"]["witnessed"][0]
    for altered in ({"proof": told["proof"][1:]}, {"proof": [told["proof"][0]] * len(told["proof"])}):
        content["register"]["witnessed"] = [{**told, **altered}]
        assert ("log", "rolled back") in {(one["what"], one["fault"]) for one in brief(content).faults}
    content["register"]["witnessed"] = [{**told, "checkpoint": told["checkpoint"].replace("\n3\n", "\n2\n")}]
    assert any("forged" in one["why"] for one in brief(content).faults)
    content["register"]["witnessed"] = [told]
    file = scene.desk / "brief.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert main(["verify", "--brief", str(file)]) == 0
    assert "saw the log at 3 entries" in capsys.readouterr().out
