#!/usr/bin/env python3
"""Spike times of joined neurons by high-precision integration.

    python3 Tests/AnalogCoreTests/joined_spike_times.py > Tests/AnalogCoreTests/JoinedTable.swift

It takes about two minutes. The equations of two circuits with shorted membranes are integrated by Taylor
steps (spike_times.py), not by closed forms. Times are in clock cycles; spikes happen at whole
cycles. Time constants are a million times the chip's, so that a cycle is a fine unit.
"""
import random

from mpmath import ceil, mp, mpf

from spike_times import first_crossing, value

mp.dps = 30
ORDER = 28
UNIT = 3_000_000_000


class Pair:
    """Two circuits: (tau_m, tau_exc, tau_inh, leak) each; reset, threshold, refractory of the pair."""

    def __init__(self, circuits, reset, threshold, refractory):
        self.circuits = [[mpf(x) for x in c] for c in circuits]
        self.reset, self.threshold, self.refractory = mpf(reset), mpf(threshold), refractory
        self.time, self.release = mpf(0), mpf(0)
        self.v = self.reset
        self.i = [[mpf(0), mpf(0)], [mpf(0), mpf(0)]]
        self.step = min(min(c[:3]) for c in self.circuits) / 6

    def series(self, held):
        v = [self.v]
        currents = [[[x] for x in side] for side in self.i]
        for n in range(ORDER):
            rate = mpf(0)
            for (tau_m, tau_e, tau_i, leak), (e, i) in zip(self.circuits, currents):
                rate += ((leak if n == 0 else 0) - v[n] + e[n] - i[n]) / tau_m / 2
                e.append(-e[n] / tau_e / (n + 1))
                i.append(-i[n] / tau_i / (n + 1))
            v.append(mpf(0) if held else rate / (n + 1))
        return v, currents

    def advance(self, end, spikes):
        due = None
        while self.time < end or due == self.time:
            if due == self.time:
                spikes.append(int(due))
                self.v, self.release, due = self.reset, self.time + self.refractory, None
                continue
            held = self.time < self.release
            limit = min(end, self.time + self.step)
            if held:
                limit = min(limit, self.release)
            if due is not None:
                limit = min(limit, due)
            h = limit - self.time
            v, currents = self.series(held)
            if not held and due is None:
                root = first_crossing(v, self.threshold, h)
                if root is not None:
                    due = ceil(self.time + root)
                    limit = min(end, due)
                    h = limit - self.time
                    if due > end:
                        raise ValueError("a spike is under way at an input")
            self.v = value(v, h)
            self.i = [[value(x, h) for x in side] for side in currents]
            self.time = limit


def run(circuits, reset, threshold, refractory, gains, inputs, end):
    pair, spikes = Pair(circuits, reset, threshold, refractory), []
    for time, side, code in inputs:
        pair.advance(mpf(time), spikes)
        pair.i[side][0 if code > 0 else 1] += mpf(abs(code)) * mpf(gains[side]) / 63
    pair.advance(mpf(end), spikes)
    return spikes


def cases():
    draw = random.Random(20261121)
    m = UNIT
    s = UNIT // 2
    shapes = [
        ([(m, s, s, 0.0), (m, s, s, 0.0)], "equal circuits"),
        ([(m, m, m, 0.0), (m, m, m, 0.0)], "all time constants equal"),
        ([(m, m + 1, m - 1, 0.0), (m + 2, m, m + 3, 0.0)], "nearly equal"),
        ([(m, s, s + 1, 0.0), (m, s + 2, s, 0.0)], "nearly equal inputs"),
        ([(m * 106 // 100, s * 95 // 100, s * 104 // 100, 0.0),
          (m * 93 // 100, s * 103 // 100, s * 97 // 100, 0.0)], "mismatch"),
        ([(m * 2, s, s * 2, -0.25), (m, s * 3, s // 2, 0.125)], "far apart"),
        ([(m, s // 12, m * 3, 0.0), (m // 3, m * 2, s // 4, 0.25)], "very far apart"),
    ]
    for circuits, name in shapes:
        for refractory in (2_666_666_667, 40_000_000):
            time, inputs = 0, []
            for n in range(40):
                time += 1 + int(draw.expovariate(1 / (UNIT * 0.12)))
                code = draw.randint(4, 63)
                inputs.append((time, draw.randint(0, 1), code if draw.random() < 0.66 else -code))
            yield (name, circuits, draw.choice((0.0, -0.25)), 1.0, refractory, (6.0, 5.0), inputs,
                   time + 4 * UNIT)


def main():
    print("// Made by joined_spike_times.py.")
    print("// swift-format-ignore-file\n")
    print("let joinedTable: [JoinedCase] = [")
    for name, circuits, reset, threshold, refractory, gains, inputs, end in cases():
        spikes = run(circuits, reset, threshold, refractory, gains, inputs, end)
        print(f'  JoinedCase("{name}",')
        for c in circuits:
            print(f"    [{', '.join(map(str, c))}],")
        print(f"    reset: {reset}, threshold: {threshold}, refractory: {refractory}, "
              f"gains: [{gains[0]}, {gains[1]}],")
        print("    inputs: [")
        for k in range(0, len(inputs), 5):
            print("      " + " ".join(f"({t}, {side}, {code})," for t, side, code in inputs[k:k + 5]))
        print(f"    ], end: {end},")
        print("    spikes: [")
        for k in range(0, len(spikes), 6):
            print("      " + ", ".join(map(str, spikes[k:k + 6])) + ",")
        print("    ]),")
    print("]")


if __name__ == "__main__":
    main()
