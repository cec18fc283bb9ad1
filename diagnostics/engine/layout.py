"""Where boxes and lines of a layered drawing go (after Sugiyama): layers, order within layers, coordinates.

Knows boxes by number and nothing of guides. Time grows with boxes plus the layers that lines cross, so the caller
keeps long lines out (`drawing` turns them into references).
"""

import itertools
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

#: Pixels between neighbours in a layer, and between a layer and the next.
GAP_X = 18.0
GAP_Y = 16.0

#: Lines that cross a layer take this much width there, and are kept straight at the cost of boxes.
_LANE = 10.0
_LANE_WEIGHT = 4.0

#: Above this many boxes and lanes fewer sweeps have to do: 2,000 nodes should draw in seconds.
_LARGE = 4000


class Box(NamedTuple):
    """Pixels."""

    width: float
    height: float


class Point(NamedTuple):
    """Pixels from the drawing's left upper corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """`centres` of the boxes in the given order; for each link the points its line goes through, from the foot of
    edge of its source to the upper edge of its target, in pairs that are joined by a bend (first to second, third to
    fourth, …) and between which it runs straight down."""

    width: float
    height: float
    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]


def layers_of(count: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """The layer of each of `count` boxes: as deep as the longest way to it. The links must not form a cycle."""
    below: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for source, target in links:
        below[source].append(target)
        missing[target] += 1
    layer = [0] * count
    ready = [box for box in range(count) if not missing[box]]
    while ready:
        source = ready.pop()
        for target in below[source]:
            layer[target] = max(layer[target], layer[source] + 1)
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return layer


def arrange(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> Layout:
    """Place boxes so that every link leads downwards. Where nothing speaks against it, the order of `links` is the
    order from left to right. The links must not form a cycle.
    """
    grid = _Grid(boxes, links)
    sweeps = 8 if len(grid.width) < _LARGE else 3
    grid.order(sweeps)
    grid.align(sweeps)
    return grid.layout(boxes)


@dataclass(slots=True)
class _Grid:
    """Boxes and, after them, one lane for every layer that a long link crosses."""

    boxes: Sequence[Box]
    links: Sequence[tuple[int, int]]
    width: list[float] = field(init=False)
    layers: list[list[int]] = field(init=False)
    above: list[list[int]] = field(init=False)
    below: list[list[int]] = field(init=False)
    chains: list[list[int]] = field(init=False)
    x: list[float] = field(init=False)

    def __post_init__(self) -> None:
        layer = layers_of(len(self.boxes), self.links)
        self.width = [box.width for box in self.boxes]
        self.above = [[] for _ in self.boxes]
        self.below = [[] for _ in self.boxes]
        self.chains = []
        for source, target in self.links:
            chain = [source]
            for crossed in range(layer[source] + 1, layer[target]):
                chain.append(len(self.width))
                self.width.append(_LANE)
                self.above.append([])
                self.below.append([])
                layer.append(crossed)
            chain.append(target)
            self.chains.append(chain)
            for upper, lower in itertools.pairwise(chain):
                self.below[upper].append(lower)
                self.above[lower].append(upper)
        self.layers = [[] for _ in range(max(layer, default=-1) + 1)]
        for box in self._depth_first():
            self.layers[layer[box]].append(box)
        self.x = [0.0] * len(self.width)

    def _depth_first(self) -> list[int]:
        seen = [False] * len(self.width)
        found = []
        waiting = [box for box in reversed(range(len(self.width))) if not self.above[box]]
        while waiting:
            box = waiting.pop()
            if not seen[box]:
                seen[box] = True
                found.append(box)
                waiting.extend(reversed(self.below[box]))
        return found

    def order(self, sweeps: int) -> None:
        """Barycentres, alternately from above and from below; the arrangement with the fewest crossings is kept."""
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(sweeps):
            if not fewest:
                break
            down = sweep % 2 == 0
            neighbours = self.above if down else self.below
            place = self._places()
            for layer in self.layers if down else reversed(self.layers):
                wish = {
                    box: sum(place[other] for other in near) / len(near) if (near := neighbours[box]) else place[box]
                    for box in layer
                }
                layer.sort(key=wish.__getitem__)
                for index, box in enumerate(layer):
                    place[box] = float(index)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _places(self) -> list[float]:
        place = [0.0] * len(self.width)
        for layer in self.layers:
            for index, box in enumerate(layer):
                place[box] = float(index)
        return place

    def _crossings(self) -> int:
        place = self._places()
        total = 0
        for layer in self.layers:
            met: list[float] = []
            for box in layer:
                targets = sorted(place[other] for other in self.below[box])
                total += sum(len(met) - bisect_left(met, target + 0.5) for target in targets)
                for target in targets:
                    insort(met, target)
        return total

    def align(self, sweeps: int) -> None:
        """Move every box towards the mean of its neighbours as far as its layer allows."""
        for layer in self.layers:
            self._settle(layer, [0.0] * len(layer))
        for sweep in range(sweeps):
            down = sweep % 2 == 0
            for layer in self.layers if down else reversed(self.layers):
                wish = []
                for box in layer:
                    near = self.above[box] if down else self.below[box]
                    if sweep >= sweeps - 2:
                        near = self.above[box] + self.below[box]
                    wish.append(sum(self.x[other] for other in near) / len(near) if near else self.x[box])
                self._settle(layer, wish)

    def _settle(self, layer: list[int], wish: list[float]) -> None:
        """Least squares under "keep the order and the gaps": isotonic regression by pooling adjacent violators."""
        offsets: list[float] = []
        for index, box in enumerate(layer):
            before = layer[index - 1]
            offsets.append(offsets[-1] + (self.width[before] + self.width[box]) / 2 + GAP_X if index else 0.0)
        pools: list[tuple[float, float, int]] = []
        for index, box in enumerate(layer):
            weight = _LANE_WEIGHT if box >= len(self.boxes) else 1.0
            value, count = wish[index] - offsets[index], 1
            while pools and pools[-1][0] > value:
                other, other_weight, other_count = pools.pop()
                value = (value * weight + other * other_weight) / (weight + other_weight)
                weight, count = weight + other_weight, count + other_count
            pools.append((value, weight, count))
        index = 0
        for value, _, count in pools:
            for _ in range(count):
                self.x[layer[index]] = value + offsets[index]
                index += 1

    def layout(self, boxes: Sequence[Box]) -> Layout:
        left = min((self.x[box] - width / 2 for box, width in enumerate(self.width)), default=0.0)
        right = max((self.x[box] + width / 2 for box, width in enumerate(self.width)), default=0.0)
        self.x = [x - left for x in self.x]
        top: list[float] = []
        bottom: list[float] = []
        layer_of = [0] * len(self.width)
        y = 0.0
        for number, layer in enumerate(self.layers):
            for box in layer:
                layer_of[box] = number
            height = max((boxes[box].height for box in layer if box < len(boxes)), default=0.0)
            top.append(y)
            bottom.append(y + height)
            # Lines that go far sideways would lie flat on the boxes without some room to fall.
            reach = max((abs(self.x[box] - self.x[to]) for box in layer for to in self.below[box]), default=0.0)
            y += height + GAP_Y + min(48.0, reach / 12)
        centres = tuple(
            Point(self.x[box], (top[layer_of[box]] + bottom[layer_of[box]]) / 2) for box in range(len(boxes))
        )
        routes = []
        for chain in self.chains:
            points = []
            for upper, lower in itertools.pairwise(chain):
                points.append(Point(self.x[upper], bottom[layer_of[upper]]))
                points.append(Point(self.x[lower], top[layer_of[lower]]))
            routes.append(tuple(points))
        return Layout(right - left, bottom[-1] if bottom else 0.0, centres, tuple(routes))
