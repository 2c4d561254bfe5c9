from archpip.reports.style import Line, count, render_line

LINE: Line = (("wrong ", "bold red"), ("a\x1b[2Jb\n.so", ""))


def test_a_line_is_plain_where_no_colour_is_wanted() -> None:
    assert render_line(LINE, colour=False) == "wrong a\\x1b[2Jb\\x0a.so"


def test_styles_become_sequences_and_those_of_a_name_do_not() -> None:
    assert render_line(LINE, colour=True) == "\x1b[1;31mwrong \x1b[0ma\\x1b[2Jb\\x0a.so"


def test_one_thing_is_not_many() -> None:
    assert [count(number, "wheel") for number in range(3)] == ["0 wheels", "1 wheel", "2 wheels"]
