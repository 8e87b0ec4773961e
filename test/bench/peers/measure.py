"""The Python side of ../measure.ts: the same line for the same part of the work."""
import json, os, resource, time


def _cpu():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def measure(what, work, results=lambda outcome: {}, peak=None):
    """`peak` tells the MiB of the processes that did the work, where it was not this one."""
    cpu, start = _cpu(), time.perf_counter()
    outcome = work()
    seconds = time.perf_counter() - start
    line = {
        "what": what,
        "seconds": seconds,
        "cpuSeconds": _cpu() - cpu,
        "peakMiB": peak(outcome) if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "results": results(outcome),
    }
    print(json.dumps(line), flush=True)
    return outcome
