"""The golden case, month by month in plain Python: run it to see the figures in figures.json.

40 up front, 0.50 a month to run; 60 a year at full, from after month 2, a linear ramp of 3 months,
then halved every 24 months; 36 months at 10 % a year, flows at the ends of months.
"""

RATE = 1.1 ** (1 / 12) - 1


def benefit(t: int) -> float:
    return 5 * min(1, max(0, (t - 2) / 3)) * 0.5 ** (max(0, t - 5) / 24)


def worth(flows: list[float], rate: float) -> float:
    return sum(flow / (1 + rate) ** t for t, flow in enumerate(flows))


def stays_from(flows: list[float]) -> int:
    totals = [sum(flows[: t + 1]) for t in range(len(flows))]
    return next(t for t in range(len(flows)) if all(total >= 0 for total in totals[t:]))


benefits = [0.0] + [benefit(t) for t in range(1, 37)]
costs = [40.0] + [0.5] * 36
net = [b - c for b, c in zip(benefits, costs, strict=True)]
low = 0.0
high = 1.0
for _ in range(200):
    low, high = (
        ((low + high) / 2, high) if worth(net, (low + high) / 2) > 0 else (low, (low + high) / 2)
    )

if __name__ == "__main__":
    print("PV benefits", round(worth(benefits, RATE), 5), "PV costs", round(worth(costs, RATE), 5))
    print("NPV", round(worth(net, RATE), 5), "ROI", round(worth(net, RATE) / worth(costs, RATE), 6))
    print(
        "payback",
        stays_from(net),
        "discounted",
        stays_from([f / (1 + RATE) ** t for t, f in enumerate(net)]),
    )
    print("IRR", round((1 + low) ** 12 - 1, 5))
