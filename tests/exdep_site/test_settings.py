"""Every setting that is missing, empty, malformed or contradictory stops the start with one line
that names it, and exit status 1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from core import keys
from core.errors import StartupError
from exdep_site import env
from tests.exdep_site.wrong_settings import DEMO, SECRET, WRONG

# One interpreter reads the settings of every case in a child of its own: quick, and each is fresh.
TRY_ALL = """
import json, os, sys
answers = {}
for name, environment in json.load(sys.stdin).items():
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.clear(); os.environ.update(environment)
        os.dup2(write, 1); os.dup2(write, 2); os.close(read)
        sys.argv = ["manage.py", "check"]
        import manage
        try:
            manage.main()
        except SystemExit as end:
            sys.stdout.flush(); sys.stderr.flush()
            os._exit(end.code or 0)
        except BaseException:
            import traceback; traceback.print_exc()
            os._exit(99)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    answers[name] = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text]
json.dump(answers, sys.stdout)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("deployment")
    keys.make(home / "keys.json")
    (home / "plain").write_text("not what is wanted\n")
    (home / "folder").mkdir()
    return home


def sound(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "study.example.org",
        "EXDEP_DATA_DIR": str(home),
        "EXDEP_KEY_FILE": str(home / "keys.json"),
        "EXDEP_ENV_FILE": os.devnull,
        "EXDEP_BEHIND_TLS": "1",
        "EMAIL_URL": "smtp+tls://mail.example.org",
        "PORT": "8000",
    }


def environment(home: Path, change: dict[str, str | None]) -> dict[str, str]:
    changed = {**sound(home), **change}
    return {k: v.replace("{home}", str(home)) for k, v in changed.items() if v is not None}


@pytest.fixture(scope="module")
def answers(home: Path) -> dict[str, tuple[int, str]]:
    cases = {name: environment(home, change) for name, (change, _line) in WRONG.items()}
    cases["sound"], cases["demo"] = sound(home), environment(home, DEMO)
    done = subprocess.run(
        [sys.executable, "-c", TRY_ALL], cwd=settings.BASE_DIR, input=json.dumps(cases), text=True,
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    return {name: tuple(answer) for name, answer in json.loads(done.stdout).items()}


@pytest.mark.parametrize("case", WRONG)
def test_setting_wrong_is_one_line_and_status_1(
    case: str, answers: dict[str, tuple[int, str]], home: Path
) -> None:
    status, text = answers[case]
    assert status == 1, text
    assert text.count("\n") == 1, text
    assert text.startswith(WRONG[case][1].replace("{home}", str(home)))


@pytest.mark.parametrize("case", ["sound", "demo"])
def test_setting_right_starts(case: str, answers: dict[str, tuple[int, str]]) -> None:
    status, text = answers[case]
    assert (status, "no issues" in text) == (0, True), text


def test_setting_every_name_is_tried() -> None:
    tried = {name for change, _line in WRONG.values() for name in change}
    of_the_tests = {"EXDEP_REQUIRE_BROWSER", "EXDEP_CHROMIUM"}
    contract = {"SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "CSRF_TRUSTED_ORIGINS",
                "REDIS_URL", "PORT"}  # fmt: skip
    assert (env.NAMES | contract) - of_the_tests <= tried


def test_setting_every_name_is_in_the_sample() -> None:
    sample = (settings.BASE_DIR / "env-sample").read_text()
    assert [name for name in sorted(env.NAMES) if name not in sample] == []


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["manage.py", "migrate"], "SECRET_KEY: is not set"),
        (["manage.py", "serve"], "SECRET_KEY: is not set"),
        (["-m", "gunicorn", "--bind", "127.0.0.1:0"], "SECRET_KEY: is not set"),
    ],
)
def test_setting_wrong_stops_each_way_to_start(command: list[str], line: str, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, capture_output=True, text=True,
        env=environment(home, {"SECRET_KEY": None}), timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_setting_secrets_are_never_shown(answers: dict[str, tuple[int, str]]) -> None:
    assert not [name for name, (_status, text) in answers.items() if SECRET[:49] in text]


def test_env_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(StartupError) as caught:
        env.database({"D": "postgres://me:hunter2@h:abc/db"}, "D", "", Path("/"))
    assert "hunter2" not in str(caught.value)


def test_env_file_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# a note\n\nexport A='one two'\nB=\"x=y\"\nC = 3 \nD=process\n")
    monkeypatch.setenv("D", "wins")
    monkeypatch.delenv("EXDEP_ENV_FILE", raising=False)
    found = env.load(tmp_path)
    assert [found[name] for name in "ABCD"] == ["one two", "x=y", "3", "wins"]


def test_env_relative_paths_count_from_the_repository(tmp_path: Path) -> None:
    found = env.database({"D": "sqlite:///study.sqlite3"}, "D", "", tmp_path)
    assert found["NAME"] == str(tmp_path / "study.sqlite3")
    assert env.directory({"D": "data"}, "D", tmp_path, tmp_path) == tmp_path / "data"


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://h", 25), ("smtp+tls://h", 587), ("smtp+ssl://h", 465)]
)
def test_env_mail_ports(url: str, port: int) -> None:
    assert env.email({"E": url}, "E", "", demo=False)["EMAIL_PORT"] == port


def test_env_sender_bears_the_neutral_name() -> None:
    assert env.sender({}, "M", shown="My Week", host=".a.org") == "My Week <noreply@a.org>"
    assert env.sender({}, "M", shown="Week, mine", host="a.org") == '"Week, mine" <noreply@a.org>'
