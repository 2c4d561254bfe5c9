"""Messages in other languages than English, word for word, as users report them."""

import pytest

from archpip.failures import Complaint, Suspect
from tests.unit.failures.messages import BEFORE, check, of

MESSAGES = {
    "Ungültiger Maschinenbefehl (Speicherabzug geschrieben)": of(Complaint.NO_INSTRUCTION),
    "非法指令 (核心已转储)": of(Complaint.NO_INSTRUCTION),
    "ImportError: libx.so.1: Kann die Shared-Object-Datei nicht öffnen: Datei nicht gefunden": of(
        Complaint.CANNOT_OPEN, library="libx.so.1"
    ),
    "ImportError: /v/x.so : mauvaise classe ELF\xa0:\xa0ELFCLASS32": of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "OSError: [Errno 8] Fehler im Format der Programmdatei: '/v/tool'": of(
        Complaint.NOT_LOADABLE, path="/v/tool"
    ),
    # Shells', also with quoted names, as real ones wrote them.
    (
        "bash: Zeile 1: ./tool: Kann die Binärdatei nicht ausführen: "
        "Fehler im Format der Programmdatei"
    ): of(Complaint.NOT_LOADABLE, path="./tool"),
    (
        "bash: ligne 1: ./tool\xa0: impossible d'exécuter le fichier binaire\xa0: "
        "Erreur de format pour exec()"
    ): of(Complaint.NOT_LOADABLE, path="./tool"),
    "bash: regel 1: ./tool: kan binair bestand Verkeerd uitvoerbaar bestand niet uitvoeren": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: 行 1: ./tool: バイナリファイルを実行できません: 実行形式エラー": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: 行 1: ./tool: 无法执行二进制文件\uff1a可执行文件格式错误": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "sh: 1: ./tool: Ошибка формата выполняемого файла": of(Complaint.NOT_LOADABLE, path="./tool"),
    "OSError: [Errno 8] 实行形式 可执行文件格式错误: './tool'": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: Zeile 1: 19441 Ungültiger Maschinenbefehl   ./tool": of(Complaint.NO_INSTRUCTION),
    "bash: redak 1: 81 Nepropisna instrukcija ./tool": of(Complaint.NO_INSTRUCTION),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.items(), ids=range(len(MESSAGES)))
@pytest.mark.parametrize("before", BEFORE)
def test_messages_are_understood(before: str, text: str, expected: Suspect) -> None:
    check(before, text, expected)
