"""Agencies endorse, dispute and replace figures with their keys; what does not hold is refused and the store left as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from qanat.errors import AskError, NothingFound, RegisterError
from qanat.jobs.endorsing import EndorseRequest, endorse, stated, take
from qanat.register.agencies import agencies
from qanat.register.entries import statement_entry
from qanat.register.notes import Signer, signer
from qanat.register.policy import house_policies, judged, policies
from qanat.register.statements import Figure, Statement, envelope_file, signed
from qanat.store import Disk
from qanat.verify import ENDORSER, WITNESS
from tests.build import batch, figure
from tests.registers import NOW, SECRETS, checked, secret, trusted

TODAY = NOW.date()


@pytest.fixture
def store(tmp_path: Path) -> Disk:
    disk = Disk(tmp_path / "home")
    disk.put(batch("unhcr", figure()))
    disk.put(batch("iom", figure(counter="iom", value=130.0, source="iom.example@2026-06-01")))
    disk.put(batch("later", figure(counter="unhcr", value=120.0, source="unhcr.population@2026-06-02")))
    disk.put(batch("elsewhere", figure(counter="iom", place="PER", source="iom.example@2026-06-01")))
    trusted(disk.home, *SECRETS)
    return disk


def request(folder: Path, name: str, key: Signer | None = None, **given: object) -> EndorseRequest:
    made = EndorseRequest(figure="unhcr:0", says="endorse", secret=secret(folder, name, key))
    return replace(made, **given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def standing(store: Disk) -> dict[str, object]:
    """What the house's policy finds of UNHCR's figure."""
    (found,) = stated(store, "unhcr:0")["policies"]
    return dict(found)


def test_a_figure_becomes_official_with_the_government_and_two_agencies(store: Disk, tmp_path: Path) -> None:
    endorse(request(tmp_path, "government"), store, NOW)
    endorse(request(tmp_path, "iom"), store, NOW)
    assert standing(store)["met"] is False
    assert standing(store)["missing"] == [{"least": 1, "of": ["unhcr", "ocha"]}]
    endorse(request(tmp_path, "ocha"), store, NOW)
    assert standing(store) == {
        "figure": "unhcr:0", "policy": "official", "rule": "government + two of iom, unhcr, ocha", "met": True,
        "endorsed": ["government", "iom", "ocha"], "disputed": [], "missing": [],
    }  # fmt: skip
    assert checked(store.home).checked["statements"] == 3


def test_an_agency_that_disputes_does_so_with_its_own_figure_and_no_longer_endorses(
    store: Disk, tmp_path: Path
) -> None:
    endorse(request(tmp_path, "iom"), store, NOW)
    found, _ = endorse(request(tmp_path, "iom", says="dispute", by="iom:0", comment="Lac only"), store, NOW)
    assert found["statements"] == [
        {"says": "dispute", "agency": "iom", "figure": "unhcr:0", "by": "iom:0", "made": "2026-11-24", "sequence": int(NOW.timestamp()) + 1, "comment": "Lac only"}
    ]  # fmt: skip
    assert (standing(store)["endorsed"], standing(store)["disputed"]) == ([], ["iom"])


def test_an_agency_replaces_its_own_figure_and_nobody_elses(store: Disk, tmp_path: Path) -> None:
    endorse(request(tmp_path, "unhcr", says="supersede", by="later:0"), store, NOW)
    with pytest.raises(RegisterError, match="iom cannot replace a figure of unhcr; it may dispute it"):
        endorse(request(tmp_path, "iom", says="supersede", by="iom:0"), store, NOW)


def test_a_dispute_needs_a_figure_of_ones_own_of_the_same_people_place_and_time(store: Disk, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"not of the same people, place and time \(other place\)"):
        endorse(request(tmp_path, "iom", says="dispute", by="elsewhere:0"), store, NOW)
    with pytest.raises(RegisterError, match="not iom's own figure but unhcr's"):
        endorse(request(tmp_path, "iom", says="dispute", by="later:0"), store, NOW)
    with pytest.raises(RegisterError, match="names no figure of its own"):
        endorse(request(tmp_path, "iom", says="dispute"), store, NOW)


def elsewhere(tmp_path: Path, name: str = "iom") -> Path:
    """A statement made in another store with the same runs."""
    other = Disk(tmp_path / f"other-{len(list(tmp_path.iterdir()))}")
    for run in ("unhcr", "iom"):
        other.put(
            batch(
                run, figure() if run == "unhcr" else figure(counter="iom", value=130.0, source="iom.example@2026-06-01")
            )
        )
    keys = trusted(other.home, *SECRETS)
    _, envelope = endorse(request(tmp_path, name, trusted=keys), other, NOW)
    file = tmp_path / f"{name}.statement.json"
    file.write_text(envelope, encoding="utf-8")
    return file


def unchanged(store: Disk, told: str, file: Path, today: date = TODAY) -> None:
    """The statement is refused with these words and the log is as it was."""
    before = store.ledger.log.entries()
    with pytest.raises(RegisterError, match=told):
        take(file, None, store, today)
    assert store.ledger.log.entries() == before
    assert checked(store.home).faults == []


def test_a_statement_made_elsewhere_is_taken_in_once(store: Disk, tmp_path: Path) -> None:
    file = elsewhere(tmp_path)
    assert take(file, None, store, TODAY)["statements"][0]["agency"] == "iom"
    unchanged(store, "replayed", file)


def test_an_earlier_endorsement_cannot_be_brought_in_after_a_later_dispute(store: Disk, tmp_path: Path) -> None:
    earlier = elsewhere(tmp_path)
    endorse(request(tmp_path, "iom", says="dispute", by="iom:0"), store, NOW + timedelta(hours=1))
    unchanged(store, "a later statement of this key", earlier)


def test_a_forged_statement_is_refused(store: Disk, tmp_path: Path) -> None:
    file = elsewhere(tmp_path)
    content = json.loads(file.read_text())
    content["key"] = SECRETS["government"].public.text
    file.write_text(json.dumps(content))
    unchanged(store, "forged", file)


def test_a_statement_in_anothers_name_is_refused(store: Disk, tmp_path: Path) -> None:
    told = store.register.figure("unhcr", 0)[0]
    said = Statement(says="endorse", agency="government", figure=told, by=None, made=TODAY, sequence=1)
    file = tmp_path / "s.json"
    file.write_text(envelope_file(signed(said, SECRETS["iom"]), SECRETS["iom"].public))
    unchanged(store, "is not known as government's", file)


def test_an_unknown_key_is_refused_with_the_lines_that_would_make_it_known(store: Disk, tmp_path: Path) -> None:
    stranger = signer("stranger.example", ENDORSER, bytes(32))
    with pytest.raises(RegisterError, match=r"not known to this store; add it to agencies\.toml"):
        endorse(request(tmp_path, "stranger", stranger), store, NOW)
    (store.home / "agencies.toml").unlink()
    unchanged(store, "is not known as iom's", elsewhere(tmp_path))


def test_a_statement_of_tomorrow_is_refused(store: Disk, tmp_path: Path) -> None:
    unchanged(store, "dated 2026-11-24, after today", elsewhere(tmp_path), TODAY - timedelta(days=1))


def test_a_figure_of_a_future_vintage_cannot_be_endorsed(store: Disk, tmp_path: Path) -> None:
    ahead = batch("future", figure(known=TODAY + timedelta(days=30)))
    store.put(replace(ahead, run=replace(ahead.run, made=NOW + timedelta(days=30))))  # a machine whose clock was wrong
    with pytest.raises(RegisterError, match="future vintage"):
        endorse(request(tmp_path, "iom", figure="future:0"), store, NOW)


def test_a_statement_about_another_figure_under_the_same_name_is_refused(store: Disk, tmp_path: Path) -> None:
    told = store.register.figure("unhcr", 0)[0]
    said = Statement(
        says="endorse", agency="iom", figure=replace(told, leaf="00" * 32), by=None, made=TODAY, sequence=1
    )
    file = tmp_path / "s.json"
    file.write_text(envelope_file(signed(said, SECRETS["iom"]), SECRETS["iom"].public))
    unchanged(store, "about another figure than unhcr:0", file)
    gone = Figure(run="nowhere", row=0, root=told.root, leaf=told.leaf)
    file.write_text(envelope_file(signed(replace(said, figure=gone), SECRETS["iom"]), SECRETS["iom"].public))
    with pytest.raises(NothingFound, match="no run 'nowhere'"):
        take(file, None, store, TODAY)


def test_a_replayed_statement_that_was_put_into_the_log_by_hand_is_found(store: Disk, tmp_path: Path) -> None:
    endorse(request(tmp_path, "iom"), store, NOW)
    (envelope,) = (
        data.decode().split("\n")[2] for data in store.ledger.log.entries() if data.startswith(b"qanat.statement")
    )
    store.register.add(statement_entry(SECRETS["iom"].public.text, envelope))
    (fault,) = checked(store.home).faults
    assert (fault["what"], "replayed" in fault["why"]) == ("statement", True)


@pytest.mark.parametrize("bad", ["{}", "not JSON", '{"schema": "qanat.statement/1", "key": "x", "envelope": {}}'])
def test_a_file_that_is_no_statement_is_refused(store: Disk, tmp_path: Path, bad: str) -> None:
    (tmp_path / "s.json").write_text(bad)
    unchanged(store, "no statement of an agency", tmp_path / "s.json")


def test_a_witness_has_no_say_about_a_figure_even_when_its_key_is_trusted(store: Disk, tmp_path: Path) -> None:
    watch = signer("watch.example", WITNESS, bytes(32))
    (store.home / "agencies.toml").write_text(f'[[key]]\nagency = "iom"\npublic = "{watch.public.text}"\n')
    with pytest.raises(RegisterError, match="never share a key"):
        endorse(request(tmp_path, "watch", watch), store, NOW)
    told = store.register.figure("unhcr", 0)[0]
    envelope = signed(
        Statement(says="endorse", agency="iom", figure=told, by=None, made=TODAY, sequence=1), SECRETS["iom"]
    )
    (tmp_path / "s.json").write_text(envelope_file(envelope, watch.public))
    unchanged(store, "only an endorser's key speaks about figures", tmp_path / "s.json")


def test_every_fault_of_a_file_of_keys_is_told_at_once() -> None:
    text = '[[key]]\nagency = "iomm"\npublic = "x"\n[[key]]\nagency = "iom"\n[other]\n'
    with pytest.raises(
        AskError, match=r"unknown 'other'; key 1: 'iomm' is no agency .* did you mean 'iom'\?; key 2: has agency"
    ):
        agencies(text, "agencies.toml")
    with pytest.raises(AskError, match="is not TOML"):
        agencies("[[", "agencies.toml")


def test_the_houses_policy_is_the_one_the_field_speaks_of() -> None:
    (official,) = house_policies()
    assert [(term.least, term.of) for term in official.terms] == [(1, ("government",)), (2, ("iom", "unhcr", "ocha"))]


@pytest.mark.parametrize(
    ("rule", "told"),
    [("goverment", "did you mean 'government'"), ("three of iom, unhcr", "cannot give"), ("no of iom", "cannot give"), ("two of iom, iom", "cannot give"), ("", "no agency")],
)  # fmt: skip
def test_a_policy_that_cannot_be_met_or_read_is_refused(rule: str, told: str) -> None:
    with pytest.raises(AskError, match=told):
        policies(f'official = "{rule}"', "policies.toml")


def test_a_policy_looks_at_the_last_word_of_each_agency() -> None:
    (rule,) = policies('agreed = "2 of iom, unhcr"', "policies.toml")
    told = Figure(run="a", row=0, root="", leaf="")
    said = [
        Statement(says=says, agency=agency, figure=told, by=None, made=TODAY, sequence=at)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        for at, (agency, says) in enumerate([("iom", "endorse"), ("unhcr", "dispute"), ("unhcr", "endorse")])
    ]
    assert judged(rule, said).met
    assert not judged(rule, said[:2]).met
