"""Installing: verified wheels into a real environment or a foreign folder.

`plan_installation` decides and changes nothing; `install_into_environment` runs pip or uv;
`install_into_folder` unpacks for any machine. All take verified wheels, and check that their bytes
are still the verified ones.
"""

from archpip.installing.acquiring import Workshop, acquire, iter_acquired
from archpip.installing.building import PinBuilder
from archpip.installing.editables import EditableOptions, install_editables, refuse_editables
from archpip.installing.errors import (
    ChangedWheelError,
    FolderOccupiedError,
    FolderUnwritableError,
    ForeignEnvironmentError,
    InstallationStoppedError,
    InstallFailedError,
    ManagedEnvironmentError,
    NeitherFusedNorBuiltError,
    UninstallableWheelError,
    UnremovableDistributionError,
    WrongArchitectureError,
)
from archpip.installing.installed import read_installed
from archpip.installing.into_environment import (
    Environment,
    InstallerOptions,
    install_into_environment,
    read_environment,
)
from archpip.installing.into_folder import install_into_folder
from archpip.installing.model import (
    Action,
    InstalledDistribution,
    InstallPlan,
    Step,
    VerifiedWheel,
)
from archpip.installing.planning import plan_installation, select_fitting
from archpip.installing.present_world import PresentWorld
from archpip.installing.report import metadata_to_json, to_installation_report

__all__ = [
    "Action",
    "ChangedWheelError",
    "EditableOptions",
    "Environment",
    "FolderOccupiedError",
    "FolderUnwritableError",
    "ForeignEnvironmentError",
    "InstallFailedError",
    "InstallPlan",
    "InstallationStoppedError",
    "InstalledDistribution",
    "InstallerOptions",
    "ManagedEnvironmentError",
    "NeitherFusedNorBuiltError",
    "PinBuilder",
    "PresentWorld",
    "Step",
    "UninstallableWheelError",
    "UnremovableDistributionError",
    "VerifiedWheel",
    "Workshop",
    "WrongArchitectureError",
    "acquire",
    "install_editables",
    "install_into_environment",
    "install_into_folder",
    "iter_acquired",
    "metadata_to_json",
    "plan_installation",
    "read_environment",
    "read_installed",
    "refuse_editables",
    "select_fitting",
    "to_installation_report",
]
