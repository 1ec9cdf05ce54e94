#!/usr/bin/env python3
"""Distances of pairs of spike trains, by Elephant and PySpike.

    python3 -m pip install elephant==1.2.1 pyspike==0.9.0
    cd Tests/SpikeTraceTests && python3 spike_train_distances.py > spike_train_distances.txt

It takes a minute. The trains come from a generator of integers that DistanceOracleTests.swift repeats, so
that the table needs to hold only what the two packages say: a line for each pair with its number, the
number of spikes of either train (as a check), and the distances of Victor and Purpura and of van
Rossum (Elephant), ISI and SPIKE (PySpike). Times are in milliseconds.
"""
import sys
import warnings

import numpy as np
import pyspike
import quantities as pq
from elephant.spike_train_dissimilarity import van_rossum_distance, victor_purpura_distance
from neo import SpikeTrain

COSTS = [0.0, 0.002, 0.05, 0.3, 4.0, float("inf")]  # per millisecond
TIME_CONSTANTS = [0.25, 3.0, 40.0, 1000.0, float("inf")]
COUNT = 1200


class Generator:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def pair(number):
    """Window and trains, in sixteenths of a millisecond."""
    random = Generator(number)
    start = [0, 800, 123456][random.below(3)]
    length = [1600, 16000, 48000][random.below(3)]

    def train(count):
        return [random.below(length + 1) for _ in range(count)]

    kind = number % 12
    a = train(1 + random.below(20))
    b = train(1 + random.below(20))
    if kind == 0:  # nothing on one side
        a = []
    elif kind == 1:  # single spikes
        a, b = a[:1], b[:1]
    elif kind == 2:  # one against some
        a = a[:1]
    elif kind == 3:  # shifted
        b = [min(t + random.below(40), length) for t in a]
    elif kind == 4:  # coincident, with losses and additions
        b = [t for t in a if random.below(4) > 0] + b[:3]
    elif kind == 5:  # spikes at the edges
        a += [[0], [length], [0, length]][random.below(3)]
        b += [[0], [length], [0, length], []][random.below(4)]
    elif kind == 6:  # single spikes at the edges, against some or at the edges too
        a = [[0], [length]][random.below(2)]
        b = [b, b[:1], [0], []][random.below(4)]
    elif kind == 7:  # bursts
        a = [t for s in a[:4] for t in range(s, min(s + 60, length), 7)]
    elif kind == 8:  # simultaneous spikes in one train
        a = [t for t in a for _ in range(1 + random.below(3))]
        b += a[:2]
    elif kind == 9:  # dense
        a, b = train(80 + random.below(80)), train(80 + random.below(80))
    elif kind == 10:  # identical, sometimes both empty
        a = a if random.below(5) > 0 else []
        b = a
    elif kind == 11 and number % 300 == 11:  # long
        a = train(1500)
        b = [min(t + random.below(9), length) for t in a if random.below(20) > 0]
    return (start, start + length), [[start + t for t in sorted(x)] for x in (a, b)]


def main():
    for number in range(COUNT):
        window, trains = pair(number)
        start, end = (t / 16 for t in window)
        a, b = (np.array(train, dtype=float) / 16 for train in trains)
        neo = [SpikeTrain(t, units="ms", t_start=start, t_stop=end) for t in (a, b)]
        cost = COSTS[number % 7 % len(COSTS)]
        time_constant = TIME_CONSTANTS[number % 11 % len(TIME_CONSTANTS)]
        victor_purpura = victor_purpura_distance(neo, cost_factor=cost / pq.ms)[0, 1]
        van_rossum = van_rossum_distance(neo, time_constant=time_constant * pq.ms)[0, 1]
        spiky = [pyspike.SpikeTrain(t, (start, end)) for t in (a, b)]
        values = [
            victor_purpura, van_rossum, pyspike.isi_distance(*spiky), pyspike.spike_distance(*spiky)]
        print(number, len(a), len(b), *(f"{float(v):.15g}" for v in values))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
