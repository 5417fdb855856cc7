"""Every sentence participants read is there in Chinese, and the tools that hold it so are right."""

from __future__ import annotations

import functools
import io
import re
import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext

import core
import protocol
from core import catalogue, translations
from core.translations import Message

BASE = Path(settings.BASE_DIR)
LOCALE = BASE / "exdep_site" / "locale"


def text(words: str, *, context: str = "", plural: str = "") -> Message:
    return Message(context, words, plural)


# --- reading templates


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{% translate "Help now" %}', text("Help now")),
        ("{% translate 'Close' %}", text("Close")),
        ('{% translate "minutes" as unit %}', text("minutes")),
        ('{% translate "May" context "month" %}', text("May", context="month")),
        ('{% translate "Half is 50%" %}', text("Half is 50%%")),
        ("{% translate \"I’d rather not\" %}", text("I’d rather not")),
        ('{% translate "It\'s here" %}', text("It's here")),
        ("{% blocktranslate %}Week {{ week }}{% endblocktranslate %}", text("Week %(week)s")),
        (
            "{% blocktranslate trimmed with n=row.n %}\n  Line\n  {{ n }}\n{% endblocktranslate %}",
            text("Line %(n)s"),
        ),
        (
            "{% blocktranslate asvar left count n=n trimmed %}{{ n }} day{% plural %}{{ n }} days"
            "{% endblocktranslate %}",
            text("%(n)s day", plural="%(n)s days"),
        ),
        (
            '{% blocktranslate context "sleep" %}Up{% endblocktranslate %}',
            text("Up", context="sleep"),
        ),
        (
            '{% blocktranslate count n=n context "x" %}day{% plural %}days{% endblocktranslate %}',
            text("day", context="x", plural="days"),
        ),
        ('{% include "x.html" with label=_("Questions") only %}', text("Questions")),
        ('{{ value|default:_("not known") }}', text("not known")),
        ('{{ _("Saved.") }}', text("Saved.")),
    ],
)  # fmt: skip
def test_template_string_is_found(source: str, message: Message) -> None:
    assert list(translations.in_template(f"# <p>it's {source} “quoted” 'p'</p>\n")) == [message]


@pytest.mark.parametrize(
    "source",
    [
        '{% comment %}{% translate "Hidden" %}{% endcomment %}',
        '{# {% translate "Hidden" %} #}',
        "{% translate title %}",
        "<p>gettext('plain text of a page')</p>",
    ],
)
def test_template_without_a_string_gives_none(source: str) -> None:
    assert list(translations.in_template(source)) == []


def test_template_strings_are_those_django_looks_up(settings, tmp_path: Path) -> None:
    source = (
        "{% load i18n %}{% blocktranslate trimmed with n=1 %}\n  50 % of\n  {{ n }}"
        '{% endblocktranslate %}|{% translate "All 100%" %}|{% translate "May" context "month" %}|'
        "{% blocktranslate count n=2 %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}|"
        '{{ nothing|default:_("Not known") }}|{% firstof _("Questions") %}'
    )
    catalog = catalogue.merge(
        catalogue.Words(catalogue.LOCALE),
        {message: ["page.html"] for message in translations.in_template(source)},
    )
    for entry in catalog:
        entry.string = (f"«{entry.id[1]}»",) if isinstance(entry.id, tuple) else f"«{entry.id}»"
    folder = catalogue.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalogue.compiled(catalog))
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("zh-hans"):
        shown = Template(source).render(Context())
    assert shown == "«50 % of 1»|«All 100%»|«May»|«2 days»|«Not known»|«Questions»"


# --- reading modules

DJANGO = "from django.utils.translation import "


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (DJANGO + "gettext as _\n_('Today')", text("Today")),
        (DJANGO + "gettext_lazy as _lazy\nlabel = _lazy('a ' 'b')", text("a b")),
        (
            DJANGO + "ngettext\nngettext('%(n)d day', '%(n)d days', n)",
            text("%(n)d day", plural="%(n)d days"),
        ),
        (DJANGO + "pgettext_lazy\npgettext_lazy('month', 'May')", text("May", context="month")),
        (
            DJANGO + "npgettext\nnpgettext('rest', 'day', 'days', n)",
            text("day", context="rest", plural="days"),
        ),
        (
            "from django.utils import translation\ntranslation.gettext_noop('Later')",
            text("Later"),
        ),
    ],
)
def test_module_string_is_found(source: str, message: Message) -> None:
    assert list(translations.in_python(source)) == [message]


def test_module_underscore_of_another_library_is_none() -> None:
    assert list(translations.in_python("from gettext import gettext as _\n_('Other')")) == []


@pytest.mark.parametrize("words", ["f'Week {week}'", "words", "'Week %d' % week"])
def test_module_string_made_at_run_time_is_refused_with_its_line(words: str) -> None:
    with pytest.raises(translations.Unreadable, match=r"line 3"):
        list(translations.in_python(f"{DJANGO}gettext as _\n\n_({words})"))


# --- the tree

TREE = {
    "room/__init__.py": "",
    "room/forms.py": DJANGO + "gettext_lazy as _\nLABEL = _('Mood')",
    "room/admin.py": DJANGO + "gettext_lazy as _\nLABEL = _('Mood')\nDESK = _('Desk')",
    "room/migrations/0001_initial.py": DJANGO + "gettext_lazy as _\nLABEL = _('Old')",
    "tests/__init__.py": "",
    "tests/test_forms.py": DJANGO + "gettext as _\n_('Tested')",
    "templates/room/page.html": '{% translate "Page" %} {{ day|date:"l, j F" }}',
}


def tree(base: Path, **more: str) -> Path:
    for name, content in {**TREE, **more}.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return base


def test_tree_is_read_with_the_files_of_each_string(tmp_path: Path) -> None:
    assert translations.read(tree(tmp_path)) == {
        text("Desk"): ["room/admin.py"],
        text("Mood"): ["room/admin.py", "room/forms.py"],
        text("Page"): ["templates/room/page.html"],
    }


def test_tree_for_participants_leaves_out_what_only_staff_see(tmp_path: Path) -> None:
    assert translations.for_participants(translations.read(tree(tmp_path))) == {
        text("Mood"): ["room/forms.py"],
        text("Page"): ["templates/room/page.html"],
    }


def test_tree_with_a_broken_module_is_refused_by_its_name(tmp_path: Path) -> None:
    base = tree(tmp_path, **{"room/views.py": DJANGO + "gettext as _\n_(f'{x}')"})
    with pytest.raises(translations.Unreadable, match=r"^room/views\.py: line 2"):
        translations.read(base)


def test_date_patterns_are_those_with_words_in_them(tmp_path: Path) -> None:
    module = 'formats.date_format(day, "j F")\nformats.date_format(day, format="D j")\n'
    page = '{{ day|date:"DATE_FORMAT" }}{{ day|date:"Y-m-d" }}{{ day|date:"H:i" }}'
    more = {"room/presenters.py": module, "templates/room/other.html": page}
    assert translations.date_patterns(tree(tmp_path, **more)) == {
        "D j": ["room/presenters.py"],
        "j F": ["room/presenters.py"],
        "l, j F": ["templates/room/page.html"],
    }


def test_data_file_with_one_language_is_named_by_its_key(tmp_path: Path) -> None:
    words = '[[items]]\ntext = { en = "Sleep", zh = "睡眠" }\n[[items]]\ntext = { en = "Mood" }\n'
    base = tree(tmp_path, **{"room/study.toml": words + '[note]\nen = " "\nzh = "备注"\n'})
    assert translations.one_sided(base) == [
        "room/study.toml: items[1].text: has no Chinese words",
        "room/study.toml: note: has no English words",
    ]


@pytest.mark.parametrize("place", translations.STAFF_PLACES)
def test_staff_place_exists(place: str) -> None:
    paths = [path.relative_to(BASE).as_posix() for path in translations.sources(BASE)]
    assert any(path for path in paths if translations.fnmatch(path, place))


@pytest.mark.parametrize(
    ("home", "pattern"),
    [(home, pattern) for home, patterns in translations.BROUGHT.items() for pattern in patterns],
)
def test_library_has_these_files(home: Path, pattern: str) -> None:
    assert any(home.glob(pattern))


def test_library_is_read_where_no_page_of_ours_takes_its_place() -> None:
    files = {path for paths in translations.read_all(BASE).values() for path in paths}
    assert "allauth/templates/account/email/login_code_subject.txt" in files
    assert "templates/account/login.html" in files
    assert "allauth/templates/account/login.html" not in files


# --- the catalogue

FOUND = {
    text("%(n)s day", plural="%(n)s days"): ["templates/days.html"],
    text("May", context="month"): ["templates/month.html"],
    text("Week %(week)d"): ["room/presenters.py"],
    text("See <b>this</b>"): ["templates/see.html"],
}
CHINESE = {
    "%(n)s day": ("%(n)s 天",),
    "May": "五月",
    "Week %(week)d": "第 %(week)d 周",
    "See <b>this</b>": "请看<b>这里</b>",
}


def words(found: dict[Message, list[str]] = FOUND, **changed: str) -> catalogue.Words:
    catalog = catalogue.merge(catalogue.Words(catalogue.LOCALE), found)
    for entry in catalog:
        if entry.id:
            key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            entry.string = changed.get(key, CHINESE[key])
    return catalog


def faults(catalog: catalogue.Words, libraries: tuple[catalogue.Words, ...] = ()) -> list[str]:
    return list(catalogue.faults(FOUND, catalog, list(libraries), catalogue.compiled(catalog)))


def test_catalogue_that_is_whole_has_no_faults() -> None:
    assert faults(words()) == []


def test_catalogue_survives_its_file(tmp_path: Path) -> None:
    catalogue.write(words(), tmp_path / "django.po")
    assert faults(catalogue.read(tmp_path / "django.po")) == []


def test_catalogue_without_a_translation_names_its_file() -> None:
    assert faults(words(May="")) == ["templates/month.html: 'May' is missing"]


def test_catalogue_with_a_guess_names_its_file() -> None:
    catalog = words()
    catalog.get("Week %(week)d").flags.add("fuzzy")
    assert faults(catalog) == ["room/presenters.py: 'Week %(week)d' is only guessed (fuzzy)"]


def test_catalogue_accepts_what_a_library_says_already() -> None:
    assert faults(words(May=""), (words(),)) == []


def test_catalogue_with_a_lost_placeholder_says_which() -> None:
    assert faults(words(**{"Week %(week)d": "某周"})) == [
        "room/presenters.py: 'Week %(week)d': placeholders %(week)d became none"
    ]


def test_catalogue_with_a_lost_brace_says_which() -> None:
    catalog = catalogue.merge(
        catalogue.Words(catalogue.LOCALE), found := {text("Key {n}"): ["k.py"]}
    )
    catalog.get("Key {n}").string = "密钥"
    said = list(catalogue.faults(found, catalog, [], catalogue.compiled(catalog)))
    assert said == ["k.py: 'Key {n}': placeholders {n} became none"]


def test_catalogue_with_a_lost_tag_says_which() -> None:
    assert faults(words(**{"See <b>this</b>": "请看<b>这里"})) == [
        "templates/see.html: 'See <b>this</b>': tags </b> <b> became <b>"
    ]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("room/old.py", ["room/old.py: 'Gone' is no longer there"]),
        ("room/admin.py", []),
    ],
)
def test_catalogue_with_a_string_that_is_gone(place: str, expected: list[str]) -> None:
    catalog = words()
    catalog.add("Gone", string="已删", locations=[(place, 0)])
    assert faults(catalog) == expected


@pytest.mark.parametrize("mo", [None, catalogue.compiled(words(May="五"))])
def test_catalogue_whose_compiled_form_is_not_its_own(mo: bytes | None) -> None:
    found = list(catalogue.faults(FOUND, words(), [], mo))
    assert found == ["django.mo does not hold what django.po says"]


def test_compiled_leaves_out_guesses_and_what_has_no_words_yet() -> None:
    catalog = words(**{"%(n)s day": ("",), "May": ""})
    catalog.get("Week %(week)d").flags.add("fuzzy")
    held = read_mo(io.BytesIO(catalogue.compiled(catalog)))
    assert [entry.id for entry in held if entry.id] == ["See <b>this</b>"]


def test_merge_keeps_what_is_needed_and_drops_the_rest() -> None:
    found = {text("May", context="month"): ["a.html"], text("June"): ["b.html"]}
    merged = catalogue.merge(words(), found)
    assert [(entry.id, entry.context, entry.string) for entry in merged if entry.id] == [
        ("May", "month", "五月"),
        ("June", None, ""),
    ]


# --- the commands


def test_check_translations_is_content_with_the_house() -> None:
    out = io.StringIO()
    call_command("check_translations", stdout=out)
    assert "all there in both languages" in out.getvalue()


def test_check_translations_names_what_is_missing(settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError) as caught:
        call_command("check_translations")
    lines = str(caught.value).splitlines()
    assert any(line.startswith("templates/core/help_now.html") for line in lines)
    assert lines[-1] == "django.mo does not hold what django.po says"


def test_update_translations_twice_gives_the_same_bytes(settings, tmp_path: Path) -> None:
    shutil.copytree(LOCALE, tmp_path, dirs_exist_ok=True)
    settings.LOCALE_PATHS = [tmp_path]
    folder = catalogue.folder(tmp_path)
    seen = []
    for _time in range(2):
        call_command("update_translations", stdout=io.StringIO())
        seen.append([(folder / name).read_bytes() for name in ("django.po", "django.mo")])
    assert seen[0] == seen[1]
    assert "立即求助".encode() in seen[0][0]


@pytest.mark.parametrize("command", ["update_translations", "check_translations"])
def test_command_without_babel_says_what_to_install(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(core, "catalogue")
    monkeypatch.delitem(sys.modules, "core.catalogue")
    monkeypatch.setitem(sys.modules, "babel.messages.catalog", None)
    with pytest.raises(CommandError, match=r"^Babel is missing: .*requirements/test\.txt$"):
        call_command(command)


# --- what people read


@functools.cache
def chinese() -> dict[str, str]:
    """The participants' Chinese words by their English ones."""
    found = translations.for_participants(translations.read_all(BASE))
    catalog = catalogue.read(catalogue.folder(LOCALE) / "django.po")
    ids = {m: (m.text, m.plural) if m.plural else m.text for m in found}
    entries = {m.text: catalog.get(ids[m], m.context or None) for m in found}
    return {
        en: entry.string[0] if isinstance(entry.string, tuple) else entry.string
        for en, entry in entries.items()
        if entry
    }


def test_django_serves_the_compiled_words() -> None:
    with translation.override("zh-hans"):
        assert gettext("Help now") == "立即求助"
        assert ngettext("%(count)d minute", "%(count)d minutes", 30) % {"count": 30} == "30 分钟"
        page = Template('{% load i18n %}{% translate "Today" %}').render(Context())
    assert page == "今天"


def test_words_of_ours_go_before_those_of_a_library() -> None:
    with translation.override("zh-hans"):
        mail = render_to_string("account/email/login_code_message.txt", {"code": "ABC-123"})
    assert "您的登录验证码如下" in mail
    assert "代码" not in mail


@pytest.mark.parametrize(
    ("pattern", "english", "shown"),
    [
        ("l, j F", "Wednesday, 18 March", "3月18日 星期三"),
        ("j F", "18 March", "3月18日"),
        ("l, j F, H:i", "Wednesday, 18 March, 18:30", "3月18日 星期三 18:30"),
    ],
)
def test_date_reads_as_each_language_writes_it(pattern: str, english: str, shown: str) -> None:
    moment = datetime(2026, 3, 18, 18, 30)  # noqa: DTZ001 (a wall clock)
    page = Template(f'{{{{ moment|date:"{pattern}" }}}}')
    for language, expected in (("en", english), ("zh-hans", shown)):
        with translation.override(language):
            assert formats.date_format(moment, pattern) == expected
            assert page.render(Context({"moment": moment})) == expected


def test_month_and_day_alone_are_no_time() -> None:
    with translation.override("zh-hans"):
        assert formats.date_format(date(2026, 11, 22), "j M") == "11月22日"


def test_words_address_people_politely() -> None:
    # Only what someone else is quoted as saying may be familiar.
    spoken = {en: re.sub("“[^”]*”", "", zh) for en, zh in chinese().items()}
    assert {en: zh for en, zh in spoken.items() if "你" in zh} == {}


def test_words_use_chinese_punctuation() -> None:
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!.](?!\w)|\.\.\.|[\u4e00-\u9fff]\(")
    assert {en: zh for en, zh in chinese().items() if wrong.search(zh)} == {}


@pytest.mark.parametrize("word", ["抑郁", "试验组", "实验组", "对照组", "患者", "病人"])
def test_words_tell_nobody_what_the_study_is_about(word: str) -> None:
    assert {en: zh for en, zh in chinese().items() if word in zh} == {}


def test_questionnaires_for_participants_are_chinese_in_chinese() -> None:
    own = [one for one in protocol.instruments().values() if one.asked_of_participant]
    shown = [one.title for one in own] + [item.text for one in own for item in one.items]
    shown += [option.label for one in own for item in one.items for option in item.options]
    assert len(shown) > 20
    assert [str(words) for words in shown if not re.search(r"[\u4e00-\u9fff]", words.zh)] == []
