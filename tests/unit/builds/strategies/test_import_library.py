from archpip.builds.strategies.import_library import write_definitions


def test_every_exported_name_stands_in_the_headers() -> None:
    header = """
    PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t size);
    PyAPI_FUNC(int) PyArg_ParseTuple(PyObject *, const char *, ...);
    PyAPI_FUNC(void) _Py_NO_RETURN
        _Py_FatalErrorFunc(const char *func, const char *message);
    PyAPI_FUNC(const char *const *) PyDeep_Pointer(void);
    PyAPI_DATA(PyTypeObject) PyList_Type;
    PyAPI_DATA(PyObject *) PyExc_ValueError;
    #define PyAPI_FUNC(RTYPE) RTYPE
    """
    assert write_definitions("python311.dll", [header]) == (
        "LIBRARY python311.dll\n"
        "EXPORTS\n"
        "    PyArg_ParseTuple\n"
        "    PyDeep_Pointer\n"
        "    PyList_New\n"
        "    _Py_FatalErrorFunc\n"
        "    PyExc_ValueError DATA\n"
        "    PyList_Type DATA\n"
    )
