from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.app.configuration import Question
from archpip.architecture import Architecture, OperatingSystem
from archpip.resolution import RequirementSet
from tests.unit.resolution.fake_world import make_target

A, B = canonicalize_name("a"), canonicalize_name("b")


def test_what_is_preferred_for_all_goes_before_what_one_target_had() -> None:
    mac = make_target(OperatingSystem.MACOS, Architecture.ARM64)
    linux = make_target(OperatingSystem.LINUX, Architecture.ARM64)
    question = Question(
        asked=RequirementSet(),
        targets=(mac, linux),
        preferences={A: Version("1.0")},
        locked={mac.name: {A: Version("2.0"), B: Version("2.0")}},
    )

    assert question.preferences_by_target == {
        mac.name: {A: Version("1.0"), B: Version("2.0")},
        linux.name: {A: Version("1.0")},
    }
