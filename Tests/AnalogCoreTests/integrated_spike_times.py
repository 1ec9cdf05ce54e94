#!/usr/bin/env python3
"""Spike times of neurons without a closed form, by an independent integration (SciPy's DOP853).

    python3 Tests/AnalogCoreTests/integrated_spike_times.py > Tests/AnalogCoreTests/IntegratedTable.swift

The equations are those of the literature (Brette and Gerstner 2005; Naud et al. 2008), solved at a relative
tolerance of 1e-12 with the synaptic strengths as further unknowns and the compartments coupled by a
conductance matrix. As on the chip, a crossing counts from the next clock cycle on: there the membrane, which
stands still from the crossing to there, is reset. Times are in clock cycles of 4 ns, voltages in units of the
threshold.
"""
import math
import random

import numpy as np
from scipy.integrate import solve_ivp

MILLISECOND = 250  # cycles in a thousandth of a biological millisecond's thousandfold: 1 us


class Circuit:
    def __init__(self, tau=3000.0, rest=0.0, reset=0.0, threshold=1.0, refractory=1, taus=(1500.0, 1500.0),
                 gains=(8.0, 8.0), adaptation=None, exponential=None, reversal=(None, None), offset=0.0,
                 early=0, pauses=False, capacitance=1.0, comparator=True):
        self.__dict__.update(locals())

    def current(self, v, w, s, paused):
        total = self.rest - v - w + self.offset
        if not paused:
            if self.exponential:
                slope, v_t = self.exponential
                total += slope * math.exp(min((v - v_t) / slope, 60))
            for strength, reversal, sign in zip(s, self.reversal, (1, -1)):
                total += sign * strength if reversal is None else strength * (reversal - v)
        return total / self.tau


class Neuron:
    """Circuits; `node` tells the membrane of each, `matrix` the conductances between the membranes."""

    def __init__(self, circuits, node=None, matrix=None, together=()):
        self.circuits = circuits
        self.node = node or list(range(len(circuits)))
        self.count = max(self.node) + 1
        self.matrix = np.zeros((self.count, self.count)) if matrix is None else np.array(matrix)
        self.together = together
        self.capacitance = np.zeros(self.count)
        for c, n in zip(circuits, self.node):
            self.capacitance[n] += c.capacitance
        self.time = 0
        self.v = np.zeros(self.count)
        for c, n in zip(circuits, self.node):
            self.v[n] = c.reset
        self.w = np.zeros(len(circuits))
        self.s = np.zeros((len(circuits), 2))
        self.held = [0] * len(circuits)
        self.refractory = [0] * len(circuits)
        self.due = [math.inf] * len(circuits)

    def advance(self, end, spikes):
        t = float(self.time)
        n = self.count
        m = len(self.circuits)
        while True:
            for k, c in enumerate(self.circuits):
                if (self.due[k] == math.inf and c.comparator and self.refractory[k] <= t
                        and self.held[k] <= t and self.v[self.node[k]] >= c.threshold):
                    self.due[k] = math.ceil(t)
            fired = [k for k in range(m) if self.due[k] <= t]
            if fired:
                for k in fired + [j for j in self.together if set(self.together) & set(fired)]:
                    if self.due[k] == -1:
                        continue
                    c = self.circuits[k]
                    spikes.append((int(t), k))
                    self.v[self.node[k]] = c.reset
                    self.w[k] += c.adaptation[2] if c.adaptation else 0
                    self.held[k] = t + max(1, c.refractory - c.early)
                    self.refractory[k] = t + c.refractory
                    self.due[k] = -1
                self.due = [math.inf if d == -1 else d for d in self.due]
                continue
            if t >= end:
                break
            limit = min([end] + [x for x in self.held + self.refractory + self.due if x > t])
            still = np.zeros(n, bool)
            for k in range(m):
                if self.held[k] > t or self.due[k] < math.inf:
                    still[self.node[k]] = True
            paused = [c.pauses and self.refractory[k] > t for k, c in enumerate(self.circuits)]

            def flow(_, y):
                v, w, s = y[:n], y[n:n + m], y[n + m:].reshape(m, 2)
                dv = self.matrix @ v - self.matrix.sum(axis=1) * v
                dw = np.zeros(m)
                ds = np.zeros((m, 2))
                for k, c in enumerate(self.circuits):
                    dv[self.node[k]] += c.current(v[self.node[k]], w[k], s[k], paused[k])
                    if c.adaptation:
                        tau_w, a, _b = c.adaptation
                        dw[k] = (a * (v[self.node[k]] - c.rest) - w[k]) / tau_w
                    ds[k] = -s[k] / np.array(c.taus)
                dv /= self.capacitance
                dv[still] = 0
                return np.concatenate([dv, dw, ds.ravel()])

            watched = [k for k, c in enumerate(self.circuits)
                       if c.comparator and self.refractory[k] <= t and not still[self.node[k]]]
            events = []
            for k in watched:
                def crossing(_, y, k=k):
                    return y[self.node[k]] - self.circuits[k].threshold
                crossing.terminal, crossing.direction = True, 1
                events.append(crossing)
            y0 = np.concatenate([self.v, self.w, self.s.ravel()])
            longest = min(min(c.tau for c in self.circuits) / 4, limit - t)
            solution = solve_ivp(flow, (0, limit - t), y0, "DOP853", rtol=1e-12, atol=1e-13,
                                 max_step=longest, events=events or None)
            y = solution.y[:, -1]
            self.v, self.w, self.s = y[:n].copy(), y[n:n + m].copy(), y[n + m:].reshape(m, 2).copy()
            if solution.status == 1:
                t += solution.t[-1]
                for k, times in zip(watched, solution.t_events):
                    if len(times):
                        self.due[k] = math.ceil(t)
            else:
                t = limit
        self.time = end


def run(neuron, inputs, end):
    spikes = []
    for time, k, code in inputs:
        neuron.advance(time, spikes)
        side = 0 if code > 0 else 1
        neuron.s[k][side] += abs(code) * neuron.circuits[k].gains[side] / 63
    neuron.advance(end, spikes)
    return spikes


# Naud, Marcille, Clopath, Gerstner 2008, table 1: C pF, g_L nS, E_L mV, V_T mV, slope mV, a nS, tau_w ms,
# b pA, V_r mV, I pA; upswings end at 0 mV.
PATTERNS = [
    ("tonic spiking", 200, 10, -70, -50, 2, 2, 30, 0, -58, 500),
    ("adapting", 200, 12, -70, -50, 2, 2, 300, 60, -58, 500),
    ("initial burst", 130, 18, -58, -50, 2, 4, 150, 120, -50, 400),
    ("regular bursting", 200, 10, -58, -50, 2, 2, 120, 100, -46, 210),
    ("delayed accelerating", 200, 12, -70, -50, 2, -10, 300, 0, -58, 300),
    ("delayed regular bursting", 100, 10, -65, -50, 2, -10, 90, 30, -47, 110),
    ("transient spiking", 100, 10, -65, -50, 2, 10, 90, 100, -47, 180),
    ("irregular spiking", 100, 12, -60, -50, 2, -11, 130, 30, -48, 160),
]


def pattern(row):
    """A biological millisecond takes 1 us, 250 cycles; 20 mV are a unit, E_L is zero."""
    _, c, g, e, v_t, slope, a, tau_w, b, v_r, current = row
    unit = 20.0
    return Circuit(tau=c / g * MILLISECOND, reset=(v_r - e) / unit, threshold=(0 - e) / unit,
                   adaptation=(tau_w * MILLISECOND, a / g, b / g / unit),
                   exponential=(slope / unit, (v_t - e) / unit), offset=current / g / unit)


def poisson(draw, mean, count, circuits, most, exciting=0.7):
    time, inputs = 0, []
    for _ in range(count):
        time += 1 + int(draw.expovariate(1 / mean))
        code = draw.randint(4, most)
        inputs.append((time, draw.randrange(circuits), code if draw.random() < exciting else -code))
    return inputs


def driven():
    """Name, neuron, inputs, end."""
    draw = random.Random(20261121)
    adaptation, exponential = (20000.0, 0.5, 0.2), (0.1, 0.8)

    def case(name, neuron, mean=180, count=120, most=30):
        inputs = poisson(draw, mean, count, len(neuron.circuits), most)
        return name, neuron, inputs, inputs[-1][0] + 12000

    yield case("current-based AdEx", Neuron([Circuit(
        threshold=1.4, refractory=500, adaptation=adaptation, exponential=exponential)]))
    yield case("conductance-based LIF", Neuron([Circuit(
        refractory=300, reversal=(3.0, -0.5), gains=(2.0, 4.0))]), most=63)
    yield case("conductance-based AdEx", Neuron([Circuit(
        threshold=1.4, refractory=300, reversal=(3.0, -0.5), gains=(2.0, 4.0), taus=(700.0, 2500.0),
        adaptation=(9000.0, -0.3, 0.15), exponential=exponential)]), most=63)
    yield case("early release", Neuron([Circuit(
        refractory=2500, early=2100, adaptation=(6000.0, 0.3, -0.05), offset=0.3)]), most=40)
    yield case("early release with pause", Neuron([Circuit(
        refractory=2500, early=2100, pauses=True, adaptation=(6000.0, 0.3, -0.05), offset=0.3)]), most=40)
    yield case("small capacitance", Neuron([Circuit(
        capacitance=(0.2 / 2.2 + 20 / 63) / (0.2 / 2.2 + 1), refractory=400, adaptation=adaptation)]), most=20)
    g = 1 / 1000.0
    soma = dict(refractory=500, threshold=1.0, gains=(6.0, 6.0))
    dendrite = dict(comparator=False, gains=(20.0, 20.0))
    yield case("two compartments", Neuron(
        [Circuit(**soma, adaptation=adaptation), Circuit(**dendrite, tau=2000.0)],
        matrix=[[0, g], [g, 0]]), most=40)
    # A soma on the line, a dendrite of two circuits and two of one on the other side of conductances.
    yield case("soma and three dendrites", Neuron(
        [Circuit(**soma, exponential=exponential), Circuit(**dendrite), Circuit(**dendrite, tau=1500.0),
         Circuit(**dendrite, tau=4000.0, reversal=(4.0, None)), Circuit(**dendrite)],
        node=[0, 1, 2, 3, 1],
        matrix=[[0, 4 * g, g, g / 4], [4 * g, 0, 0, 0], [g, 0, 0, 0], [g / 4, 0, 0, 0]]), most=40)
    # Three conductances meet on a line without a membrane: each pair sees g_i g_j / sum.
    star = [2 * g, g, g / 2]
    yield case("a line without a membrane", Neuron(
        [Circuit(**soma), Circuit(**soma, adaptation=adaptation), Circuit(**dendrite)],
        matrix=[[0 if i == j else star[i] * star[j] / sum(star) for j in range(3)] for i in range(3)]), most=30)
    yield case("fired together", Neuron(
        [Circuit(**soma, adaptation=adaptation), Circuit(**dendrite, reset=-0.25, refractory=700)],
        matrix=[[0, g], [g, 0]], together=(0, 1)), most=40)


def numbers(values, width, form=str):
    for k in range(0, len(values), width):
        print("      " + ", ".join(map(form, values[k:k + width])) + ",")


def main():
    print("// Made by integrated_spike_times.py.")
    print("// swift-format-ignore-file\n")
    print("/// A pattern of Naud et al. 2008, in the order of their table, and the cycles of its spikes.")
    print("let patternTable: [PatternCase] = [")
    for row in PATTERNS:
        name, *values = row
        spikes = [t for t, _ in run(Neuron([pattern(row)]), [], 500 * MILLISECOND)]
        print(f'  PatternCase("{name}", {values}, [')
        numbers(spikes, 14)
        print("  ]),")
    print("]\n")
    print("let drivenTable: [DrivenCase] = [")
    for name, neuron, inputs, end in driven():
        spikes = run(neuron, inputs, end)
        print(f'  DrivenCase("{name}", end: {end},')
        print("    inputs: [")
        numbers(inputs, 8)
        print("    ], spikes: [")
        numbers(spikes, 12)
        print("    ], potentials: [")
        numbers([float(neuron.v[n]) for n in neuron.node], 4, repr)
        print("    ], adaptations: [")
        numbers([float(w) for w in neuron.w], 4, repr)
        print("    ]),")
    print("]")


if __name__ == "__main__":
    main()
