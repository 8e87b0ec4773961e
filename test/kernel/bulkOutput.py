"""Executes a notebook as a Python client does and tells what arrived: bulkOutput.py CLIENT IN OUT."""

import hashlib
import json
import sys
import time

import nbformat

client, source, target = sys.argv[1:]
start = time.monotonic()
if client == "papermill":
    import papermill

    notebook = papermill.execute_notebook(source, target, progress_bar=False)
else:
    from nbclient import NotebookClient

    notebook = nbformat.read(source, as_version=4)
    NotebookClient(notebook, raise_on_iopub_timeout=True).execute()
seconds = time.monotonic() - start


def written(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


lines, html, blocked = (cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", []))
print(
    json.dumps(
        {
            "lines": hashlib.sha256(written(lines).encode()).hexdigest(),
            "html": [len(output["data"]["text/html"]) for output in html.outputs],
            "blocked": written(blocked),
            "seconds": round(seconds, 1),
        }
    )
)
