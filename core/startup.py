"""The pictures that an iPhone or iPad shows while the installed site opens.

Android draws its own from the manifest. iOS takes one from the page that is open when somebody adds
the site to the home screen, and only one that has exactly the screen's pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

FOLDER = "core/startup"
# The page's ground by day and by night, as `--paper` in the tokens and the manifest have it.
GROUNDS = {"light": "#f8f4f1", "dark": "#1c1923"}


@dataclass(frozen=True)
class Screen:
    """An upright screen: its edges in CSS pixels, and how many of its own each of them is."""

    width: int
    height: int
    ratio: int

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.width * self.ratio, self.height * self.ratio


# What iOS 14.5 and later runs on, small to large; two models with one screen stand once.
IPHONES = (
    Screen(320, 568, 2),  # SE of 2016, iPod touch
    Screen(375, 667, 2),  # 6s, 7, 8, SE of 2020 and 2022
    Screen(414, 736, 3),  # 6s Plus, 7 Plus, 8 Plus
    Screen(375, 812, 3),  # X, XS, 11 Pro, 12 mini, 13 mini
    Screen(414, 896, 2),  # XR, 11
    Screen(414, 896, 3),  # XS Max, 11 Pro Max
    Screen(390, 844, 3),  # 12, 13, 14, 16e
    Screen(393, 852, 3),  # 14 Pro, 15, 16
    Screen(402, 874, 3),  # 16 Pro, 17
    Screen(420, 912, 3),  # Air
    Screen(428, 926, 3),  # 12 Pro Max, 13 Pro Max, 14 Plus
    Screen(430, 932, 3),  # 14 Pro Max, 15 Plus, 16 Plus
    Screen(440, 956, 3),  # 16 Pro Max, 17 Pro Max
)
IPADS = (
    Screen(744, 1133, 2),  # mini from 2021 on
    Screen(768, 1024, 2),  # mini, Air and iPad of 9.7 inches
    Screen(810, 1080, 2),  # iPad of 10.2 inches
    Screen(820, 1180, 2),  # Air from 2020 on, iPad of 10.9 inches
    Screen(834, 1112, 2),  # Air of 2019, Pro of 10.5 inches
    Screen(834, 1194, 2),  # Pro of 11 inches
    Screen(834, 1210, 2),  # Pro of 11 inches from 2024 on
    Screen(1024, 1366, 2),  # Pro of 12.9 inches, Air of 13 inches
    Screen(1032, 1376, 2),  # Pro of 13 inches from 2024 on
)
SCREENS = IPHONES + IPADS


def file_name(screen: Screen, scheme: str) -> str:
    """The picture of a screen in `light` or `dark`, below `FOLDER`."""
    return f"{screen.width}x{screen.height}-{screen.ratio}-{scheme}.png"


def media(screen: Screen, scheme: str) -> str:
    """The query that this screen alone answers, upright and in this scheme."""
    return (
        f"(device-width: {screen.width}px) and (device-height: {screen.height}px) and "
        f"(-webkit-device-pixel-ratio: {screen.ratio}) and (orientation: portrait) and "
        f"(prefers-color-scheme: {scheme})"
    )


def pictures() -> list[tuple[str, str]]:
    """Every picture: its media query, and its path among the static files."""
    return [
        (media(screen, scheme), f"{FOLDER}/{file_name(screen, scheme)}")
        for scheme in GROUNDS
        for screen in SCREENS
    ]
