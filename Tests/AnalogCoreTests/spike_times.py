#!/usr/bin/env python3
"""Spike times of leaky integrate-and-fire neurons by high-precision integration.

    python3 Tests/AnalogCoreTests/spike_times.py > Tests/AnalogCoreTests/SpikeTimeTable.swift

It takes about three minutes.

The differential equations are integrated by Taylor steps of order 44 with 50 digits, not by the closed
forms that the simulator uses: no exponential is evaluated anywhere. A crossing is located by bisection
in the Taylor polynomial of its step. Times are in clock cycles.
"""
import random

from mpmath import mp, mpf, nstr

mp.dps = 50
ORDER = 44


class Neuron:
    """One neuron and its state at `time`."""

    def __init__(self, membrane, excitatory, inhibitory, leak, reset, threshold, refractory):
        self.tau_m, self.tau_e, self.tau_i = mpf(membrane), mpf(excitatory), mpf(inhibitory)
        self.leak, self.reset, self.threshold = mpf(leak), mpf(reset), mpf(threshold)
        self.refractory = mpf(refractory)
        self.time, self.v, self.e, self.i = mpf(0), mpf(reset), mpf(0), mpf(0)
        self.release = mpf(0)
        self.step = min(self.tau_m, self.tau_e, self.tau_i) / 8

    def series(self):
        """Taylor coefficients of V, I_exc and I_inh at the current time."""
        v, e, i = [self.v], [self.e], [self.i]
        held = self.time < self.release
        for n in range(ORDER):
            e.append(-e[n] / self.tau_e / (n + 1))
            i.append(-i[n] / self.tau_i / (n + 1))
            rate = -v[n] + e[n] - i[n] + (self.leak if n == 0 else 0)
            v.append(mpf(0) if held else rate / self.tau_m / (n + 1))
        return v, e, i

    def advance(self, end, spikes):
        """Integrates to `end`; appends (time, I_exc, I_inh) of every spike."""
        while self.time < end:
            limit = min(end, self.time + self.step)
            if self.time < self.release:
                limit = min(limit, self.release)
            h = limit - self.time
            v, e, i = self.series()
            held = self.time < self.release
            root = None if held else first_crossing(v, self.threshold, h)
            if root is not None:
                h = root
            self.v, self.e, self.i = value(v, h), value(e, h), value(i, h)
            self.time = limit if root is None else self.time + h
            if root is not None:
                spikes.append((self.time, self.e, self.i))
                self.v = self.reset
                self.release = self.time + self.refractory


def value(series, h):
    total = mpf(0)
    for coefficient in reversed(series):
        total = total * h + coefficient
    return total


def first_crossing(v, threshold, h):
    """First upward crossing in a step, found on a grid fine enough for these rates."""
    count = 64
    low = mpf(0)
    for k in range(1, count + 1):
        high = h * k / count
        if value(v, high) >= threshold:
            for _ in range(150):
                middle = (low + high) / 2
                if value(v, middle) >= threshold:
                    high = middle
                else:
                    low = middle
            return high
        low = high
    return None


def run(parameters, inputs, end):
    neuron = Neuron(*parameters)
    spikes = []
    for time, weight in inputs:
        neuron.advance(mpf(time), spikes)
        if weight > 0:
            neuron.e += mpf(weight)
        else:
            neuron.i -= mpf(weight)
    neuron.advance(mpf(end), spikes)
    return spikes


def grid(x):
    """A number that is a double and prints shortly."""
    return round(x * 64) / 64


def cases():
    draw = random.Random(20250117)
    tau_m = 3000.0
    for ratio in (0.5, 0.999999, 1.0, 1.000001, 1.5, 2.0, 4.0, 0.05, 25.0):
        tau_e = tau_m / ratio
        for variant in range(4):
            tau_i = (tau_e, grid(tau_e * 1.3), tau_m, grid(tau_e * 0.6))[variant]
            leak = (0.0, 0.0, -0.25, 0.125)[variant]
            reset = (0.0, 0.0, -0.5, -0.125)[variant]
            refractory = (8000.0, 250.0, 0.0, 1000.5)[variant]
            scale = max(1.0, 2.5 * ratio ** 0.8) if ratio > 0.1 else 1.2
            time, inputs = 0.0, []
            for n in range(16):
                time += grid(draw.expovariate(1 / 700.0)) + 1 / 64
                weight = grid(scale * draw.uniform(0.3, 1.6))
                inputs.append((time, weight if n == 0 or draw.random() < 0.7 else -weight))
            parameters = (tau_m, tau_e, tau_i, leak, reset, 1.0, refractory)
            yield parameters, inputs, time + 20000.0
    # The leak above the threshold: the neuron spikes without input.
    yield (2500.0, 1500.0, 1200.0, 1.5, 0.0, 1.0, 500.0), [(4000.0, 1.0), (7001.5, -3.0)], 30000.0


def main():
    print("// Made by spike_times.py, which says how; do not edit.")
    print("// swift-format-ignore-file\n")
    print("let spikeTimeTable: [SpikeTimeCase] = [")
    for parameters, inputs, end in cases():
        print(f"  SpikeTimeCase(parameters: {[float(p) for p in parameters]},")
        print(f"    inputs: [{', '.join(f'({t!r}, {w!r})' for t, w in inputs)}], end: {end!r},")
        spikes = run(parameters, inputs, end)
        rows = ("(" + ", ".join(nstr(x, 25) for x in spike) + ")" for spike in spikes)
        print(f"    spikes: [{', '.join(rows)}]),")
    print("]")


if __name__ == "__main__":
    main()
