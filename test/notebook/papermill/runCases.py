"""Runs papermill's command line for every case of a JSON file, in processes that share its imports.

Usage: runCases.py CASES FOLDER PARALLEL. Prints the exit codes as JSON; what a case prints goes to
FOLDER/NAME.stdout and FOLDER/NAME.stderr.
"""

import json
import os
import sys
import traceback

import papermill.cli


def run(name, args, folder):
    os.chdir(folder)
    for stream, suffix in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(f"{name}.{suffix}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    code = 1
    try:
        papermill.cli.papermill.main(args=args, prog_name="papermill")
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


cases = json.load(open(sys.argv[1]))
folder, parallel = sys.argv[2], int(sys.argv[3])
waiting = list(cases.items())
running = {}
codes = {}
while waiting or running:
    while waiting and len(running) < parallel:
        name, args = waiting.pop(0)
        pid = os.fork()
        if pid == 0:
            run(name, args, folder)
        running[pid] = name
    pid, status = os.wait()
    if pid in running:
        codes[running.pop(pid)] = os.waitstatus_to_exitcode(status)
print(json.dumps(codes))
