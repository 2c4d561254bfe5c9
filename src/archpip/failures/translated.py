"""Messages of glibc in languages other than English, which it translates by the locale.

The names around them are never translated: a library with its suffix, then what happened. That
suffices, save for the name of the signal of a processor that lacks an instruction, and for what a
shell says of a program for another machine.

Source: glibc 2.36's catalogues, as in Debian's package libc-l10n ("Illegal instruction", "Exec
format error").
"""

# ruff: noqa: RUF001 - other alphabets have letters that look like Latin ones

import re

from archpip.failures.messages import Complaint, Message

_ILLEGAL_INSTRUCTION = (
    "Błędna instrukcja",
    "Chỉ lệnh không hợp lệ",
    "Instrucción ilegal",
    "Instrucción non permitida",
    "Instruction non permise",
    "Instruksi tidak legal",
    "Instrução ilegal",
    "Istruzione non consentita",
    "La instrucció no és permesa",
    "Miskomando",
    "Nedovolená instrukce",
    "Nedovoljen ukaz",
    "Nepropisna instrukcija",
    "Neprípustná inštrukcia",
    "Netaisyklinga instrukcija",
    "Ongeldige instructie",
    "Otillåten instruktion",
    "Ulovlig instruk",
    "Ungültiger Maschinenbefehl",
    "Virheellinen käsky",
    "Yönerge kuraldışı",
    "Érvénytelen utasítás",
    "Ακατάλληλη εντολή",
    "Недапушчальнае прадпісаньне",
    "Недопустимая инструкция",
    "Незаконна инструкция",
    "Неисправна инструкција",
    "Помилкова інструкція",
    "無效指令",
    "非法指令",
    "명령어가 잘못됨",
)

_EXEC_FORMAT_ERROR = (
    "Błędny format pliku wykonywalnego",
    "Chybný formát spustitelného souboru",
    "Chybný formát spustiteľného súboru",
    "Erreur de format pour exec()",
    "Erro de formato do executável",
    "Erro no formato exec",
    "Exec erro de formato",
    "Exec 형식 오류",
    "Fehler im Format der Programmdatei",
    "Format eksekusi error",
    "Formatfel på körbar fil",
    "Formato de ejecutable incorrecto",
    "Formato eseguibile non valido",
    "Greška u formatu izvršne datoteke",
    "Käynnistettävän tiedoston muoto virheellinen",
    "Lỗi định dạng thực hiện",
    "L’executable té un format erroni",
    "Napaka v zapisu izvedljive datoteke",
    "Nevalida aranĝo de rulenda dosiero",
    "Paleidžiamojo failo formato klaida",
    "Ugyldig format på eksekverbar fil",
    "Ugyldigt format på eksekverbar fil",
    "Verkeerd uitvoerbaar bestand",
    "Çalıştırılabilir biçem hatası",
    "Érvénytelen végrehajtható fájlformátum",
    "Σφάλμα στη διαμόρφωση του εκτελέσιμου",
    "Грешка формата извршавања",
    "Неправилен формат за изпълним файл",
    "Ошибка формата выполняемого файла",
    "Помилка, пов’язана з форматом виконуваних файлів",
    "可執行檔格式錯誤",
    "可执行文件格式错误",
    "実行形式エラー",
)

_LIBRARY = r"[^\s:/'\"]{1,200}\.so(?:\.\d{1,9}){0,4}"

# `bash: Zeile 1: ./tool: Kann die Binärdatei nicht ausführen: Fehler im Format der Programmdatei`;
# between the program and the words, a shell's own are in any language.
_OF_SHELL = (
    r"(?:^|[:：] )(?P<path>(?!\d+\s?[:：])[^\s:：]{1,1000})\s?: "
    r"(?:[^:：]{1,100}[:：]\s?|[^:：]{0,60})"
)

TRANSLATED: tuple[Message, ...] = (
    *(
        Message(complaint=Complaint.NO_INSTRUCTION, words=words, pattern=re.compile(words))
        for words in _ILLEGAL_INSTRUCTION
    ),
    Message(  # ENOEXEC
        complaint=Complaint.NOT_LOADABLE,
        words="[Errno 8] ",
        pattern=re.compile(r"OSError: \[Errno 8\] "),
        path=re.compile(r": '(?P<path>[^']{1,1000})'"),
    ),
    *(
        Message(
            complaint=Complaint.NOT_LOADABLE,
            words=words,
            pattern=re.compile(_OF_SHELL + re.escape(words)),
        )
        for words in _EXEC_FORMAT_ERROR
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
)
"""Tried last: they take any words for a message."""
