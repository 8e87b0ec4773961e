"""Jupyter's test kit of kernels, told what the phenocover kernel can do."""

import unittest

import jupyter_kernel_test


class PhenocoverKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "phenocover"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world');"
    code_stderr = "console.error('a warning');"
    completion_samples = [
        {"text": "[1, 2].toRev", "matches": ["toReversed"]},
        {"text": "Math.hypo", "matches": ["hypot"]},
    ]
    complete_code_samples = ["1 + 1", "for (const x of [1]) console.log(x);", "await null;"]
    incomplete_code_samples = ["function f(", "const text = {", "if (true) {"]
    code_generate_error = "throw new RangeError('on purpose');"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "'text'"},
        {"code": "[1, 2, 3].map((x) => x / 2)", "result": "[ 0.5, 1, 1.5 ]"},
    ]
    code_display_data = [
        {
            "code": "import { display } from 'phenocover'; display({ 'text/html': '<b>1</b>' });",
            "mime": "text/html",
        },
        {
            "code": "display({ 'image/png': new Uint8Array([137, 80, 78, 71]) });",
            "mime": "image/png",
        },
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "import { clearOutput } from 'phenocover'; clearOutput();"


if __name__ == "__main__":
    unittest.main(verbosity=2)
