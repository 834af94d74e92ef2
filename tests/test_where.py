"""Where the store is: the flag, then the environment, then a file above, then the user's data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from qanat.errors import AskError
from qanat.store.settings import settings
from qanat.store.where import home


def test_the_flag_wins_over_all(tmp_path: Path) -> None:
    (tmp_path / "qanat.toml").write_text('home = "from-file"')
    found = home(tmp_path / "flag", environment={"QANAT_HOME": "/elsewhere"}, working=tmp_path)
    assert (found.folder, found.decided) == (tmp_path / "flag", "--home")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "qanat.toml").write_text('home = "from-file"')
    found = home(environment={"QANAT_HOME": str(tmp_path / "env")}, working=tmp_path)
    assert (found.folder, found.decided) == (tmp_path / "env", "QANAT_HOME")


def test_the_nearest_file_above_is_read_and_its_path_is_from_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "qanat.toml").write_text('home = "store"')
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    found = home(environment={}, working=deep)
    assert (found.folder, found.decided, found.file) == (tmp_path / "store", "qanat.toml", tmp_path / "qanat.toml")


def test_each_setting_is_the_nearest_files_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "qanat.toml").write_text('home = "store"\n[precedence]\nidps = ["iom"]\n')
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "qanat.toml").write_text('[precedence]\nidps = ["unhcr"]\n')
    assert home(environment={}, working=tmp_path / "deep").folder == tmp_path / "store"
    assert settings(tmp_path / "deep").precedence == {"idps": ("unhcr",)}
    assert settings(tmp_path).precedence == {"idps": ("iom",)}


def test_without_any_it_is_the_users_data_folder(tmp_path: Path) -> None:
    found = home(environment={}, working=tmp_path)
    assert found.decided == "user data folder"
    assert found.folder.name == "qanat"


@pytest.mark.parametrize(
    ("text", "says"), [("home = ", "is not TOML"), ('hom = "x"', "unknown keys hom"), ("home = 3", "must be text")]
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "qanat.toml").write_text(text)
    with pytest.raises(AskError, match=says):
        home(environment={}, working=tmp_path)
