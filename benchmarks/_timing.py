"""What the benchmarks share: the time of calls that take turns."""

from statistics import median
from time import perf_counter, sleep


def interleaved_medians(calls, seconds=1.5, least=15, in_a_row=1, pause=0.0):
    """Median seconds of each call, made in turns, so that a busy machine slows all alike.

    Short calls are made several times in a row: none has to find its way into the cache anew. A
    pause before each turn lets the threads of the one before fall asleep.
    """
    times = [[] for _ in calls]
    end = perf_counter() + seconds
    while perf_counter() < end or len(times[0]) < least:
        for call, record in zip(calls, times, strict=True):
            sleep(pause)
            start = perf_counter()
            for _ in range(in_a_row):
                call()
            record.append((perf_counter() - start) / in_a_row)
    return [median(record) for record in times]
