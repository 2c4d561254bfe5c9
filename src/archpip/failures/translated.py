"""Messages of glibc in languages other than English, which it translates by the locale.

The names around them are never translated: a library with its suffix, then what happened. That
suffices, save for the name of the signal of a processor that lacks an instruction.

Source: glibc 2.36's catalogues, as in Debian's package libc-l10n ("Illegal instruction").
"""

import re

from archpip.failures.messages import Complaint, Message

_ILLEGAL_INSTRUCTION = (
    "Chỉ lệnh không hợp lệ",
    "Błędna instrukcja",
    "Instrucción ilegal",
    "Instruction non permise",
    "Instrução ilegal",
    "Istruzione non consentita",
    "La instrucció no és permesa",
    "Nedovolená instrukce",
    "Ongeldige instructie",
    "Otillåten instruktion",
    "Ulovlig instruk",
    "Ungültiger Maschinenbefehl",
    "Virheellinen käsky",
    "Érvénytelen utasítás",
    "Недопустимая инструкция",
    "Помилкова інструкція",
    "無效指令",
    "非法指令",
    "명령어가 잘못됨",
)

_LIBRARY = r"[^\s:/'\"]{1,200}\.so(?:\.\d{1,9}){0,4}"

TRANSLATED: tuple[Message, ...] = (
    *(
        Message(complaint=Complaint.NO_INSTRUCTION, words=words, pattern=re.compile(words))
        for words in _ILLEGAL_INSTRUCTION
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Error: ",
        pattern=re.compile(rf"(?:Import|OS)Error: (?P<library>{_LIBRARY})\s?: "),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="Error: ",
        pattern=re.compile(
            rf"(?:Import|OS)Error: (?P<path>/(?:[^:/]{{1,200}}/){{0,30}}{_LIBRARY})\s?: "
        ),
    ),
    Message(  # ENOEXEC
        complaint=Complaint.NOT_LOADABLE,
        words="[Errno 8] ",
        pattern=re.compile(r"OSError: \[Errno 8\] "),
        path=re.compile(r": '(?P<path>[^']{1,1000})'"),
    ),
)
"""Tried last: they take any words for a message."""
