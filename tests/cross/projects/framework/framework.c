#include <CoreFoundation/CoreFoundation.h>
#include <Python.h>

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "framework"};

PyMODINIT_FUNC PyInit_framework(void) { return PyModule_Create(&module); }
